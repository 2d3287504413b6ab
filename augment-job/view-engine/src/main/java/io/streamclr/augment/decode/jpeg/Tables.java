package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/** The tables that segments between the scans set, as they are at the moment. */
final class Tables {

    private static final String LENGTH = "a segment of tables has a length that none has";

    private final int[][] quantisation = new int[4][];
    private final HuffmanTable[] dc = new HuffmanTable[4];
    private final HuffmanTable[] ac = new HuffmanTable[4];
    private final Conditioning conditioning = new Conditioning();

    /** Groups of blocks between restart markers; 0 if there are none. */
    private int restartInterval;

    /**
     * Takes what a segment says, if it is one of tables.
     *
     * @param from where its content stands
     */
    void read(int marker, byte[] file, int from, int to) throws IOException {
        switch (marker) {
            case Marker.QUANTISATION -> readQuantisation(file, from, to);
            case Marker.HUFFMAN -> readHuffman(file, from, to);
            case Marker.ARITHMETIC -> conditioning.read(file, from, to);
            case Marker.RESTART_INTERVAL -> {
                if (to - from != 2) {
                    throw new IOException(LENGTH);
                }
                restartInterval = (file[from] & 0xff) << 8 | (file[from + 1] & 0xff);
            }
            default -> {}
        }
    }

    private void readQuantisation(byte[] file, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int kind = file[at++] & 0xff;
            int bytes = kind >> 4 == 0 ? 1 : 2;
            if ((kind & 0xf) > 3) {
                throw new IOException("a quantisation table has a number that none has");
            }
            if (at + bytes * Component.BLOCK > to) {
                throw new IOException(LENGTH);
            }
            int[] table = new int[Component.BLOCK];
            for (int k = 0; k < Component.BLOCK; k++) {
                int value = file[at++] & 0xff;
                table[Zigzag.PLACES[k]] = bytes == 1 ? value : value << 8 | (file[at++] & 0xff);
            }
            quantisation[kind & 0xf] = table;
        }
    }

    private void readHuffman(byte[] file, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int kind = file[at++] & 0xff;
            if ((kind & 0xf) > 3 || kind >> 4 > 1) {
                throw new IOException("a Huffman table has a number that none has");
            }
            int[] counts = new int[16];
            int symbols = 0;
            for (int i = 0; i < 16 && at < to; i++) {
                counts[i] = file[at++] & 0xff;
                symbols += counts[i];
            }
            if (at + symbols > to || symbols > 256) {
                throw new IOException(LENGTH);
            }
            byte[] values = new byte[symbols];
            System.arraycopy(file, at, values, 0, symbols);
            at += symbols;
            (kind >> 4 == 0 ? dc : ac)[kind & 0xf] = new HuffmanTable(counts, values);
        }
    }

    int restartInterval() {
        return restartInterval;
    }

    Conditioning conditioning() {
        return conditioning;
    }

    int[] quantisation(int number) throws IOException {
        if (number > 3 || quantisation[number] == null) {
            throw new IOException("a quantisation table is missing");
        }
        return quantisation[number];
    }

    /**
     * The table for the first coefficient, or for samples.
     *
     * @param most bits of a difference
     */
    HuffmanTable dc(int number, int most) throws IOException {
        HuffmanTable table = dc[number] == null ? StandardTables.dc(number) : dc[number];
        if (!table.hasOnlyLengthsTo(most)) {
            throw new IOException("a Huffman table has lengths that no difference has");
        }
        return table;
    }

    HuffmanTable ac(int number) throws IOException {
        return ac[number] == null ? StandardTables.ac(number) : ac[number];
    }
}
