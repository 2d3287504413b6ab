package io.streamclr.trainer.encoder;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Runs an encoder in passes of one size, so that the features of an image are the same bits whatever else is embedded and
 * wherever it stands. Libraries choose their code by the size of a pass, so an image alone and one in a block often differ in
 * their last bits, while the rows of a block are alike: a block that is not full is filled with black. That too is no promise
 * of theirs, so it is tried for the network, size and threads at hand: where one row differs in one bit, every image has
 * a pass of its own, which needs no promise.
 */
final class EqualRows {

    private static final long SEED = 7;

    private final Embedder embedder;
    private final int side;
    private final int block;
    private final int features;

    /** Whether an image alone has the bits that it has in a block, so that nothing has to be filled. */
    private final boolean alike;

    private final ByteBuffer filled;

    /**
     * Tries the encoder, which takes three passes.
     *
     * @param block images of a pass, 1 or more
     */
    EqualRows(Embedder embedder, int side, int block) {
        this.embedder = embedder;
        this.side = side;
        ByteBuffer images = images(block);
        // The largest first, as convolutions that are tried for many images are not tried again for fewer.
        float[] amongOthers = pass(images, 0, block).row(0);
        this.features = amongOthers.length;
        this.alike = Arrays.equals(amongOthers, pass(images, 0, 1).row(0));
        this.block = everywhere(images, amongOthers, block) ? block : 1;
        this.filled = ByteBuffer.allocateDirect(Math.multiplyExact(this.block, SquareDecoder.bytes(side)));
    }

    /** Images of whatever content: all different, and the last ones black. */
    private ByteBuffer images(int count) {
        int bytes = SquareDecoder.bytes(side);
        ByteBuffer images = ByteBuffer.allocateDirect(Math.multiplyExact(count, bytes));
        byte[] noise = new byte[bytes];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int image = 0; image < count - count / 4; image++) {
            random.nextBytes(noise);
            images.put(image * bytes, noise);
        }
        return images;
    }

    /** Whether the first image has these features at every place of a block. */
    private boolean everywhere(ByteBuffer images, float[] expected, int block) {
        int bytes = SquareDecoder.bytes(side);
        for (int image = 1; image < block; image++) {
            images.put(image * bytes, images, 0, bytes);
        }
        Features same = pass(images, 0, block);
        for (int row = 0; row < block; row++) {
            if (!Arrays.equals(expected, same.row(row))) {
                return false;
            }
        }
        return true;
    }

    /** Images of a pass; 1 if the rows of larger ones differ. */
    int block() {
        return block;
    }

    /** Number of features of an image. */
    int features() {
        return features;
    }

    /**
     * For one thread at a time.
     *
     * @param squares direct, (count, side, side, 3) unsigned bytes from its position on
     * @return (count, F)
     */
    float[][] of(ByteBuffer squares, int count) {
        float[][] rows = new float[count][];
        for (int from = 0; from < count; ) {
            int left = count - from;
            int some = left >= block ? block : alike ? 1 : left;
            Features passed = some < block && !alike ? filledPass(squares, from, some) : pass(squares, from, some);
            for (int row = 0; row < some; row++) {
                rows[from + row] = passed.row(row);
            }
            from += some;
        }
        return rows;
    }

    private Features filledPass(ByteBuffer squares, int from, int count) {
        int bytes = SquareDecoder.bytes(side);
        filled.put(0, squares, squares.position() + from * bytes, count * bytes);
        filled.put(count * bytes, new byte[(block - count) * bytes]);
        return pass(filled, 0, block);
    }

    private Features pass(ByteBuffer squares, int from, int count) {
        int bytes = SquareDecoder.bytes(side);
        return embedder.embed(squares.slice(squares.position() + from * bytes, count * bytes), count, side, side);
    }
}
