package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.Arrays;

/** A rectangle of coefficients that is coded by itself, and where its bytes lie among those of the tile. */
final class CodeBlock {

    private static final int MOST_LENGTH_BITS = 31;

    /** Where it goes among the coefficients of its component. */
    final int x;

    final int y;
    final int width;
    final int height;

    boolean included;
    int zeroPlanes;
    private int lengthBits = 3;

    /** Passes, most passes, bytes: of one segment after the other. */
    private int[] segments = new int[3];

    private int segmentCount;

    /** Place and length of one piece after the other. */
    private int[] pieces = new int[2];

    private int pieceCount;

    /** Pieces whose place is not known yet: their bytes follow the header that announced them. */
    private int placed;

    CodeBlock(int x, int y, int width, int height) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
    }

    /** Reads from a packet's header how many bytes it has for this block, and of how many passes. */
    void readLengths(PacketBits bits, Coding coding, int mostPasses) throws IOException {
        int passes = passes(bits);
        while (bits.bit() == 1) {
            lengthBits++;
        }
        while (passes > 0) {
            if (segmentCount == 0 || segments[3 * segmentCount - 3] == segments[3 * segmentCount - 2]) {
                beginSegment(coding);
            }
            int segment = 3 * (segmentCount - 1);
            int taken = Math.min(passes, segments[segment + 1] - segments[segment]);
            int count = lengthBits + 31 - Integer.numberOfLeadingZeros(taken);
            if (count > MOST_LENGTH_BITS) {
                throw Bytes.broken("claims a code-block of gigabytes");
            }
            int length = bits.bits(count);
            segments[segment] += taken;
            segments[segment + 2] = Math.addExact(segments[segment + 2], length);
            passes -= taken;
            if (2 * pieceCount == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * pieces.length);
            }
            pieces[2 * pieceCount + 1] = length;
            pieceCount++;
        }
        if (totalPasses() > mostPasses) {
            throw Bytes.broken("has more passes over a code-block than it has bits");
        }
    }

    /** The bytes follow in the order in which the header announced them. */
    void take(Bytes packets) throws IOException {
        for (; placed < pieceCount; placed++) {
            pieces[2 * placed] = packets.take(pieces[2 * placed + 1]);
        }
    }

    private static int passes(PacketBits bits) throws IOException {
        if (bits.bit() == 0) {
            return 1;
        }
        if (bits.bit() == 0) {
            return 2;
        }
        int more = bits.bits(2);
        if (more < 3) {
            return 3 + more;
        }
        more = bits.bits(5);
        return more < 31 ? 6 + more : 37 + bits.bits(7);
    }

    /** Where the coder starts anew (D.4.2, D.6). */
    private void beginSegment(Coding coding) {
        int most = Integer.MAX_VALUE;
        if (coding.has(Coding.ENDS_EACH_PASS)) {
            most = 1;
        } else if (coding.has(Coding.BYPASS)) {
            int before = segmentCount == 0 ? 0 : segments[3 * segmentCount - 2];
            most = segmentCount == 0 ? 10 : before == 1 || before == 10 ? 2 : 1;
        }
        if (3 * segmentCount == segments.length) {
            segments = Arrays.copyOf(segments, 2 * segments.length);
        }
        segments[3 * segmentCount + 1] = most;
        segmentCount++;
    }

    private int totalPasses() {
        int passes = 0;
        for (int i = 0; i < segmentCount; i++) {
            passes += segments[3 * i];
        }
        return passes;
    }

    int segmentCount() {
        return segmentCount;
    }

    int passes(int segment) {
        return segments[3 * segment];
    }

    int bytes(int segment) {
        return segments[3 * segment + 2];
    }

    /** All bytes together. */
    byte[] gather(byte[] packets) {
        int length = 0;
        for (int i = 0; i < placed; i++) {
            length += pieces[2 * i + 1];
        }
        byte[] together = new byte[length];
        int to = 0;
        for (int i = 0; i < placed; i++) {
            System.arraycopy(packets, pieces[2 * i], together, to, pieces[2 * i + 1]);
            to += pieces[2 * i + 1];
        }
        return together;
    }
}
