package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.io.IOException;

/**
 * What a lossy image says before its macroblocks (RFC 6386, sections 9 and 19.2).
 *
 * @param modes the first partition, read up to the modes of the first macroblock
 * @param coefficients the other partitions: the rows of macroblocks take turns
 * @param segmented whether each macroblock names its segment
 * @param segmentProbabilities of the three bits that name it
 * @param quantisers one for each segment
 * @param filter what smooths the edges of blocks
 * @param probabilities of coefficients
 * @param emptyProbability that a macroblock is not empty; -1 if macroblocks do not say whether they are
 */
record LossyHeader(
        BooleanDecoder modes,
        BooleanDecoder[] coefficients,
        boolean segmented,
        int[] segmentProbabilities,
        Quantiser[] quantisers,
        LoopFilter filter,
        CoefficientProbabilities probabilities,
        int emptyProbability) {

    static final int SEGMENTS = 4;

    private static final int TAG = 3;
    private static final int SIDES = 6;
    private static final int FIRST_PARTITION = 10;
    private static final int MOST_PROFILE = 3;
    private static final int START_CODE = 0x2A019D;
    private static final int PARTITION_SIZE = 3;

    /** Refuses what is no image that can stand by itself. */
    static void require(Span image) throws IOException {
        int tag = image.three(0);
        if ((tag & 1) != 0 || image.three(TAG) != START_CODE) {
            throw new IOException("the WebP file's lossy image does not begin like one");
        }
        if ((tag >> 1 & 7) > MOST_PROFILE || (tag >> 4 & 1) == 0) {
            throw new IOException("the WebP file's lossy image is of an unknown profile, or not to be shown");
        }
    }

    static int width(Span image) throws EOFException {
        return image.two(SIDES) & 0x3fff;
    }

    static int height(Span image) throws EOFException {
        return image.two(SIDES + 2) & 0x3fff;
    }

    static LossyHeader of(Span image) throws IOException {
        Span partitions = image.from(FIRST_PARTITION);
        int length = image.three(0) >> 5;
        BooleanDecoder first = new BooleanDecoder(partitions.until(length));
        first.number(
                2); // the colour space, of which there is one, and whether samples need clamping, which never hurts

        boolean segments = first.flag();
        boolean segmented = segments && first.flag();
        boolean changed = segments && first.flag();
        boolean absolute = !changed || first.flag();
        int[] quantisers = new int[SEGMENTS];
        int[] filters = new int[SEGMENTS];
        for (int i = 0; changed && i < SEGMENTS; i++) {
            quantisers[i] = first.signedOrZero(7);
        }
        for (int i = 0; changed && i < SEGMENTS; i++) {
            filters[i] = first.signedOrZero(6);
        }
        int[] probabilities = new int[SEGMENTS - 1];
        for (int i = 0; segmented && i < probabilities.length; i++) {
            probabilities[i] = first.flag() ? first.number(8) : 255;
        }

        LoopFilter filter = LoopFilter.read(first, segments, absolute, filters);
        BooleanDecoder[] coefficients = partitions(partitions.from(length), 1 << first.number(2));
        Quantiser[] steps = Quantiser.read(first, segments, absolute, quantisers);
        first.flag(); // whether the probabilities hold for later images, of which there are none
        CoefficientProbabilities changedProbabilities = CoefficientProbabilities.changedBy(first);
        int empty = first.flag() ? first.number(8) : -1;
        return new LossyHeader(
                first, coefficients, segmented, probabilities, steps, filter, changedProbabilities, empty);
    }

    /** Each but the last has its size before all of them. */
    private static BooleanDecoder[] partitions(Span content, int count) throws IOException {
        BooleanDecoder[] partitions = new BooleanDecoder[count];
        Span left = content.from(PARTITION_SIZE * (count - 1));
        for (int i = 0; i < count - 1; i++) {
            int size = content.three(PARTITION_SIZE * i);
            partitions[i] = new BooleanDecoder(left.until(size));
            left = left.from(size);
        }
        partitions[count - 1] = new BooleanDecoder(left);
        return partitions;
    }
}
