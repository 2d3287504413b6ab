package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;

/** Reads the packets of one tile: which code-blocks go on in them, and with which bytes (B.10). */
final class PacketReader {

    private static final int START = 0xFF91;
    private static final int HEADER_ENDS = 0xFF92;
    private static final int START_BYTES = 4;
    private static final int MOST_ZERO_PLANES = 80;

    /**
     * How often blocks may be passed over without a bit for each, which is in layers that bring nothing for most of them: all
     * so often, and some millions more. Few images have more than twenty layers.
     */
    private static final int EMPTY_LAYERS = 16;

    private static final int MORE_PASSED = 4_000_000;

    private final Bytes packets;
    private final Parameters parameters;
    private final TileComponent[] components;

    /** Blocks that packets may still pass over. */
    private long left;

    /** @param tiles of the image, which share what may be passed over for nothing */
    PacketReader(Bytes packets, Parameters parameters, TileComponent[] components, int tiles) {
        this.packets = packets;
        this.parameters = parameters;
        this.components = components;
        for (TileComponent component : components) {
            for (Precinct precinct : component.precincts) {
                left += EMPTY_LAYERS * (long) blocks(precinct);
            }
        }
        left += MORE_PASSED / Math.max(1, tiles) + 8L * packets.left();
    }

    private static int blocks(Precinct precinct) {
        int blocks = 0;
        for (BlockGrid grid : precinct.grids) {
            blocks += grid.blocks.length;
        }
        return blocks;
    }

    void read(Precinct precinct, int layer) throws IOException {
        if (parameters.packetsMayBeginWithMarker() && packets.takeIf(START)) {
            packets.take(START_BYTES);
        }
        PacketBits bits = new PacketBits(packets);
        boolean filled = bits.bit() == 1;
        if (filled) {
            left -= blocks(precinct);
            if (left < 0) {
                throw Bytes.broken("goes over its code-blocks again and again");
            }
            for (BlockGrid grid : precinct.grids) {
                for (int cell = 0; cell < grid.blocks.length; cell++) {
                    readBlock(grid, cell, layer, bits, components[precinct.component]);
                }
            }
        }
        bits.end();
        if (parameters.headersMayEndWithMarker()) {
            packets.takeIf(HEADER_ENDS);
        }
        if (filled) {
            for (BlockGrid grid : precinct.grids) {
                for (CodeBlock block : grid.blocks) {
                    block.take(packets);
                }
            }
        }
    }

    private static void readBlock(BlockGrid grid, int cell, int layer, PacketBits bits, TileComponent component)
            throws IOException {
        CodeBlock block = grid.blocks[cell];
        boolean goesOn = block.included ? bits.bit() == 1 : grid.inclusion.isBelow(layer + 1, cell, bits);
        if (!goesOn) {
            return;
        }
        if (!block.included) {
            block.included = true;
            while (!grid.zeroPlanes.isBelow(block.zeroPlanes + 1, cell, bits)) {
                if (++block.zeroPlanes > MOST_ZERO_PLANES) {
                    throw Bytes.broken("has a code-block of more empty bits than there are");
                }
            }
        }
        int planes = grid.band.planes() - block.zeroPlanes;
        if (planes > component.mostPlanes()) {
            throw Bytes.broken("has a code-block of " + planes + " bits");
        }
        block.readLengths(bits, component.coding, Math.max(0, 3 * planes - 2));
    }
}
