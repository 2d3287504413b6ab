package io.streamclr.augment.decode.heif;

import io.streamclr.augment.decode.format.White;

/**
 * A picture as it is coded.
 *
 * @param blueness null in grey pictures
 * @param redness null in grey pictures
 * @param opacity null in opaque pictures
 * @param direct whether brightness, blueness and redness are green, blue and red themselves
 */
record Planes(Plane brightness, Plane blueness, Plane redness, Plane opacity, boolean direct) {

    /** Weights in brightness (ITU-R BT.601). */
    private static final double RED = 0.299;

    private static final double BLUE = 0.114;

    /**
     * Samples of one kind.
     *
     * @param samples unsigned, row by row
     */
    record Plane(int width, int height, int bits, short[] samples) {

        /** The sample for a place of a picture of these sides: the nearest, where there are fewer. */
        int at(int x, int y, int pictureWidth, int pictureHeight) {
            int column = width == pictureWidth ? x : Math.min(width - 1, x / 2);
            int row = height == pictureHeight ? y : Math.min(height - 1, y / 2);
            return samples[row * width + column] & 0xffff;
        }
    }

    /** Packed RGB, over white. */
    byte[] rgb(boolean multiplied) {
        int width = brightness.width();
        int height = brightness.height();
        byte[] rgb = new byte[3 * width * height];
        double scale = 255.0 / ((1 << brightness.bits()) - 1);
        double middle = 1 << (brightness.bits() - 1);
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double light = brightness.at(x, y, width, height) * scale;
                double red = light;
                double green = light;
                double blue = light;
                if (blueness != null && redness != null) {
                    int first = blueness.at(x, y, width, height);
                    int second = redness.at(x, y, width, height);
                    if (direct) {
                        blue = first * scale;
                        red = second * scale;
                    } else {
                        double cb = (first - middle) * scale;
                        double cr = (second - middle) * scale;
                        red = light + 2 * (1 - RED) * cr;
                        blue = light + 2 * (1 - BLUE) * cb;
                        green = (light - RED * red - BLUE * blue) / (1 - RED - BLUE);
                    }
                }
                int opaque = 255;
                if (opacity != null) {
                    int mostOpaque = (1 << opacity.bits()) - 1;
                    opaque = (opacity.at(x, y, width, height) * 255 + mostOpaque / 2) / mostOpaque;
                }
                rgb[to++] = overWhite(red, opaque, multiplied);
                rgb[to++] = overWhite(green, opaque, multiplied);
                rgb[to++] = overWhite(blue, opaque, multiplied);
            }
        }
        return rgb;
    }

    private static byte overWhite(double exact, int opacity, boolean multiplied) {
        int value = (int) Math.rint(Math.max(0, Math.min(255, exact)));
        return (byte) (multiplied ? White.underMultiplied(value, opacity) : White.under(value, opacity));
    }
}
