package io.streamclr.augment.decode;

import io.streamclr.schemas.record.RejectReason;
import java.util.Objects;
import java.util.function.Function;

/** What became of the bytes of one image: its pixels, or why there are none. */
public sealed interface Decoding {

    /** Handles both outcomes. A third outcome adds a parameter here, and every caller stops compiling. */
    <T> T match(Function<Decoded, T> onDecoded, Function<Rejected, T> onRejected);

    /**
     * The image could be read.
     *
     * @param pixels upright
     */
    record Decoded(Pixels pixels) implements Decoding {

        public Decoded {
            Objects.requireNonNull(pixels, "pixels");
        }

        @Override
        public <T> T match(Function<Decoded, T> onDecoded, Function<Rejected, T> onRejected) {
            return onDecoded.apply(this);
        }
    }

    /**
     * The image could not be read.
     *
     * @param reason from the stable list that dashboards count by
     * @param detail one sentence for the person who reads the rejects topic
     */
    record Rejected(RejectReason reason, String detail) implements Decoding {

        public Rejected {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public <T> T match(Function<Decoded, T> onDecoded, Function<Rejected, T> onRejected) {
            return onRejected.apply(this);
        }
    }
}
