package io.streamclr.trainer.model;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import java.nio.ByteBuffer;
import java.util.Random;

/** What networks are shown in tests: numbers of a seed. */
final class Noise {

    private Noise() {}

    /** Square images, (count, side, side, 3). */
    static Tensor images(Scope scope, long seed, int count, int side) {
        byte[] pixels = new byte[count * side * side * 3];
        new Random(seed).nextBytes(pixels);
        ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
        return scope.bytes(direct, count, side, side, 3);
    }

    /** From the normal distribution. */
    static float[] numbers(int size) {
        Random random = new Random(8);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
