package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/** Samples as differences from what their neighbours predict (T.81, H.2). */
final class LosslessScan {

    private final Frame frame;
    private final Scan scan;
    private final BitReader in;
    private final HuffmanTable[] tables;

    LosslessScan(Frame frame, Scan scan, BitReader in, HuffmanTable[] tables) {
        this.frame = frame;
        this.scan = scan;
        this.in = in;
        this.tables = tables;
    }

    /**
     * Decodes the samples of the scan's components into their places for coefficients, row by row.
     *
     * @param restartInterval in samples; 0 if there are no restart markers
     */
    void decode(int restartInterval) throws IOException {
        int width = frame.width();
        if (restartInterval % width != 0) {
            throw new IOException("a lossless JPEG file restarts within a row");
        }
        int rowsTogether = restartInterval / width;
        for (int y = 0; y < frame.height() && !in.starved(); y++) {
            boolean begins = y == 0 || (rowsTogether > 0 && y % rowsTogether == 0);
            if (begins && y > 0) {
                in.restart((y / rowsTogether - 1) & 7);
            }
            for (int x = 0; x < width; x++) {
                for (int which = 0; which < tables.length; which++) {
                    short[] samples = scan.components[which].coefficients;
                    int at = y * width + x;
                    samples[at] = (short) (prediction(samples, at, x, begins) + difference(tables[which]));
                }
            }
        }
    }

    private int difference(HuffmanTable table) throws IOException {
        int length = table.decode(in);
        return length == Short.SIZE ? 1 << 15 : in.takeSigned(length);
    }

    private int prediction(short[] samples, int at, int x, boolean begins) {
        if (begins) {
            return x == 0 ? 1 << (frame.precision() - scan.low - 1) : samples[at - 1];
        }
        int above = samples[at - frame.width()] & 0xffff;
        if (x == 0) {
            return above;
        }
        int left = samples[at - 1] & 0xffff;
        int corner = samples[at - frame.width() - 1] & 0xffff;
        return switch (scan.from) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> corner;
            case 4 -> left + above - corner;
            case 5 -> left + ((above - corner) >> 1);
            case 6 -> above + ((left - corner) >> 1);
            default -> (left + above) >> 1;
        };
    }
}
