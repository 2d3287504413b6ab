package io.streamclr.ingest.fetch;

import io.streamclr.schemas.identity.Seeds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The lines of a list in a random order; of one that is too large for memory, the rest as it is. */
public final class ShuffledList {

    private static final int MOST_BYTES = 256 << 20;
    /** What it takes to know where a line lies, beside its text. */
    private static final int BYTES_OF_A_LINE = 32;

    private ShuffledList() {}

    /** @param list is read to its end, or as far as memory reaches, now, and closed with what is returned */
    public static InputStream of(InputStream list, long seed) throws IOException {
        return of(list, seed, (int) Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 16));
    }

    /** @param mostBytes of the lines that are shuffled, {@value #BYTES_OF_A_LINE} more counted for each */
    static InputStream of(InputStream list, long seed, int mostBytes) throws IOException {
        byte[] read = list.readNBytes(mostBytes);
        int end = end(read, mostBytes);
        InputStream shuffled = new ByteArrayInputStream(shuffled(read, end, seed));
        if (read.length < mostBytes && end == read.length) {
            list.close();
            return shuffled;
        }
        InputStream rest = new SequenceInputStream(new ByteArrayInputStream(read, end, read.length - end), list);
        return new SequenceInputStream(shuffled, rest);
    }

    /** Where the last line ends that is shuffled. */
    private static int end(byte[] read, int mostBytes) {
        int end = 0;
        long lines = 0;
        for (int at = 0; at < read.length; at++) {
            boolean last = at + 1 == read.length && read.length < mostBytes;
            if (read[at] == '\n' || last) {
                lines++;
                if (at + 1 + lines * BYTES_OF_A_LINE > mostBytes) {
                    return end;
                }
                end = at + 1;
            }
        }
        return end;
    }

    private static byte[] shuffled(byte[] read, int end, long seed) {
        List<int[]> lines = new ArrayList<>();
        for (int from = 0; from < end; ) {
            int to = from;
            while (to < end && read[to] != '\n') {
                to++;
            }
            lines.add(new int[] {from, to});
            from = to + 1;
        }
        Collections.shuffle(lines, new Random(Seeds.of(seed, "list", 0)));
        byte[] shuffled = new byte[end + 1];
        int at = 0;
        for (int[] line : lines) {
            System.arraycopy(read, line[0], shuffled, at, line[1] - line[0]);
            at += line[1] - line[0];
            shuffled[at++] = '\n';
        }
        return Arrays.copyOf(shuffled, at);
    }
}
