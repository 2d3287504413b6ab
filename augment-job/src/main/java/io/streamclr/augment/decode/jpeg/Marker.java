package io.streamclr.augment.decode.jpeg;

/** The second bytes of markers (T.81, table B.1). */
final class Marker {

    /** There is none. */
    static final int NONE = 0;

    static final int START_OF_IMAGE = 0xD8;
    static final int END_OF_IMAGE = 0xD9;
    static final int START_OF_SCAN = 0xDA;
    static final int QUANTISATION = 0xDB;
    static final int RESTART_INTERVAL = 0xDD;
    static final int HUFFMAN = 0xC4;
    static final int ARITHMETIC = 0xCC;
    static final int FIRST_RESTART = 0xD0;
    static final int JFIF = 0xE0;
    static final int ADOBE = 0xEE;

    private static final int JPG = 0xC8;
    private static final int TEMPORARY = 0x01;

    private Marker() {}

    static boolean startsFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != HUFFMAN && marker != ARITHMETIC && marker != JPG;
    }

    static boolean standsAlone(int marker) {
        return marker == TEMPORARY || (marker >= FIRST_RESTART && marker < START_OF_IMAGE);
    }
}
