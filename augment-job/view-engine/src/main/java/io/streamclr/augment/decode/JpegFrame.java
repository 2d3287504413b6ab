package io.streamclr.augment.decode;

import io.streamclr.augment.decode.jpeg.Marker;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How a JPEG file is coded: its frame header (ITU-T T.81, B.2.2). Knows which ways of coding the decoders that Java
 * platforms bring, libjpeg 6b and libjpeg-turbo, do not read, or turn into different pixels.
 */
final class JpegFrame {

    /** Of a file without a frame. */
    static final JpegFrame NONE = new JpegFrame(0, 8, new byte[0]);

    private static final int BASELINE = 0xC0;
    private static final int PROGRESSIVE = 0xC2;
    private static final int USUAL_BITS = 8;

    /** Which scans a file has. */
    enum Scans {
        /** All, or as many as matter. */
        ALL,
        /** Not the last refinement of what decoders smooth. */
        SOME,
        /** More than anyone needs. */
        TOO_MANY
    }

    /** Every scan costs the time of an image; encoders make ten or fewer. */
    static final int MOST_SCANS = 100;

    /** The first coefficients of a block, in zigzag order: as long as one is missing, decoders smooth, each its way. */
    private static final int SMOOTHED = 10;

    private final int coding;
    private final int precision;
    /** Three bytes for each component: id, sampling across (high half) and down (low half), table. */
    private final byte[] components;

    private JpegFrame(int coding, int precision, byte[] components) {
        this.coding = coding;
        this.precision = precision;
        this.components = components;
    }

    /**
     * Reads a frame header.
     *
     * @param header what follows the segment's length; a short one gives fewer components
     */
    static JpegFrame of(int marker, ByteBuffer header) {
        int claimed = header.remaining() < 6 ? 0 : header.get(header.position() + 5) & 0xff;
        byte[] components = new byte[3 * Math.min(claimed, Math.max(0, (header.remaining() - 6) / 3))];
        if (components.length > 0) {
            header.get(header.position() + 6, components);
        }
        int precision = header.hasRemaining() ? header.get(header.position()) & 0xff : USUAL_BITS;
        return new JpegFrame(marker, precision, components);
    }

    int components() {
        return components.length / 3;
    }

    /** Whether the components are numbered as JFIF has them, which without any other word means YCbCr. */
    boolean hasUsualIds() {
        return components() == 3 && components[0] == 1 && components[3] == 2 && components[6] == 3;
    }

    private int across(int component) {
        return components[3 * component + 1] >> 4 & 0xf;
    }

    private int down(int component) {
        return components[3 * component + 1] & 0xf;
    }

    /** Whether the decoders of all platforms read it, and make the same pixels of a file that has all its scans. */
    boolean isReadAlike() {
        return coding >= BASELINE && coding <= PROGRESSIVE && precision == USUAL_BITS && !isEnlargedDownwardsAlone();
    }

    /**
     * Whether one scan holds everything, from the top row to the last.
     *
     * @param scan where in the file its first scan begins
     */
    boolean isRowAfterRow(byte[] file, int scan) {
        return !progressive() && scan + 4 < file.length && file[scan + 4] == components();
    }

    /** In Huffman or in arithmetic codes. */
    private boolean progressive() {
        return (coding & 3) == 2;
    }

    /** Rows of pixels that are coded together. */
    int rowsTogether() {
        int most = 1;
        for (int i = 0; i < components(); i++) {
            most = Math.max(most, down(i));
        }
        return 8 * most;
    }

    private boolean isEnlargedDownwardsAlone() {
        int mostAcross = 0;
        int mostDown = 0;
        for (int i = 0; i < components(); i++) {
            mostAcross = Math.max(mostAcross, across(i));
            mostDown = Math.max(mostDown, down(i));
        }
        for (int i = 0; i < components(); i++) {
            if (across(i) == mostAcross && 2 * down(i) == mostDown) {
                return true;
            }
        }
        return false;
    }

    /**
     * Looks for the scans of a file.
     *
     * @param first where in the file its first scan begins
     */
    Scans scans(byte[] file, int first) {
        if (isRowAfterRow(file, first)) {
            return Scans.ALL;
        }
        int[][] bitsMissing = new int[components()][SMOOTHED];
        for (int[] ofComponent : bitsMissing) {
            Arrays.fill(ofComponent, Integer.MAX_VALUE);
        }
        int scans = 0;
        for (int scan = first; scan >= 0; scan = nextScan(file, scan)) {
            if (++scans > MOST_SCANS) {
                return Scans.TOO_MANY;
            }
            note(file, scan, bitsMissing);
        }
        boolean refined =
                Arrays.stream(bitsMissing).flatMapToInt(Arrays::stream).allMatch(bits -> bits == 0);
        return refined || !progressive() ? Scans.ALL : Scans.SOME;
    }

    /** Notes which bits of which coefficients a scan brings (T.81, B.2.3). */
    private void note(byte[] file, int scan, int[][] bitsMissing) {
        int count = scan + 4 < file.length ? file[scan + 4] & 0xff : 0;
        int tail = scan + 5 + 2 * count;
        if (tail + 3 > file.length) {
            return;
        }
        int from = file[tail] & 0xff;
        int to = Math.min(file[tail + 1] & 0xff, SMOOTHED - 1);
        for (int i = 0; i < count; i++) {
            for (int component = 0; component < components(); component++) {
                if (components[3 * component] == file[scan + 5 + 2 * i]) {
                    for (int k = from; k <= to; k++) {
                        bitsMissing[component][k] = file[tail + 2] & 0xf;
                    }
                }
            }
        }
    }

    /** Where the next scan's marker is; -1 if the image ends first. */
    private static int nextScan(byte[] file, int scan) {
        int at = afterSegment(file, scan);
        while (at + 4 <= file.length) {
            int marker = file[at + 1] & 0xff;
            if (file[at] != (byte) 0xFF || marker == 0 || marker == 0xFF || Marker.standsAlone(marker)) {
                at++;
            } else if (marker == Marker.START_OF_SCAN) {
                return at;
            } else if (marker == Marker.END_OF_IMAGE) {
                return -1;
            } else {
                at = afterSegment(file, at);
            }
        }
        return -1;
    }

    private static int afterSegment(byte[] file, int at) {
        return at + 4 <= file.length ? at + 2 + (((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff)) : file.length;
    }
}
