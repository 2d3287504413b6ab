package io.streamclr.augment.decode.jpeg;

/** The second bytes of markers (T.81, table B.1). */
public final class Marker {

    /** There is none. */
    public static final int NONE = 0;

    public static final int START_OF_IMAGE = 0xD8;
    public static final int END_OF_IMAGE = 0xD9;
    public static final int START_OF_SCAN = 0xDA;
    public static final int QUANTISATION = 0xDB;
    public static final int RESTART_INTERVAL = 0xDD;
    public static final int HUFFMAN = 0xC4;
    public static final int ARITHMETIC = 0xCC;
    public static final int FIRST_RESTART = 0xD0;
    public static final int JFIF = 0xE0;
    public static final int ADOBE = 0xEE;

    private static final int JPG = 0xC8;
    private static final int TEMPORARY = 0x01;

    private Marker() {}

    /** Whether a frame header follows. */
    public static boolean startsFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != HUFFMAN && marker != ARITHMETIC && marker != JPG;
    }

    /** Whether nothing follows that belongs to it, not even a length. */
    public static boolean standsAlone(int marker) {
        return marker == TEMPORARY || (marker >= FIRST_RESTART && marker < START_OF_IMAGE);
    }
}
