package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.Jfif;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * Colours as brightness and two differences (TIFF 6.0, section 21), 8 bits each.
 *
 * @param weights of red, green and blue in brightness
 * @param reference what is black and white of each of the three
 */
record Ycbcr(double[] weights, double[] reference) {

    private static final int WEIGHTS = 529;
    private static final int REFERENCE = 532;

    private static final double[] USUAL_WEIGHTS = {0.299, 0.587, 0.114};
    private static final double[] USUAL_REFERENCE = {0, 255, 128, 255, 128, 255};

    static Ycbcr of(TiffDirectory directory) {
        return new Ycbcr(reals(directory, WEIGHTS, USUAL_WEIGHTS), reals(directory, REFERENCE, USUAL_REFERENCE));
    }

    /** @throws IIOException if samples of this layout are not read as YCbCr */
    static void requireReadable(Layout layout, Subsampling sharing) throws IIOException {
        boolean bytes = layout.bands() == 3
                && layout.number().bits() == 8
                && layout.number().kind() == Layout.Number.Kind.UNSIGNED;
        if (!bytes || (!sharing.equals(Subsampling.NONE) && (layout.planar() || layout.predictor() != 1))) {
            throw new IIOException("YCbCr TIFF is not supported, but with 3 bands of 8 bits, and where pixels share"
                    + " differences, with bands together and without a predictor");
        }
    }

    private static double[] reals(TiffDirectory directory, int tag, double[] usual) {
        double[] values = new double[usual.length];
        for (int i = 0; i < usual.length; i++) {
            values[i] = directory.real(tag, i, usual[i]);
        }
        return values;
    }

    /** In place: three bytes a pixel. */
    void toRgb(byte[] levels) {
        boolean usual = Arrays.equals(weights, USUAL_WEIGHTS) && Arrays.equals(reference, USUAL_REFERENCE);
        for (int at = 0; at + 2 < levels.length; at += 3) {
            if (usual) {
                convert(levels, at);
            } else {
                convertByWeights(levels, at);
            }
        }
    }

    private static void convert(byte[] levels, int at) {
        int y = levels[at] & 0xff;
        int cb = (levels[at + 1] & 0xff) - 128;
        int cr = (levels[at + 2] & 0xff) - 128;
        levels[at] = (byte) Jfif.red(y, cr, 255);
        levels[at + 1] = (byte) Jfif.green(y, cb, cr, 255);
        levels[at + 2] = (byte) Jfif.blue(y, cb, 255);
    }

    private void convertByWeights(byte[] levels, int at) {
        double y = share(levels[at], 0) * 255;
        double cb = share(levels[at + 1], 1) * 127;
        double cr = share(levels[at + 2], 2) * 127;
        double red = y + cr * (2 - 2 * weights[0]);
        double blue = y + cb * (2 - 2 * weights[2]);
        levels[at] = level((int) Math.floor(red + 0.5));
        levels[at + 1] = level((int) Math.floor((y - weights[0] * red - weights[2] * blue) / weights[1] + 0.5));
        levels[at + 2] = level((int) Math.floor(blue + 0.5));
    }

    private double share(byte code, int of) {
        return ((code & 0xff) - reference[2 * of]) / (reference[2 * of + 1] - reference[2 * of]);
    }

    private static byte level(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
