package io.streamclr.trainer.watch;

import io.streamclr.trainer.settings.TrainConfig;
import picocli.CommandLine.Command;

/**
 * Those who look on while a run trains, such as a live page. The trainer knows none of them: whoever makes its command
 * gives it an audience, whose picocli options become options of the command.
 */
public interface Audience {

    /** Nobody looks on. */
    Audience NONE = new Nobody();

    /**
     * Makes room for somebody to look on.
     *
     * @param imagesTopic where the run's images are
     */
    Seat admit(TrainConfig config, String imagesTopic);

    /** The place of one who looks on, from before the training until it is over. */
    interface Seat extends TrainingListener, AutoCloseable {
        @Override
        void close();
    }

    /** An audience of none, with no options. */
    @Command
    final class Nobody implements Audience {

        private Nobody() {}

        @Override
        public Seat admit(TrainConfig config, String imagesTopic) {
            return new Seat() {
                @Override
                public void trained(StepReport report) {}

                @Override
                public void close() {}
            };
        }
    }
}
