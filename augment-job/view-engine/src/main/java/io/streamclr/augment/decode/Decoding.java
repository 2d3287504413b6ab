package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.TooLargeException;
import io.streamclr.schemas.record.RejectReason;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import javax.imageio.IIOException;

/** What became of the bytes of one image: its pixels, or why there are none. */
public sealed interface Decoding {

    /** Handles both outcomes. A third outcome adds a parameter here, and every caller stops compiling. */
    <T> T match(Function<Decoded, T> onDecoded, Function<Rejected, T> onRejected);

    /**
     * The image could be read.
     *
     * @param pixels upright; what was wanted of them, or more
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

        private static final int LONGEST_DETAIL = 300;
        private static final String NO_MEMORY =
                "The image needs more memory than this worker has; give it a larger heap, or lower --max-pixels";

        public Rejected {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }

        /** Whether another moment, with more memory, may read the image. */
        public boolean ofTheMoment() {
            return detail.equals(NO_MEMORY);
        }

        /** What a decoder threw, as a rejection in its words. */
        static Rejected because(Throwable bad) {
            if (bad instanceof TooLargeException) {
                return new Rejected(RejectReason.TOO_LARGE, bad.getMessage());
            }
            if (bad instanceof OutOfMemoryError) {
                return new Rejected(RejectReason.TOO_LARGE, NO_MEMORY);
            }
            String message = bad.getMessage() == null ? bad.getClass().getSimpleName() : bad.getMessage();
            String words = message.toLowerCase(Locale.ROOT);
            boolean unsupported = bad instanceof UnsupportedOperationException
                    || bad instanceof LinkageError
                    || (bad instanceof IIOException
                            && (words.contains("unsupported") || words.contains("not supported")));
            String sentence = "The decoder says: " + message;
            return new Rejected(
                    unsupported ? RejectReason.UNSUPPORTED : RejectReason.BROKEN,
                    sentence.substring(0, Math.min(LONGEST_DETAIL, sentence.length())));
        }

        @Override
        public <T> T match(Function<Decoded, T> onDecoded, Function<Rejected, T> onRejected) {
            return onRejected.apply(this);
        }
    }
}
