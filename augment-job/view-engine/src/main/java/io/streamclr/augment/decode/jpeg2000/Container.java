package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import javax.imageio.IIOException;

/**
 * What the boxes of a JP2 file say around its codestream (annex I).
 *
 * @param from where the codestream begins
 * @param to where it ends
 * @param space enumerated colour space, or 0
 * @param palette columns of colours, 8 bits each; null where there is none
 * @param map for each channel its component and, from 0, its column of the palette or -1; null where there is none
 * @param definitions for each entry a channel, what it is and whose it is; null where there are none
 */
record Container(int from, int to, int space, byte[][] palette, int[][] map, int[][] definitions) {

    private static final int HEADER = 0x6A703268;
    private static final int CODESTREAM = 0x6A703263;
    private static final int COLOURS = 0x636F6C72;
    private static final int PALETTE = 0x70636C72;
    private static final int MAP = 0x636D6170;
    private static final int DEFINITIONS = 0x63646566;

    private static final int CMYK = 12;
    private static final int LUMINANCE = 18;
    private static final int OPACITY = 1;
    private static final int MULTIPLIED = 2;
    private static final int MOST_CHANNELS = 5;

    /**
     * A channel of colours or of opacity.
     *
     * @param palette null where the component's samples are what they say
     */
    record Channel(int component, byte[] palette) {}

    static Container bare(int length) {
        return new Container(0, length, 0, null, null, null);
    }

    static Container read(byte[] file, int first) throws IOException {
        Bytes in = new Bytes(file, first, file.length);
        Container found = bare(0);
        while (true) {
            // A box without length goes on to the end.
            long length = in.number();
            int type = (int) in.number();
            long content =
                    length == 0 ? in.left() : length == 1 ? ((in.number() << 32) | in.number()) - 16 : length - 8;
            if (type == CODESTREAM) {
                int end = (int) Math.min(in.end, in.at() + Math.max(0, content));
                return new Container(in.at(), end, found.space, found.palette, found.map, found.definitions);
            }
            Bytes box = in.part(content);
            if (type == HEADER) {
                found = found.withHeader(box);
            }
        }
    }

    private Container withHeader(Bytes in) throws IOException {
        Container found = this;
        while (in.left() >= 8) {
            long length = in.number();
            int type = (int) in.number();
            Bytes box = in.part(length == 0 ? in.left() : length - 8);
            found = found.with(type, box);
        }
        return found;
    }

    private Container with(int type, Bytes box) throws IOException {
        return switch (type) {
            case COLOURS -> new Container(from, to, space == 0 ? space(box) : space, palette, map, definitions);
            case PALETTE -> new Container(from, to, space, palette(box), map, definitions);
            case MAP -> new Container(from, to, space, palette, map(box), definitions);
            case DEFINITIONS -> new Container(from, to, space, palette, map, definitions(box));
            default -> this;
        };
    }

    private static int space(Bytes box) throws IOException {
        int method = box.octet();
        box.take(2);
        return method == 1 ? (int) box.number() : 0;
    }

    private static byte[][] palette(Bytes box) throws IOException {
        int colours = box.word();
        int columns = box.octet();
        if (colours == 0 || colours > 1024 || columns == 0 || columns > MOST_CHANNELS) {
            throw Bytes.broken("has a palette of " + colours + " colours of " + columns + " channels");
        }
        int[] bits = new int[columns];
        for (int column = 0; column < columns; column++) {
            bits[column] = (box.octet() & 127) + 1;
            if (bits[column] > 16) {
                throw new IIOException("JPEG 2000 with a palette of " + bits[column] + " bits is not supported");
            }
        }
        byte[][] palette = new byte[columns][colours];
        for (int colour = 0; colour < colours; colour++) {
            for (int column = 0; column < columns; column++) {
                int value = bits[column] > 8 ? box.word() : box.octet();
                int most = (1 << bits[column]) - 1;
                palette[column][colour] = (byte) ((Math.min(value, most) * 255L + most / 2) / most);
            }
        }
        return palette;
    }

    private static int[][] map(Bytes box) throws IOException {
        int[][] map = new int[Math.min(MOST_CHANNELS, box.left() / 4)][];
        for (int channel = 0; channel < map.length; channel++) {
            int component = box.word();
            boolean byPalette = box.octet() == 1;
            int column = box.octet();
            map[channel] = new int[] {component, byPalette ? column : -1};
        }
        return map;
    }

    private static int[][] definitions(Bytes box) throws IOException {
        int[][] definitions = new int[Math.min(MOST_CHANNELS, box.word())][];
        for (int i = 0; i < definitions.length; i++) {
            definitions[i] = new int[] {box.word(), box.word(), box.word()};
        }
        return definitions;
    }

    /** The channels in the order in which they are counted. */
    Channel[] channels(Size size) throws IOException {
        int components = size.components().size();
        if (palette == null) {
            Channel[] channels = new Channel[components];
            for (int component = 0; component < components; component++) {
                channels[component] = new Channel(component, null);
            }
            return channels;
        }
        if (map == null || map.length == 0) {
            throw Bytes.broken("has a palette and does not say for what");
        }
        Channel[] channels = new Channel[map.length];
        for (int channel = 0; channel < map.length; channel++) {
            int component = map[channel][0];
            int column = map[channel][1];
            if (component >= components || column >= palette.length) {
                throw Bytes.broken("names a component or a column of its palette that it has not");
            }
            if (column >= 0 && size.components().get(component).bits() > 8) {
                throw new IIOException("JPEG 2000 with a palette of more than 256 colours is not supported");
            }
            channels[channel] = new Channel(component, column < 0 ? null : palette[column]);
        }
        return channels;
    }

    /** Which channel says how opaque the image is; -1 for none. */
    int alpha(int channels) {
        if (definitions != null) {
            for (int[] definition : definitions) {
                if ((definition[1] == OPACITY || definition[1] == MULTIPLIED) && definition[0] < channels) {
                    return definition[0];
                }
            }
            return -1;
        }
        boolean one = channels == 2 || (channels == 4 && space != CMYK) || channels == 5;
        return one ? channels - 1 : -1;
    }

    boolean multiplied() {
        if (definitions != null) {
            for (int[] definition : definitions) {
                if (definition[1] == OPACITY || definition[1] == MULTIPLIED) {
                    return definition[1] == MULTIPLIED;
                }
            }
        }
        return false;
    }

    boolean luminance() {
        return space == LUMINANCE;
    }

    /** Which channels are grey; red, green and blue; or ink. */
    int[] colours(int channels, int alpha) {
        int available = alpha < 0 ? channels : channels - 1;
        int count = available >= 4 && space == CMYK ? 4 : available >= 3 ? 3 : 1;
        int[] colours = new int[count];
        int next = 0;
        for (int channel = 0; channel < channels && next < count; channel++) {
            if (channel != alpha) {
                colours[next++] = channel;
            }
        }
        if (definitions != null) {
            for (int[] definition : definitions) {
                if (definition[1] == 0 && definition[2] >= 1 && definition[2] <= count && definition[0] < channels) {
                    colours[definition[2] - 1] = definition[0];
                }
            }
        }
        return colours;
    }
}
