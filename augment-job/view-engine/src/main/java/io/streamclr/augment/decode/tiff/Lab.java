package io.streamclr.augment.decode.tiff;

import javax.imageio.IIOException;

/**
 * CIE L*a*b* (TIFF 6.0, section 23) as sRGB shows it: its white, by tag or D50, is adapted to sRGB's by Bradford's matrix.
 * Powers are of {@link StrictMath}, so that every machine has the same pixels.
 */
final class Lab {

    private static final int WHITE_POINT = 318;
    private static final double[] D50 = {0.3457, 0.3585};
    private static final double[] D65 = {0.3127, 0.3290};

    private static final double[][] BRADFORD = {
        {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}
    };
    private static final double[][] BRADFORD_BACK = {
        {0.9869929, -0.1470543, 0.1599627}, {0.4323053, 0.5183603, 0.0492912}, {-0.0085287, 0.0400428, 0.9684867}
    };
    private static final double[][] TO_SRGB = {
        {3.2404542, -1.5371385, -0.4985314}, {-0.9692660, 1.8760108, 0.0415560}, {0.0556434, -0.2040259, 1.0572252}
    };

    /** From which light on each level is the nearest. */
    private static final double[] STEPS = steps();

    private final boolean icc;
    private final int bits;
    private final double[] white;
    private final double[][] toSrgb;

    private Lab(boolean icc, int bits, double[] white) {
        this.icc = icc;
        this.bits = bits;
        this.white = white;
        double[] from = times(BRADFORD, white);
        double[] to = times(BRADFORD, light(D65[0], D65[1]));
        double[][] scaled = new double[3][];
        for (int i = 0; i < 3; i++) {
            scaled[i] = BRADFORD[i].clone();
            for (int j = 0; j < 3; j++) {
                scaled[i][j] *= to[i] / from[i];
            }
        }
        this.toSrgb = times(TO_SRGB, times(BRADFORD_BACK, scaled));
    }

    /** @throws IIOException if samples of this layout are not read as L*a*b* */
    static void requireReadable(Layout layout) throws IIOException {
        int bits = layout.number().bits();
        if (layout.planar() || layout.number().kind() == Layout.Number.Kind.FLOATING || (bits != 8 && bits != 16)) {
            throw new IIOException(
                    "L*a*b* TIFF is not supported, but with whole samples of 8 or 16 bits that lie together");
        }
    }

    static Lab of(TiffDirectory directory, Photometric photometric, int bits) {
        double x = directory.real(WHITE_POINT, 0, D50[0]);
        double y = directory.real(WHITE_POINT, 1, D50[1]);
        boolean sensible = x > 0.1 && y > 0.1 && x + y < 0.9;
        return new Lab(photometric == Photometric.ICC_LAB, bits, sensible ? light(x, y) : light(D50[0], D50[1]));
    }

    private static double[] light(double x, double y) {
        return new double[] {x / y, 1, (1 - x - y) / y};
    }

    private static double[] steps() {
        double[] steps = new double[256];
        for (int level = 1; level < 256; level++) {
            double shown = (level - 0.5) / 255;
            steps[level] = shown <= 0.04045 ? shown / 12.92 : StrictMath.pow((shown + 0.055) / 1.055, 2.4);
        }
        return steps;
    }

    /** Writes one pixel, three levels, from the bits of its three samples. */
    void copy(long lightness, long first, long second, byte[] to, int at) {
        double fy = (lightness(lightness) + 16) / 116;
        double[] light = {
            white[0] * unbent(fy + difference(first) / 500),
            unbent(fy),
            white[2] * unbent(fy - difference(second) / 200)
        };
        double[] rgb = times(toSrgb, light);
        for (int channel = 0; channel < 3; channel++) {
            to[at + channel] = (byte) levelOf(rgb[channel]);
        }
    }

    /** ICC's form has 100 at 0xFF00, where TIFF's own has it at the greatest number. */
    private double lightness(long sample) {
        return sample * 100.0 / (bits == 8 ? 255 : icc ? 0xFF00 : 0xFFFF);
    }

    /** ICC's form puts 0 in the middle, where TIFF's own has a sign. */
    private double difference(long sample) {
        if (icc) {
            return bits == 8 ? sample - 128 : (sample - 0x8000) / 256.0;
        }
        return bits == 8 ? (byte) sample : (short) sample / 256.0;
    }

    private static double unbent(double value) {
        return value > 6.0 / 29 ? value * value * value : (value - 4.0 / 29) * 108 / 841;
    }

    private static int levelOf(double light) {
        int level = 0;
        for (int step = 128; step > 0; step >>= 1) {
            if (light >= STEPS[level + step]) {
                level += step;
            }
        }
        return level;
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[3];
        for (int i = 0; i < 3; i++) {
            product[i] = matrix[i][0] * vector[0] + matrix[i][1] * vector[1] + matrix[i][2] * vector[2];
        }
        return product;
    }

    private static double[][] times(double[][] left, double[][] right) {
        double[][] product = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                product[i][j] = left[i][0] * right[0][j] + left[i][1] * right[1][j] + left[i][2] * right[2][j];
            }
        }
        return product;
    }
}
