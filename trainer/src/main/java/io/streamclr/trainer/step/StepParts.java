package io.streamclr.trainer.step;

import java.util.function.Supplier;

/** Stands around the calls that a step is made of, so that somebody may see which one takes how long. */
public interface StepParts {

    /** Looks at nothing. */
    StepParts NONE = new StepParts() {
        @Override
        public <T> T in(Part part, Supplier<T> call) {
            return call.get();
        }
    };

    /** What the first device's thread does. */
    enum Part {
        /** Chunks through the network, to their embeddings. */
        FORWARD,
        /** Chunks that were not remembered, once more, for their way back. */
        SECOND_FORWARD,
        /** Gradients of the weights from those of the embeddings, and their sum over the chunks. */
        BACKWARD,
        /** The loss of all embeddings, and its gradient. */
        LOSS,
        /** Whether the gradients are finite, and the update of the weights by them. */
        OPTIMISER,
        /** Views to the device, and numbers between devices and the host's memory. */
        COPIES,
        /** For other devices. */
        WAITING
    }

    /**
     * Makes a call; parts do not stand in each other.
     *
     * @return what it gives
     */
    <T> T in(Part part, Supplier<T> call);
}
