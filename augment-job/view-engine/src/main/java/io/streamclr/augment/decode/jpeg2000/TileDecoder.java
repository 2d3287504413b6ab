package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes one tile: packets, code-blocks, wavelets, colours. */
final class TileDecoder {

    private final Size size;
    private final Parameters announced;
    private final Codestream.Tile tile;

    /** @param announced what the image's header says of all tiles */
    TileDecoder(Size size, Parameters announced, Codestream.Tile tile) {
        this.size = size;
        this.announced = announced;
        this.tile = tile;
    }

    /** @param planes one byte a sample, for each component; the tile's part is filled in */
    void decodeInto(byte[][] planes) throws IOException {
        TileComponent[] components = layOut();
        readPackets(components);
        for (TileComponent component : components) {
            decodeBlocks(component);
            Wavelet.invert(component);
        }
        if (tile.parameters().mixed()) {
            unmix(components);
        }
        for (int index = 0; index < components.length; index++) {
            store(components[index], index, planes[index]);
        }
    }

    private TileComponent[] layOut() throws IOException {
        long column = tile.number() % size.tilesAcross();
        long row = tile.number() / size.tilesAcross();
        long[] corners = {
            Math.max(size.x0(), size.tileX0() + column * size.tileWidth()),
            Math.max(size.y0(), size.tileY0() + row * size.tileHeight()),
            Math.min(size.x1(), size.tileX0() + (column + 1) * size.tileWidth()),
            Math.min(size.y1(), size.tileY0() + (row + 1) * size.tileHeight())
        };
        TileComponent[] components = new TileComponent[size.components().size()];
        for (int index = 0; index < components.length; index++) {
            Size.Component component = size.components().get(index);
            long width = Size.up(corners[2] - corners[0], component.dx()) + 1;
            long height = Size.up(corners[3] - corners[1], component.dy()) + 1;
            long mostBlocks =
                    Math.max(BlockCount.usual(width * height), BlockCount.most(announced.coding(index), width, height));
            components[index] = new TileComponent(index, component, tile.parameters(), corners, mostBlocks);
        }
        return components;
    }

    private void readPackets(TileComponent[] components) throws IOException {
        List<Precinct> precincts = new ArrayList<>();
        for (TileComponent component : components) {
            precincts.addAll(component.precincts);
        }
        Bytes packets = new Bytes(tile.packets(), 0, tile.packets().length);
        PacketReader reader = new PacketReader(
                packets, tile.parameters(), components, Math.toIntExact(Math.min(Integer.MAX_VALUE, size.tiles())));
        for (Progression progression : tile.parameters().progressions()) {
            progression.visit(precincts, tile.parameters().layers(), reader::read);
        }
    }

    private void decodeBlocks(TileComponent component) {
        int width = component.width();
        int count = width * component.height();
        boolean reversible = component.coding.reversible();
        component.whole = new int[reversible ? count : 0];
        component.fractional = new float[reversible ? 0 : count];
        BlockDecoder decoder = new BlockDecoder(component.coding);
        for (Precinct precinct : component.precincts) {
            for (BlockGrid grid : precinct.grids) {
                for (CodeBlock block : grid.blocks) {
                    if (!block.included) {
                        continue;
                    }
                    // With one bit after the point: what was not given is in the middle.
                    int[] values = decoder.decode(block, grid.band, tile.packets());
                    float step = grid.band.step() / 2;
                    for (int i = 0; i < block.width * block.height; i++) {
                        int to = (block.y + i / block.width) * width + block.x + i % block.width;
                        if (reversible) {
                            component.whole[to] = values[i] / 2;
                        } else {
                            component.fractional[to] = values[i] * step;
                        }
                    }
                }
            }
        }
        component.precincts.clear();
    }

    /** Back to red, green and blue (annex G). */
    private static void unmix(TileComponent[] components) throws IOException {
        if (components.length < 3
                || components[0].width() != components[1].width()
                || components[0].width() != components[2].width()
                || components[0].height() != components[1].height()
                || components[0].height() != components[2].height()
                || components[0].coding.reversible() != components[1].coding.reversible()
                || components[0].coding.reversible() != components[2].coding.reversible()) {
            throw Bytes.broken("mixes components that do not go together");
        }
        if (components[0].coding.reversible()) {
            int[] first = components[0].whole;
            int[] second = components[1].whole;
            int[] third = components[2].whole;
            for (int i = 0; i < first.length; i++) {
                int green = first[i] - ((second[i] + third[i]) >> 2);
                first[i] = third[i] + green;
                third[i] = second[i] + green;
                second[i] = green;
            }
            return;
        }
        float[] brightness = components[0].fractional;
        float[] blueness = components[1].fractional;
        float[] redness = components[2].fractional;
        for (int i = 0; i < brightness.length; i++) {
            float y = brightness[i];
            float cb = blueness[i];
            float cr = redness[i];
            brightness[i] = y + 1.402f * cr;
            blueness[i] = y - 0.344136f * cb - 0.714136f * cr;
            redness[i] = y + 1.772f * cb;
        }
    }

    /** Samples as bytes. Those of palettes, of 8 bits or fewer, stay what they are. */
    private void store(TileComponent component, int index, byte[] plane) {
        Size.Component stored = size.components().get(index);
        int most = (1 << stored.bits()) - 1;
        int middle = 1 << (stored.bits() - 1);
        int at = 0;
        for (int y = component.y0; y < component.y1; y++) {
            int to = (y - size.top(index)) * size.columns(index) + component.x0 - size.left(index);
            for (int x = component.x0; x < component.x1; x++) {
                int value =
                        component.coding.reversible() ? component.whole[at] : (int) Math.rint(component.fractional[at]);
                at++;
                int sample = Math.max(0, Math.min(most, value + middle));
                plane[to++] = (byte) (stored.bits() <= 8 ? sample : (sample * 255L + most / 2) / most);
            }
        }
        component.whole = null;
        component.fractional = null;
    }
}
