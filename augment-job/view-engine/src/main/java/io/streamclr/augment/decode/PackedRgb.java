package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.White;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;

/**
 * Turns whatever a reader makes into 8-bit RGB: grey is copied to all channels as it stands (Java2D would bend it by a
 * gamma curve), 16 bits are rounded to 8, and what is transparent shows white.
 */
final class PackedRgb {

    private static final ColorModel SRGB = new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);

    private PackedRgb() {}

    /** The pixels of an image: packed RGB, row-major. */
    static byte[] of(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        ColorModel colours = image.getColorModel();
        if (!copyBytes(image, rgb)) {
            if (colours instanceof ComponentColorModel && hasPlainSamples(image)) {
                fromSamples(image, rgb);
            } else {
                fromColourModel(image, rgb);
            }
        }
        return rgb;
    }

    /** An image that a reader can draw into, and whose pixels lie in the given bytes: packed RGB, row-major. */
    static BufferedImage over(byte[] rgb, int width, int height) {
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length), width, height, 3 * width, 3, new int[] {0, 1, 2}, null);
        return new BufferedImage(SRGB, raster, false, null);
    }

    /** The usual case by itself: three interleaved bytes a pixel, in any order, or one grey byte. */
    private static boolean copyBytes(BufferedImage image, byte[] rgb) {
        Raster raster = image.getRaster();
        SampleModel samples = raster.getSampleModel();
        int bands = samples.getNumBands();
        if (!(samples instanceof PixelInterleavedSampleModel layout)
                || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
                || !(image.getColorModel() instanceof ComponentColorModel)
                || !((isRgb(image) && bands == 3) || (isGrey(image) && bands == 1))
                || buffer.getNumBanks() != 1) {
            return false;
        }
        byte[] from = buffer.getData();
        int[] bandOffsets = layout.getBandOffsets();
        int start = buffer.getOffset()
                - raster.getSampleModelTranslateX() * layout.getPixelStride()
                - raster.getSampleModelTranslateY() * layout.getScanlineStride();
        int red = bandOffsets[0];
        int green = bandOffsets[bands == 3 ? 1 : 0];
        int blue = bandOffsets[bands == 3 ? 2 : 0];
        int step = layout.getPixelStride();
        int width = image.getWidth();
        for (int y = 0; y < image.getHeight(); y++) {
            copyRow(from, start + y * layout.getScanlineStride(), step, red, green, blue, rgb, 3 * y * width, width);
        }
        return true;
    }

    private static void copyRow(
            byte[] from, int at, int step, int red, int green, int blue, byte[] rgb, int to, int width) {
        for (int x = 0; x < width; x++) {
            rgb[to] = from[at + red];
            rgb[to + 1] = from[at + green];
            rgb[to + 2] = from[at + blue];
            at += step;
            to += 3;
        }
    }

    private static boolean isRgb(BufferedImage image) {
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_RGB;
    }

    private static boolean isGrey(BufferedImage image) {
        return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    private static boolean hasPlainSamples(BufferedImage image) {
        int type = image.getSampleModel().getDataType();
        return (isRgb(image) || isGrey(image)) && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
    }

    /** Grey or RGB, 8 or 16 bits, with or without alpha. */
    private static void fromSamples(BufferedImage image, byte[] rgb) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int colours = isRgb(image) ? 3 : 1;
        boolean alpha = image.getColorModel().hasAlpha() && bands > colours;
        boolean multiplied = image.isAlphaPremultiplied();
        int[] most = new int[bands];
        for (int band = 0; band < bands; band++) {
            most[band] = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
        }
        int[] row = new int[bands * image.getWidth()];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
            for (int at = 0; at < row.length; at += bands) {
                int opacity = alpha ? eightBits(row[at + colours], most[colours]) : 255;
                for (int channel = 0; channel < 3; channel++) {
                    int band = colours == 3 ? channel : 0;
                    int value = eightBits(row[at + band], most[band]);
                    rgb[to++] = (byte)
                            (multiplied && alpha ? White.underMultiplied(value, opacity) : White.under(value, opacity));
                }
            }
        }
    }

    /** Palettes, packed pixels and other colour spaces, as their own colour model understands them. */
    private static void fromColourModel(BufferedImage image, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                int opacity = argb >>> 24;
                rgb[to++] = (byte) White.under((argb >> 16) & 0xff, opacity);
                rgb[to++] = (byte) White.under((argb >> 8) & 0xff, opacity);
                rgb[to++] = (byte) White.under(argb & 0xff, opacity);
            }
        }
    }

    private static int eightBits(int value, int most) {
        return most == 255 ? value : (int) ((value * 255L + most / 2) / most);
    }
}
