package io.streamclr.trainer.onnx;

import io.streamclr.schemas.RefusalException;

/** Floats of 16 bits (IEEE 754's binary16). Java has them from release 20 on. */
final class Half {

    private static final float MOST = 65_504;

    private Half() {}

    /**
     * The nearest one, the even one of two.
     *
     * @throws RefusalException if the value is larger than any
     */
    static short of(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (!(size < MOST + 16)) {
            throw new RefusalException("The encoder has a value of " + value
                    + ", and 16-bit floats reach 65,504; export it with --precision float32");
        }
        if (size < 0x1p-14f) {
            // In units of the smallest one; adding to 2^23 rounds to whole ones, and to even.
            return (short)
                    (sign | Float.floatToRawIntBits(size * 0x1p24f + 0x1p23f) - Float.floatToRawIntBits(0x1p23f));
        }
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + 0xfff + (bits >>> 13 & 1);
        return (short) (sign | (rounded >>> 13) - (112 << 10));
    }
}
