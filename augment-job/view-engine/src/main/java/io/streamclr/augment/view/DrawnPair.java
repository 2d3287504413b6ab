package io.streamclr.augment.view;

import io.streamclr.schemas.record.RejectReason;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/** What became of the bytes of one image: two views of it, or why there are none. */
public sealed interface DrawnPair {

    /** Handles both outcomes. A third outcome adds a parameter here, and every caller stops compiling. */
    <T> T match(Function<Views, T> onViews, Function<Rejected, T> onRejected);

    /**
     * Two views of an image.
     *
     * @param side height and width of both, in pixels, as the recipe has it
     * @param first (side, side, 3) unsigned bytes, row by row, red before green before blue; owned by whoever asked
     * @param second likewise
     */
    record Views(int side, byte[] first, byte[] second) implements DrawnPair {

        public Views {
            int bytes = 3 * side * side;
            if (side < 1 || first.length != bytes || second.length != bytes) {
                throw new IllegalArgumentException(
                        first.length + " and " + second.length + " bytes are no views of " + side + " pixels");
            }
        }

        @Override
        public <T> T match(Function<Views, T> onViews, Function<Rejected, T> onRejected) {
            return onViews.apply(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Views that
                    && side == that.side
                    && Arrays.equals(first, that.first)
                    && Arrays.equals(second, that.second);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(first) + Arrays.hashCode(second);
        }

        @Override
        public String toString() {
            return "Views[" + side + " pixels]";
        }
    }

    /**
     * The image cannot be read.
     *
     * @param reason from the stable list that rejects of a job have
     * @param detail one sentence for people
     */
    record Rejected(RejectReason reason, String detail) implements DrawnPair {

        public Rejected {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public <T> T match(Function<Views, T> onViews, Function<Rejected, T> onRejected) {
            return onRejected.apply(this);
        }
    }
}
