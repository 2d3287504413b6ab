package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.FileBytes.bigEndian;
import static io.streamclr.augment.decode.FileBytes.deflated;
import static io.streamclr.augment.decode.FileBytes.littleEndian;
import static io.streamclr.augment.decode.FileBytes.text;
import static io.streamclr.augment.decode.FileBytes.together;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Small files that ask for a lot: of memory, by what their headers claim, or of time, by what they repeat. */
final class HostileImages {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private HostileImages() {}

    /** Files of a few hundred bytes whose headers claim gigapixels. */
    static Map<String, byte[]> claimingGigapixels() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("png", png(60_000, 60_000, new byte[0]));
        files.put("png of the largest sides", png(Integer.MAX_VALUE, Integer.MAX_VALUE, new byte[0]));
        files.put("jpeg", jpeg(0xC0, 60_000, 60_000, 1));
        files.put("progressive jpeg", jpeg(0xC2, 60_000, 60_000, 1));
        files.put("gif", gif(60_000, 60_000, 60_000, 60_000));
        files.put("gif of a small frame on a large screen", gif(60_000, 60_000, 2, 2));
        files.put("gif of a small frame far out", gif(2, 2, 2, 2, 40_000));
        files.put("bmp", bmp(60_000, 60_000, 24, 0, 0));
        files.put("bmp upside down", bmp(60_000, -60_000, 32, 0, 0));
        files.put("bmp in runs", bmp(60_000, 60_000, 8, 1, 256));
        files.put("tiff", HostileTiffs.of(1, 256, 60_000, 257, 60_000, 258, 8, 259, 1, 262, 1, 273, 8, 277, 1, 279, 1));
        files.put(
                "tiff in tiles",
                HostileTiffs.of(1, 256, 60_000, 257, 60_000, 258, 8, 262, 1, 322, 16, 323, 16, 324, 8, 325, 1));
        files.put(
                "tiff of 256 bands of 16 megapixels",
                HostileTiffs.of(1, 256, 4_000, 257, 4_000, 258, 8, 262, 2, 273, 8, 277, 256, 278, 4_000));
        files.put("webp canvas", webp(together(extended(2, 1 << 24, 1 << 24), frame(lossless(8, 8)))));
        files.put("lossless webp", webp(lossless(16_384, 16_384)));
        files.put("lossy webp", webp(lossy(16_383, 16_383)));
        files.put("psd", psd(1, 30_000, 30_000, 3));
        files.put("large psd", psd(2, 300_000, 300_000, 3));
        files.put("pgm", text("P5 60000 60000 255\n"));
        files.put("ppm in words", text("P3 60000 60000 255\n1 2 3\n"));
        files.put("pam", text("P7\nWIDTH 60000\nHEIGHT 60000\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n"));
        files.put("hdr", text("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n"));
        files.put("tga", tga(2, 60_000, 60_000));
        files.put("tga in runs", tga(10, 60_000, 60_000));
        files.put("jpeg 2000", jpeg2000(60_000, 60_000, 60_000, 1, 1, 5, 0xff, 0));
        files.put("jpeg 2000 of the largest sides", jpeg2000(-1, -1, -1, 1, 1, 5, 0xff, 0));
        files.put("icon with a png", icon(png(60_000, 60_000, new byte[0])));
        return files;
    }

    /** Files whose sides are modest, but which ask for memory or time in another way. */
    static Map<String, byte[]> askingOtherwise() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        byte[] zeros = deflated(new byte[64 << 20]);
        byte[] rows = chunk("IDAT", deflated(new byte[9 * 8]));
        files.put(
                "png with a text that inflates",
                png(8, 8, together(chunk("zTXt", together(text("a\0\0"), zeros)), rows)));
        files.put(
                "png with a profile that inflates",
                png(8, 8, together(chunk("iCCP", together(text("a\0\0"), zeros)), rows)));
        files.put(
                "png with an iTXt that inflates",
                png(8, 8, together(chunk("iTXt", together(text("a\0\1\0\0\0"), zeros)), rows)));
        files.put("png of two rows that inflates", png(8, 8, chunk("IDAT", zeros)));
        files.put("jpeg of thousands of scans", jpeg(0xC2, 4_000, 4_000, 20_000));
        files.put("gif of a large frame on a small screen", gif(2, 2, 60_000, 60_000));
        files.put("bmp with colours without end", bmp(8, 8, 8, 0, Integer.MAX_VALUE));
        byte[] late = bmp(8, 8, 8, 0, 0);
        late[13] = 0x7F;
        files.put("bmp whose pixels begin far after its end", late);
        files.put(
                "tiff with one tile far too wide",
                HostileTiffs.of(1, 256, 8, 257, 8, 258, 8, 262, 1, 322, 1 << 30, 323, 1, 324, 8));
        files.put(
                "tiff with one tile far too high",
                HostileTiffs.of(1, 256, 8, 257, 8, 258, 8, 262, 1, 322, 8, 323, 1 << 30, 324, 8));
        files.put("tiff of endless strips", HostileTiffs.of(1 << 28, 256, 8, 257, 8, 258, 8, 262, 1, 273, 8, 278, 1));
        files.put(
                "tiff of 65,535 bands",
                HostileTiffs.of(1, 256, 8, 257, 8, 258, 8, 262, 1, 273, 8, 277, 65_535, 278, 8));
        files.put("tiff with a jpeg far too large", HostileTiffs.withJpeg(jpeg(0xC0, 60_000, 60_000, 1)));
        files.put("tiff with a jpeg of thousands of scans", HostileTiffs.withJpeg(jpeg(0xC2, 2_000, 2_000, 20_000)));
        files.put("tiff whose directory follows itself", HostileTiffs.thatFollowsItself());
        files.put("tiff of many values in one place", HostileTiffs.ofManyValues(1 << 20));
        files.put(
                "tiff of one pixel in a tile of 256 megapixels",
                HostileTiffs.of(
                        1, 256, 1, 257, 1, 258, 8, 259, 50_000, 262, 1, 322, 16_384, 323, 16_384, 324, 8, 325, 99));
        files.put(
                "tiff of one pixel in a tile of 4 megapixels under zstd",
                HostileTiffs.of(
                        1, 256, 1, 257, 1, 258, 8, 259, 50_000, 262, 1, 322, 2_048, 323, 2_048, 324, 8, 325, 99));
        files.put(
                "tiff whose strips all are the whole file",
                together(
                        HostileTiffs.of(8_000, 256, 64, 257, 8_000, 258, 8, 259, 8, 262, 1, 273, 400, 278, 1),
                        new byte[40_000]));
        files.put(
                "tiff whose strips all are the same codes that clear a table",
                HostileTiffs.ofOneStrip(5, HostileTiffs.lzwOfClears(3 << 20)));
        files.put(
                "tiff whose strips all are the same empty blocks",
                HostileTiffs.ofOneStrip(8, HostileTiffs.deflatedEmptily(6 << 20)));
        files.put(
                "tiff whose strips all are the same runs of nothing",
                HostileTiffs.ofOneStrip(32_773, HostileTiffs.noOps(6 << 20)));
        files.put("psd of floating numbers that are not there", floatingPsd());
        files.put("bmp of runs that jump without end", jumpingBmp());
        files.put("png of Apple's that inflates", applePng());
        files.put("icon of 65,535 pictures in one place", crowdedIcon());
        files.put("webp of a large lossless frame", webp(together(extended(0, 8, 8), lossless(16_384, 16_384))));
        files.put("webp of a large lossy frame", webp(together(extended(0, 8, 8), lossy(16_383, 16_383))));
        files.put("webp of a frame beyond its canvas", webp(together(extended(2, 8, 8), frame(lossy(16_383, 16_383)))));
        files.put("webp of 65,536 sets of codes", webp(losslessOfManyCodes()));
        files.put("psd of 32,767 layers", psdWithLayers());
        files.put("psd of 56 channels", psd(1, 4_000, 4_000, 56));
        files.put("pam of a billion bands", text("P7\nWIDTH 8\nHEIGHT 8\nDEPTH 1000000000\nMAXVAL 255\nENDHDR\n"));
        files.put("pam without an end", text("P7\n" + "WIDTH 8\n".repeat(1 << 20)));
        files.put("pgm with an endless comment", text("P5\n#" + "x".repeat(8 << 20)));
        files.put("hdr of endless lines", text("#?RADIANCE\n" + "EXPOSURE=1\n".repeat(1 << 20)));
        byte[] bitmap = bmp(30_000, 30_000, 24, 0, 0);
        files.put("icon with a bitmap far too large", icon(Arrays.copyOfRange(bitmap, 14, bitmap.length)));
        byte[] colourful = bmp(8, 16, 1, 0, 1 << 28);
        files.put("icon with a palette far too large", icon(Arrays.copyOfRange(colourful, 14, colourful.length)));
        byte[] deep = bmp(32, 64, 4, 0, 0);
        byte[] deeper = icon(Arrays.copyOfRange(deep, 14, deep.length));
        deeper[12] = 24;
        files.put("icon whose entry claims more bits than its bitmap", deeper);
        files.put("tga that ends before its pixels", tga(2, 7_000, 7_000));
        files.put("tga of a few runs", tga(10, 7_000, 7_000));
        files.put("jpeg 2000 of the smallest precincts", jpeg2000(3_000, 3_000, 3_000, 1, 1, 5, 0x11, 1 << 16));
        files.put("jpeg 2000 of millions of tiles", jpeg2000(4_000, 4_000, 1, 1, 1, 5, 0xff, 1 << 16));
        files.put("jpeg 2000 of 65,535 empty layers", jpeg2000(500, 500, 500, 1, 65_535, 32, 0xff, 1 << 20));
        files.put("jpeg 2000 of the smallest code-blocks", jpeg2000(5_600, 5_600, 5_600, 255, 1, 0, 0xff, 1 << 16));
        files.put("jpeg 2000 of components of other sizes", jpeg2000(60_000, 60_000, 60_000, 255, 1, 5, 0xff, 1 << 16));
        files.put("jpeg 2000 of endless passes", jpeg2000(1_000, 1_000, 1_000, 1, 1, 0, 0xff, -(1 << 16)));
        byte[] layers = jpeg2000(1_000, 1_000, 1_000, 1, 65_535, 0, 0xff, 1 << 17);
        // Each packet has bits, and the first says that they are of no code-block.
        Arrays.fill(layers, layers.length - (1 << 17), layers.length, (byte) 0x80);
        files.put("jpeg 2000 of 65,535 layers of nothing", layers);
        files.put("icon of 65,535 images", Arrays.copyOf(new byte[] {0, 0, 1, 0, -1, -1}, 16 * 65_535 + 6));
        return files;
    }

    static byte[] png(int width, int height, byte[] chunks) {
        byte[] head = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 0, 0, 0, 0})
                .array();
        return together(PNG, chunk("IHDR", head), chunks, chunk("IEND", new byte[0]));
    }

    /** A grey PNG as wide as it is high; the rows as deflated, each with its filter. */
    static byte[] greyPng(int side, byte[] rows) {
        return png(side, side, chunk("IDAT", rows));
    }

    private static byte[] chunk(String name, byte[] content) {
        byte[] checked = together(text(name), content);
        CRC32 sum = new CRC32();
        sum.update(checked);
        return together(bigEndian(content.length), checked, bigEndian((int) sum.getValue()));
    }

    /** Grey, with the tables that the standard suggests left out: enough to begin. */
    static byte[] jpeg(int frame, int width, int height, int scans) {
        byte[] start = {-1, (byte) 0xD8, -1, (byte) 0xDB, 0, 67, 0};
        byte[] ones = new byte[64];
        Arrays.fill(ones, (byte) 1);
        // Two codes of one bit: 0 and, so that none is all ones, 1 of two bits.
        byte[] tables = {
            -1, (byte) 0xC4, 0, 21, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            -1, (byte) 0xC4, 0, 21, 0x10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
        };
        byte[] sides = {
            -1,
            (byte) frame,
            0,
            11,
            8,
            (byte) (height >> 8),
            (byte) height,
            (byte) (width >> 8),
            (byte) width,
            1,
            1,
            0x11,
            0
        };
        byte[] scan = {-1, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
        byte[] scanned = together(Collections.nCopies(scans, together(scan, new byte[] {0, 0})));
        return together(start, ones, tables, sides, scanned, new byte[] {-1, (byte) 0xD9});
    }

    private static byte[] gif(int screenWidth, int screenHeight, int width, int height) {
        return gif(screenWidth, screenHeight, width, height, 0);
    }

    private static byte[] gif(int screenWidth, int screenHeight, int width, int height, int left) {
        ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("GIF89a")).putShort((short) screenWidth).putShort((short) screenHeight);
        file.put(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
        file.put((byte) 0x2C)
                .putInt(left)
                .putShort((short) width)
                .putShort((short) height)
                .put((byte) 0);
        file.put(new byte[] {2, 2, 0x4C, 1, 0, 0x3B});
        return Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] bmp(int width, int height, int bits, int compression, int colours) {
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("BM")).putInt(200).putInt(0).putInt(54);
        file.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) bits);
        file.putInt(compression).putInt(0).putInt(0).putInt(0).putInt(colours).putInt(0);
        return file.array();
    }

    private static byte[] tga(int kind, int width, int height) {
        ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort((short) 0).put((byte) kind).position(12);
        file.putShort((short) width).putShort((short) height).put((byte) 24);
        return file.array();
    }

    /**
     * Two components, of which the second has all samples.
     *
     * @param dx samples of the first component stand at every so many columns and rows
     * @param bytes of packets: nothing but zeros, or so many ones if below zero
     */
    private static byte[] jpeg2000(
            int width, int height, int tile, int dx, int layers, int levels, int precinct, int bytes) {
        ByteBuffer file = ByteBuffer.allocate(200 + Math.abs(bytes));
        file.putInt(0xFF4FFF51).putShort((short) 44).putShort((short) 0);
        file.putInt(width).putInt(height).putLong(0).putInt(tile).putInt(tile).putLong(0);
        file.putShort((short) 2).put(new byte[] {7, (byte) dx, (byte) dx, 7, 1, 1});
        file.putShort((short) 0xFF52).putShort((short) (13 + levels)).put(new byte[] {1, 0});
        file.putShort((short) layers).put(new byte[] {0, (byte) levels, 0, 0, 0, 1});
        for (int resolution = 0; resolution <= levels; resolution++) {
            file.put((byte) precinct);
        }
        file.putShort((short) 0xFF5C).putShort((short) (4 + 3 * levels)).put((byte) 0x40);
        for (int band = 0; band <= 3 * levels; band++) {
            file.put((byte) (16 << 3));
        }
        file.putInt(0xFF90000A).putLong(1).putShort((short) 0xFF93);
        byte[] packets = new byte[Math.abs(bytes)];
        Arrays.fill(packets, (byte) (bytes < 0 ? -1 : 0));
        return together(Arrays.copyOf(file.array(), file.position()), packets);
    }

    private static byte[] webp(byte[] chunks) {
        return together(text("RIFF"), littleEndian(4 + chunks.length), text("WEBP"), chunks);
    }

    private static byte[] extended(int flags, int width, int height) {
        ByteBuffer content =
                ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(flags);
        content.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
        content.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16));
        return together(text("VP8X"), littleEndian(10), content.array());
    }

    /** An animation on a canvas of 8 x 8 pixels, whose first frame is lossy. */
    static byte[] webpOfFrame(int width, int height) {
        return webp(together(extended(2, 8, 8), frame(lossy(width, height))));
    }

    /** The header of a JPEG XL image of 1,000 x 1,000 pixels, and no more: its samples are of 8 bits, its colours usual. */
    static byte[] jpegXlOfChannels(int more) {
        BitWriter bits = new BitWriter();
        bits.add(16, 0x0AFF);
        bits.add(1, 0).add(2, 1).add(13, 999).add(3, 1); // as wide as it is high
        bits.add(1, 0).add(1, 0).add(1, 0).add(2, 0).add(1, 1); // whole numbers of 8 bits
        bits.add(2, 3).add(12, more - 1);
        for (int i = 0; i < more; i++) {
            bits.add(1, 1);
        }
        bits.add(1, 0).add(1, 1).add(2, 0).add(1, 1);
        return bits.bytes();
    }

    private static byte[] frame(byte[] image) {
        return together(text("ANMF"), littleEndian(16 + image.length), new byte[16], image);
    }

    /** Each region may have codes of its own, and a code of 256 symbols of one length takes a few bits. */
    private static byte[] losslessOfManyCodes() {
        BitWriter bits = new BitWriter();
        bits.add(8, 0x2F).add(14, 99).add(14, 99).add(4, 0);
        bits.add(2, 0).add(1, 1).add(3, 0); // no transforms, no cache, regions of 4 x 4
        // Which region has which codes: no cache, and all are the last of 65,536.
        bits.add(1, 0).symbol(255).symbol(255).symbol(0).symbol(0).symbol(0);
        for (int i = 0; i < 1 << 16; i++) {
            bits.symbol(7).colours().colours().colours().symbol(0);
        }
        byte[] content = bits.bytes();
        return together(text("VP8L"), littleEndian(content.length), content);
    }

    private static byte[] lossless(int width, int height) {
        byte[] content =
                Arrays.copyOf(together(new byte[] {0x2F}, littleEndian((width - 1) | ((height - 1) << 14))), 40);
        return together(text("VP8L"), littleEndian(content.length), content);
    }

    private static byte[] lossy(int width, int height) {
        ByteBuffer content = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        content.put(new byte[] {(byte) (0x10 | 50 << 5), 0, 0, (byte) 0x9D, 1, 0x2A});
        content.putShort((short) width).putShort((short) height);
        return together(text("VP8 "), littleEndian(200), content.array());
    }

    private static byte[] psd(int version, int width, int height, int channels) {
        return together(psdHead(version, width, height, channels), new byte[4], new byte[4], new byte[4], new byte[64]);
    }

    private static byte[] psdHead(int version, int width, int height, int channels) {
        ByteBuffer head = ByteBuffer.allocate(26)
                .put(text("8BPS"))
                .putShort((short) version)
                .put(new byte[6]);
        return head.putShort((short) channels)
                .putInt(height)
                .putInt(width)
                .putShort((short) 8)
                .putShort((short) 3)
                .array();
    }

    /** Each layer claims 65,535 channels. */
    private static byte[] psdWithLayers() {
        byte[] layers = new byte[1 << 20];
        Arrays.fill(layers, (byte) -1);
        byte[] section = together(bigEndian(layers.length + 2), new byte[] {0x7F, -1}, layers);
        byte[] head = psdHead(1, 8, 8, 4);
        return together(head, new byte[4], new byte[4], bigEndian(section.length), section, new byte[64]);
    }

    private static byte[] floatingPsd() {
        byte[] head = psdHead(1, 7_000, 7_000, 3);
        head[23] = 32;
        return together(head, new byte[12], new byte[2], new byte[64]);
    }

    private static byte[] jumpingBmp() {
        byte[] runs = new byte[1 << 20];
        for (int at = 0; at < runs.length; at += 4) {
            runs[at + 1] = 2;
            runs[at + 2] = -1;
        }
        return together(bmp(8, 8, 8, 1, 1), runs);
    }

    private static byte[] applePng() {
        byte[] zeros = deflated(new byte[64 << 20]);
        byte[] whole = png(8, 8, chunk("IDAT", Arrays.copyOfRange(zeros, 2, zeros.length - 4)));
        return together(PNG, chunk("CgBI", new byte[4]), Arrays.copyOfRange(whole, PNG.length, whole.length));
    }

    private static byte[] crowdedIcon() {
        byte[] picture = png(8, 8, chunk("IDAT", deflated(new byte[9 * 8])));
        ByteBuffer file = ByteBuffer.allocate(6 + 16 * 65_535 + picture.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0, 0, 1, 0, -1, -1});
        for (int i = 0; i < 65_535; i++) {
            file.put(new byte[] {8, 8, 0, 0, 1, 0, 8, 0}).putInt(picture.length).putInt(6 + 16 * 65_535);
        }
        return file.put(picture).array();
    }

    private static byte[] icon(byte[] inside) {
        byte[] head = {0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0};
        return together(head, littleEndian(inside.length), littleEndian(22), inside);
    }
}
