package io.streamclr.augment.decode.jpeg2000;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.IIOException;

/** A codestream whose main header has been read; after it come the parts of tiles, in any order (annex A). */
final class Codestream {

    private static final int START = 0xFF4F;
    private static final int SIZE = 0xFF51;
    private static final int CODING = 0xFF52;
    private static final int COMPONENT_CODING = 0xFF53;
    private static final int QUANTISATION = 0xFF5C;
    private static final int COMPONENT_QUANTISATION = 0xFF5D;
    private static final int REGION = 0xFF5E;
    private static final int CHANGES = 0xFF5F;
    private static final int PACKED_HEADERS = 0xFF60;
    private static final int TILE_PACKED_HEADERS = 0xFF61;
    private static final int TILE_PART = 0xFF90;
    private static final int DATA = 0xFF93;
    private static final int END = 0xFFD9;

    /** Of a tile part's header, up to where its own markers begin. */
    private static final int TILE_PART_HEAD = 12;

    private final Size size;
    private final Parameters parameters;
    private final Bytes parts;

    private Codestream(Size size, Parameters parameters, Bytes parts) {
        this.size = size;
        this.parameters = parameters;
        this.parts = parts;
    }

    /** All that belongs to one tile. */
    record Tile(int number, Parameters parameters, byte[] packets) {}

    /** Takes one tile after the other. */
    interface Taker {
        void take(Tile tile) throws IOException;
    }

    private static final class Parts {
        private final ByteArrayOutputStream packets = new ByteArrayOutputStream(0);
        private Parameters own;
        private boolean changed;
    }

    static Codestream read(Bytes in) throws IOException {
        if (in.word() != START || in.word() != SIZE) {
            throw Bytes.broken("does not begin with its size");
        }
        Size size = Size.read(segment(in));
        Parameters parameters = new Parameters(size.components().size());
        boolean changed = false;
        for (int marker = in.word(); marker != TILE_PART; marker = in.word()) {
            changed |= marker == CHANGES;
            read(marker, segment(in), parameters, changed);
        }
        parameters.requireWhole();
        return new Codestream(size, parameters, in);
    }

    private static Bytes segment(Bytes in) throws IOException {
        return in.part(in.word() - 2L);
    }

    private static void read(int marker, Bytes segment, Parameters into, boolean again) throws IOException {
        switch (marker) {
            case CODING -> into.readCoding(segment);
            case COMPONENT_CODING -> into.readComponentCoding(segment);
            case QUANTISATION -> into.readQuantisation(segment);
            case COMPONENT_QUANTISATION -> into.readComponentQuantisation(segment);
            case CHANGES -> into.readChanges(segment, again);
            case REGION -> throw new IIOException("JPEG 2000 with regions of interest is not supported");
            case PACKED_HEADERS, TILE_PACKED_HEADERS ->
                throw new IIOException("JPEG 2000 with packet headers apart is not supported");
            default -> {
                if (marker >>> 8 != 0xFF) {
                    throw Bytes.broken("has no marker where one must be");
                }
            }
        }
    }

    Size size() {
        return size;
    }

    /** What is said of all tiles, where they say nothing else. */
    Parameters parameters() {
        return parameters;
    }

    /** Gives all tiles; once. */
    void readTiles(Taker taker) throws IOException {
        size.requireNear();
        Map<Integer, Parts> tiles = new TreeMap<>();
        boolean more = true;
        while (more) {
            readPart(tiles);
            // A file may end without its last marker, if all is there.
            more = parts.left() >= 2 && parts.word() == TILE_PART;
        }
        if (tiles.size() != size.tiles()) {
            throw Bytes.broken("has " + tiles.size() + " of " + size.tiles() + " tiles");
        }
        for (Map.Entry<Integer, Parts> tile : tiles.entrySet()) {
            Parts of = tile.getValue();
            Parameters its = of.own == null ? parameters : of.own;
            taker.take(new Tile(tile.getKey(), its, of.packets.toByteArray()));
            of.packets.reset();
        }
    }

    /** The marker has been read. */
    private void readPart(Map<Integer, Parts> tiles) throws IOException {
        Bytes head = segment(parts);
        int number = head.word();
        long length = head.number();
        if (number >= size.tiles()) {
            throw Bytes.broken("has a part of a tile that is none");
        }
        Bytes part = length == 0 ? parts.part(parts.left()) : parts.part(length - TILE_PART_HEAD);
        Parts tile = tiles.computeIfAbsent(number, first -> new Parts());
        for (int marker = part.word(); marker != DATA; marker = part.word()) {
            if (marker == END) {
                throw Bytes.broken("ends in a tile's header");
            }
            if (tile.own == null) {
                tile.own = parameters.forTile();
            }
            boolean again = tile.changed;
            tile.changed |= marker == CHANGES;
            read(marker, segment(part), tile.own, again);
        }
        tile.packets.write(part.file, part.at(), part.left());
    }
}
