package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/** Walks over the blocks that a scan brings, in their order, and past restart markers (T.81, A.2 and B.2.1). */
final class ScanDecoder {

    private final Scan scan;
    private final BitReader in;
    private final BlockDecoder blocks;
    private final int restartInterval;
    private int untilRestart;
    private int restarts;

    ScanDecoder(Scan scan, BitReader in, BlockDecoder blocks, int restartInterval) {
        this.scan = scan;
        this.in = in;
        this.blocks = blocks;
        this.restartInterval = restartInterval;
        this.untilRestart = restartInterval;
    }

    /** @return the last row of groups of blocks that there were data for */
    int decode() throws IOException {
        return scan.interleaved() ? decodeTogether() : decodeOne(scan.components[0]);
    }

    private int decodeTogether() throws IOException {
        int columns = scan.components[0].storedAcross / scan.components[0].across;
        int rows = scan.components[0].storedDown / scan.components[0].down;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                passRestart();
                for (int which = 0; which < scan.components.length; which++) {
                    decodeGroup(which, row, column);
                }
                if (in.starved()) {
                    return row;
                }
            }
        }
        return rows - 1;
    }

    private void decodeGroup(int which, int row, int column) throws IOException {
        Component component = scan.components[which];
        for (int y = 0; y < component.down; y++) {
            for (int x = 0; x < component.across; x++) {
                int at = component.at(row * component.down + y, column * component.across + x);
                blocks.decode(which, component.coefficients, at);
            }
        }
    }

    private int decodeOne(Component component) throws IOException {
        for (int row = 0; row < component.blocksDown; row++) {
            for (int column = 0; column < component.blocksAcross; column++) {
                passRestart();
                blocks.decode(0, component.coefficients, component.at(row, column));
                if (in.starved()) {
                    return row / component.down;
                }
            }
        }
        return (component.blocksDown - 1) / component.down;
    }

    private void passRestart() throws IOException {
        if (restartInterval == 0) {
            return;
        }
        if (untilRestart == 0) {
            in.restart(restarts);
            blocks.restart();
            restarts = restarts + 1 & 7;
            untilRestart = restartInterval;
        }
        untilRestart--;
    }
}
