package io.streamclr.augment.decode.tiff;

/**
 * Turns samples into levels from 0 (black) to 255 (white). Of numbers without a sign the least that their bits can hold is
 * black and the greatest white; for the others see {@link Range}.
 */
final class Levels {

    private static final int MOST_IN_TABLE = 16;

    private final Samples samples;
    private final byte[] table;
    private final double black;
    private final double width;

    private Levels(Samples samples, byte[] table, double black, double white) {
        this.samples = samples;
        this.table = table;
        this.black = black;
        this.width = white - black;
    }

    /** Of numbers without a sign. */
    static Levels ofWhole(Samples samples, Layout.Number number) {
        int bits = number.bits();
        if (bits > MOST_IN_TABLE) {
            return between(samples, 0, Math.scalb(1.0, bits) - 1);
        }
        byte[] table = new byte[1 << bits];
        int most = table.length - 1;
        for (int sample = 0; sample <= most; sample++) {
            table[sample] = (byte) ((sample * 255L + most / 2) / most);
        }
        return new Levels(samples, table, 0, most);
    }

    static Levels between(Samples samples, double black, double white) {
        return new Levels(samples, null, black, white);
    }

    byte of(long sample) {
        if (table != null) {
            return table[(int) sample];
        }
        double share = (samples.number(sample) - black) / width;
        // What is no number is no level either, and shows black.
        return share > 0 ? (byte) (Math.min(1, share) * 255 + 0.5) : 0;
    }

    /**
     * From where to where numbers with a sign, or floating ones, go in an image. As long as they stay within 0 and 1, those
     * are black and white. Heights, temperatures and reflectances do not, and would be one white or grey plane: the least of
     * them is black then, and the greatest white. Numbers that the file calls missing, and those without end, do not count.
     */
    static final class Range {

        private final double missing;
        private double least = Double.POSITIVE_INFINITY;
        private double greatest = Double.NEGATIVE_INFINITY;

        /** @param missing what stands where nothing was measured; not a number if nothing does */
        Range(double missing) {
            this.missing = missing;
        }

        void add(double value) {
            if (value != missing && Math.abs(value) <= Double.MAX_VALUE) {
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
        }

        private boolean stretched() {
            return least < greatest && (least < 0 || greatest > 1);
        }

        double black() {
            return stretched() ? least : 0;
        }

        double white() {
            return stretched() ? greatest : 1;
        }
    }
}
