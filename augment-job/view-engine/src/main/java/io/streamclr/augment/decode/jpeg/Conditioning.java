package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Where arithmetic coding draws its lines between small and large values (T.81, B.2.4.3 and F.1.4.4). */
final class Conditioning {

    private final int[] low = new int[4];
    private final int[] high = new int[4];
    private final int[] lastLow = new int[4];

    Conditioning() {
        Arrays.fill(high, 1);
        Arrays.fill(lastLow, 5);
    }

    /** @param from where the segment's content stands */
    void read(byte[] file, int from, int to) throws IOException {
        if ((to - from) % 2 != 0) {
            throw new IOException("a segment of conditioning tables has a length that none has");
        }
        for (int at = from; at < to; at += 2) {
            int table = file[at] & 0xff;
            int value = file[at + 1] & 0xff;
            if (table < 4) {
                low[table] = value & 0xf;
                high[table] = value >> 4;
                if (low[table] > high[table]) {
                    throw new IOException("a conditioning table has its lower bound above its upper bound");
                }
            } else if (table >= 16 && table < 20) {
                lastLow[table - 16] = value;
            } else {
                throw new IOException("a conditioning table has a number that none has");
            }
        }
    }

    /** Where the contexts of a difference begin, as the one before was (table F.4 and F.1.4.4.1.2). */
    int category(int table, int magnitude, int sign) {
        if (magnitude < (1 << low[table]) >> 1) {
            return 0;
        }
        return (magnitude > (1 << high[table]) >> 1 ? 12 : 4) + 4 * sign;
    }

    /** The last coefficient that counts as one of low frequency. */
    int lastLow(int table) {
        return lastLow[table];
    }
}
