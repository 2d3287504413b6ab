package io.streamclr.augment.decode.tiff;

/** What samples mean (TIFF 6.0, tag 262). */
enum Photometric {
    WHITE_IS_ZERO(1),
    BLACK_IS_ZERO(1),
    RGB(3),
    PALETTE(1),
    CMYK(4),
    YCBCR(3),
    CIE_LAB(3),
    ICC_LAB(3),
    /** Raw data of cameras, logarithms of light, masks: nothing that all programs show alike. */
    OTHER(1);

    static final int TAG = 262;
    static final int INK_SET = 332;
    static final int INKS = 334;
    private static final int COLOUR_MAP = 320;

    private final int colours;

    Photometric(int colours) {
        this.colours = colours;
    }

    /** How many samples of a pixel make its colour. */
    int colours() {
        return colours;
    }

    /** As the file says, or, where it does not, as its bands suggest. */
    static Photometric of(TiffDirectory directory) {
        int value = (int) Math.min(Integer.MAX_VALUE, directory.number(TAG, -1));
        return switch (value) {
            case -1 -> guess(directory);
            case 0 -> WHITE_IS_ZERO;
            case 1 -> BLACK_IS_ZERO;
            case 2 -> RGB;
            case 3 -> PALETTE;
            case 5 -> CMYK;
            case 6 -> YCBCR;
            case 8 -> CIE_LAB;
            case 9 -> ICC_LAB;
            default -> OTHER;
        };
    }

    private static Photometric guess(TiffDirectory directory) {
        if (directory.has(COLOUR_MAP)) {
            return PALETTE;
        }
        return switch ((int) (directory.number(Layout.BANDS, 1) - directory.count(Layout.EXTRA_SAMPLES))) {
            case 3 -> RGB;
            case 4 -> CMYK;
            default -> BLACK_IS_ZERO;
        };
    }
}
