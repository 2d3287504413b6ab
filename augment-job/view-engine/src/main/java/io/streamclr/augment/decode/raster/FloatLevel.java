package io.streamclr.augment.decode.raster;

/** Floating samples as levels: 0 and less shows black, 1 and more white; what is no number shows black. */
final class FloatLevel {

    private FloatLevel() {}

    static int of(float value) {
        return value > 0 ? (int) (Math.min(1, value) * 255.0 + 0.5) : 0;
    }
}
