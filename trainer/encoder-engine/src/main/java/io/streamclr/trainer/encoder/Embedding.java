package io.streamclr.trainer.encoder;

import io.streamclr.schemas.record.RejectReason;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/** What became of the bytes of one image: the features of it, or why there are none. */
public sealed interface Embedding {

    /** Handles both outcomes. A third outcome adds a parameter here, and every caller stops compiling. */
    <T> T match(Function<Vector, T> onVector, Function<Rejected, T> onRejected);

    /**
     * The features of an image that is known for a good one.
     *
     * @return (F), owned by whoever asked first
     * @throws RejectedImageException if the image cannot be read
     */
    default float[] features() {
        return match(Vector::h, rejected -> {
            throw new RejectedImageException(rejected.reason(), rejected.detail());
        });
    }

    /**
     * The image was embedded.
     *
     * @param h (F) features, the output of the backbone; owned by whoever asked
     */
    record Vector(float[] h) implements Embedding {

        public Vector {
            Objects.requireNonNull(h, "h");
        }

        @Override
        public <T> T match(Function<Vector, T> onVector, Function<Rejected, T> onRejected) {
            return onVector.apply(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Vector that && Arrays.equals(h, that.h);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(h);
        }

        @Override
        public String toString() {
            return "Vector[" + h.length + " features]";
        }
    }

    /**
     * The image cannot be read.
     *
     * @param reason from the stable list that rejects of the augment job have
     * @param detail one sentence for people
     */
    record Rejected(RejectReason reason, String detail) implements Embedding {

        public Rejected {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public <T> T match(Function<Vector, T> onVector, Function<Rejected, T> onRejected) {
            return onRejected.apply(this);
        }
    }
}
