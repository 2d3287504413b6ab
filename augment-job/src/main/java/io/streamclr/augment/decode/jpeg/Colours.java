package io.streamclr.augment.decode.jpeg;

/**
 * What the components of an image mean, and how they become RGB: the sums of JFIF 1.02 in 16 bits behind the point, as
 * libjpeg rounds them, and inks as Adobe stores them, inverted.
 */
enum Colours {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK;

    private static final int HALF = 1 << 15;
    private static final int RED_OF_CR = 91_881;
    private static final int BLUE_OF_CB = 116_130;
    private static final int GREEN_OF_CR = 46_802;
    private static final int GREEN_OF_CB = 22_554;

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
                boolean named = frame.lossless() || mean(components, 'R', 'G', 'B');
                yield jfif || (adobe >= 0 ? adobe != 0 : !named) ? YCBCR : RGB;
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
                red = limited(first + (int) (((long) RED_OF_CR * cr + HALF) >> 16), most);
                green = limited(
                        first + (int) ((-(long) GREEN_OF_CB * cb - (long) GREEN_OF_CR * cr + HALF) >> 16), most);
                blue = limited(first + (int) (((long) BLUE_OF_CB * cb + HALF) >> 16), most);
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

    private static int limited(int value, int most) {
        return Math.max(0, Math.min(most, value));
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
