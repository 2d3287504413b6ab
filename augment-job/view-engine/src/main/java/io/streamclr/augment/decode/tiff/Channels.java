package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.White;
import java.io.IOException;

/**
 * Which bands of an image are seen, and how their levels become RGB.
 *
 * @param alpha the band that says how opaque a pixel is; -1 if none does
 * @param multiplied whether colours are multiplied by it already
 */
record Channels(Photometric photometric, int alpha, boolean multiplied) {

    private static final int UNSPECIFIED = 0;
    private static final int ASSOCIATED = 1;
    private static final int UNASSOCIATED = 2;

    /** The first extra band that is alpha by its tag; others, such as near infrared, are not seen. */
    static Channels of(TiffDirectory directory, Photometric photometric, int bands) throws IOException {
        int colours = photometric.colours();
        if (bands < colours) {
            throw new IOException("the TIFF file has " + bands + " bands, but its colours need " + colours);
        }
        if (!directory.has(Layout.EXTRA_SAMPLES)) {
            // Some writers leave the tag out where the one extra band is alpha.
            return new Channels(photometric, bands == colours + 1 ? colours : -1, false);
        }
        for (int extra = 0; extra < bands - colours; extra++) {
            long kind = directory.number(Layout.EXTRA_SAMPLES, extra, UNSPECIFIED);
            if (kind == ASSOCIATED || kind == UNASSOCIATED) {
                return new Channels(photometric, colours + extra, kind == ASSOCIATED);
            }
        }
        return new Channels(photometric, -1, false);
    }

    boolean transparent() {
        return alpha >= 0;
    }

    /** Levels that are kept of a pixel until all are there: of its colours, and how opaque it is. */
    int kept() {
        return colours() + (transparent() ? 1 : 0);
    }

    /** Levels of a pixel's colour; a palette's indices are looked up at once. */
    int colours() {
        return photometric == Photometric.PALETTE ? 3 : photometric.colours();
    }

    /** Whether a band is needed. */
    boolean sees(int band) {
        return band == alpha || band < photometric.colours();
    }

    /** Where the level of a band is kept in its pixel. */
    int placeOf(int band) {
        return band == alpha ? colours() : band;
    }

    /** Packed RGB over white; the same array where that is what it has. */
    byte[] rgb(byte[] levels, int pixels) {
        int kept = kept();
        boolean inverted = photometric == Photometric.WHITE_IS_ZERO;
        boolean ink = photometric == Photometric.CMYK;
        if (kept == 3) {
            return levels;
        }
        byte[] rgb = new byte[3 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int at = pixel * kept;
            int opacity = transparent() ? levels[at + kept - 1] & 0xff : 255;
            for (int channel = 0; channel < 3; channel++) {
                int value = levels[at + (colours() == 1 ? 0 : channel)] & 0xff;
                if (inverted) {
                    value = 255 - value;
                } else if (ink) {
                    value = ((255 - value) * (255 - (levels[at + 3] & 0xff)) + 127) / 255;
                }
                rgb[3 * pixel + channel] =
                        (byte) (multiplied ? White.underMultiplied(value, opacity) : White.under(value, opacity));
            }
        }
        return rgb;
    }
}
