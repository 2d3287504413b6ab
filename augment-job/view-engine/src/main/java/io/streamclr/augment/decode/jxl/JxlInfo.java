package io.streamclr.augment.decode.jxl;

import io.streamclr.augment.decode.format.White;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import javax.imageio.IIOException;

/**
 * What a JPEG XL file says of its image.
 *
 * @param width before it is turned
 * @param height before it is turned
 * @param bits of a sample
 * @param whole whether samples are whole numbers
 * @param orientation as EXIF counts, 1 to 8
 * @param colours 1 or 3
 * @param more channels that are no colours, opacity among them
 * @param alpha whether there is opacity
 * @param multiplied whether colours are multiplied by it
 */
record JxlInfo(
        int width,
        int height,
        int bits,
        boolean whole,
        int orientation,
        int colours,
        int more,
        boolean alpha,
        boolean multiplied) {

    /** Farther from a whole number no two decoders of an image without losses can be; an eighth is far more than they are. */
    private static final float NEAR = 0.125f;

    private static final int MOST_BITS = 16;

    void writeTo(DataOutputStream out) throws IOException {
        for (int word : new int[] {width, height, bits, orientation, colours, more}) {
            out.writeInt(word);
        }
        for (boolean fact : new boolean[] {whole, alpha, multiplied}) {
            out.writeBoolean(fact);
        }
    }

    static JxlInfo read(DataInputStream in) throws IOException {
        int width = in.readInt();
        int height = in.readInt();
        int bits = in.readInt();
        int orientation = in.readInt();
        int colours = in.readInt();
        int more = in.readInt();
        boolean whole = in.readBoolean();
        boolean alpha = in.readBoolean();
        boolean multiplied = in.readBoolean();
        if ((colours != 1 && colours != 3) || orientation < 1 || orientation > 8) {
            throw new IOException("libjxl answers with " + colours + " colours and orientation " + orientation);
        }
        return new JxlInfo(width, height, bits, whole, orientation, colours, more, alpha, multiplied);
    }

    int channels() {
        return colours + (alpha ? 1 : 0);
    }

    /**
     * Packed RGB, over white.
     *
     * @param samples from 0 to 1, channel by channel of a pixel
     * @param inexactToo whether samples that are no whole numbers are rounded
     * @throws IOException if there are such samples otherwise
     */
    byte[] rgb(float[] samples, boolean inexactToo) throws IOException {
        boolean countable = whole && bits <= MOST_BITS;
        int most = countable ? (1 << bits) - 1 : 255;
        byte[] rgb = new byte[3 * width * height];
        int[] values = new int[channels()];
        int to = 0;
        for (int at = 0; at < samples.length; at += channels()) {
            for (int channel = 0; channel < values.length; channel++) {
                float exact = samples[at + channel] * most;
                float rounded = (float) Math.rint(exact);
                if (!inexactToo && (!countable || !(Math.abs(exact - rounded) <= NEAR))) {
                    throw new IIOException("JPEG XL with losses is not supported alike by all versions of libjxl and on"
                            + " all processors; 'augment --system-formats all' decodes it");
                }
                long value = Math.max(0, Math.min(most, (long) rounded));
                values[channel] = (int) ((value * 255 + most / 2) / most);
            }
            int opacity = alpha ? values[colours] : 255;
            for (int channel = 0; channel < 3; channel++) {
                rgb[to++] = overWhite(values[colours == 3 ? channel : 0], opacity);
            }
        }
        return rgb;
    }

    private byte overWhite(int value, int opacity) {
        return (byte) (multiplied ? White.underMultiplied(value, opacity) : White.under(value, opacity));
    }
}
