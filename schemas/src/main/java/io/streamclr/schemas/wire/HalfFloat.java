package io.streamclr.schemas.wire;

/** Floats of 16 bits (IEEE 754's binary16). Java has them from release 20 on. */
public final class HalfFloat {

    /** The largest. */
    public static final float MOST = 65_504;

    private HalfFloat() {}

    /** Whether there is one near to a value. */
    public static boolean reaches(float value) {
        return Math.abs(value) < MOST + 16;
    }

    /**
     * The nearest one, the even one of two.
     *
     * @throws IllegalArgumentException if the value is larger than any, or no number
     */
    public static short of(float value) {
        if (!reaches(value)) {
            throw new IllegalArgumentException(value + " has no float of 16 bits, which reach 65,504");
        }
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (size < 0x1p-14f) {
            // In units of the smallest one; adding to 2^23 rounds to whole ones, and to even.
            return (short)
                    (sign | Float.floatToRawIntBits(size * 0x1p24f + 0x1p23f) - Float.floatToRawIntBits(0x1p23f));
        }
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + 0xfff + (bits >>> 13 & 1);
        return (short) (sign | (rounded >>> 13) - (112 << 10));
    }

    /** The value of one, exactly; infinite or no number for what {@link #of} never returns. */
    public static float toFloat(short half) {
        int size = half & 0x7fff;
        float value = size < 0x400
                ? size * 0x1p-24f
                : size < 0x7c00
                        ? Float.intBitsToFloat((size << 13) + (112 << 23))
                        : Float.intBitsToFloat(0x7f800000 | (size & 0x3ff) << 13);
        return half < 0 ? -value : value;
    }
}
