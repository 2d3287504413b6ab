package io.streamclr.augment.decode.jpeg;

import io.streamclr.augment.decode.format.Jfif;

/** What the components of an image mean, and how they become RGB; inks are stored inverted, as Adobe does. */
enum Colours {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK;

    /**
     * As libjpeg tells them apart; without any mark lossless files are RGB.
     *
     * @param jfif whether the file has JFIF's marker
     * @param adobe the transform that Adobe's marker names; -1 if there is none
     */
    static Colours of(Frame frame, boolean jfif, int adobe) {
        Component[] components = frame.components();
        return switch (components.length) {
            case 1 -> GREY;
            case 3 -> {
                boolean rgb = frame.lossless() || mean(components, 'R', 'G', 'B');
                yield jfif || (adobe >= 0 ? adobe != 0 : !rgb) ? YCBCR : RGB;
            }
            default -> adobe < 0 || adobe == 0 ? CMYK : YCCK;
        };
    }

    private static boolean mean(Component[] components, int... ids) {
        for (int i = 0; i < ids.length; i++) {
            if (components[i].id != ids[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes a row of pixels.
     *
     * @param samples a row of each component
     * @param bits of a sample, 2 to 16
     * @param at where in the packed RGB the row begins
     */
    void write(short[][] samples, int bits, byte[] rgb, int at) {
        int most = (1 << bits) - 1;
        int width = samples[0].length;
        int to = at;
        for (int x = 0; x < width; x++) {
            int first = samples[0][x] & most;
            int red = first;
            int green = first;
            int blue = first;
            if (this == YCBCR || this == YCCK) {
                int cb = (samples[1][x] & most) - (most + 1) / 2;
                int cr = (samples[2][x] & most) - (most + 1) / 2;
                red = Jfif.red(first, cr, most);
                green = Jfif.green(first, cb, cr, most);
                blue = Jfif.blue(first, cb, most);
            } else if (this != GREY) {
                green = samples[1][x] & most;
                blue = samples[2][x] & most;
            }
            red = eightBits(red, most);
            green = eightBits(green, most);
            blue = eightBits(blue, most);
            if (this == CMYK || this == YCCK) {
                int light = eightBits(samples[3][x] & most, most);
                red = shining(this == YCCK ? 255 - red : red, light);
                green = shining(this == YCCK ? 255 - green : green, light);
                blue = shining(this == YCCK ? 255 - blue : blue, light);
            }
            rgb[to++] = (byte) red;
            rgb[to++] = (byte) green;
            rgb[to++] = (byte) blue;
        }
    }

    private static int eightBits(int value, int most) {
        return most == 255 ? value : (int) ((255L * value + most / 2) / most);
    }

    /** How much light an ink leaves of that which black leaves; both stored inverted, rounded as Pillow does. */
    private static int shining(int inverted, int light) {
        int product = (255 - inverted) * light + 128;
        return Math.max(0, light - (((product >> 8) + product) >> 8));
    }
}
