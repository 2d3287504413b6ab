package io.streamclr.augment.decode.jpeg2000;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.util.Arrays;

/** JPEG 2000 files (JP2) and bare codestreams, lossless and lossy. */
public final class Jpeg2000 implements ImageFormat {

    private static final byte[] FILE = {0, 0, 0, 12, 'j', 'P', ' ', ' ', '\r', '\n', (byte) 0x87, '\n'};
    private static final byte[] CODESTREAM = {(byte) 0xFF, 0x4F, (byte) 0xFF, 0x51};

    @Override
    public boolean knows(byte[] file) {
        return starts(file, FILE) || starts(file, CODESTREAM);
    }

    private static boolean starts(byte[] file, byte[] beginning) {
        return file.length >= beginning.length
                && Arrays.equals(file, 0, beginning.length, beginning, 0, beginning.length);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        Container container =
                starts(file, CODESTREAM) ? Container.bare(file.length) : Container.read(file, FILE.length);
        Codestream codestream = Codestream.read(new Bytes(file, container.from(), container.to()));
        return new Opened(codestream, container);
    }

    private record Opened(Codestream codestream, Container container) implements OpenedImage {

        @Override
        public int width() {
            return codestream.size().width();
        }

        @Override
        public int height() {
            return codestream.size().height();
        }

        /** A whole coefficient and a byte of each component, the pixel, and code-blocks where they are many. */
        @Override
        public int bitsPerPixel() {
            return 40 * codestream.size().components().size()
                    + 24
                    + BlockCount.bitsPerPixel(codestream.size(), codestream.parameters());
        }

        @Override
        public byte[] rgb() throws IOException {
            byte[][] planes = new byte[codestream.size().components().size()][];
            for (int component = 0; component < planes.length; component++) {
                planes[component] = new byte[codestream.size().samples(component)];
            }
            codestream.readTiles(
                    tile -> new TileDecoder(codestream.size(), codestream.parameters(), tile).decodeInto(planes));
            return new Channels(codestream.size(), container, planes).rgb();
        }
    }
}
