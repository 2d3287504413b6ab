package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.Readings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.LongStream;
import javax.imageio.IIOException;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.MemoryLimitException;

/** Unpacks the strips or tiles of an image row by row, those that are seen and no more. */
final class Parts {

    private static final int STRIP_OFFSETS = 273;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;

    /** Of what parts claim: some writers' claims are far too large, and of these forms a gigabyte takes seconds. */
    private static final int CLAIMED = 16;

    /** Of what is read where a gigabyte that stands for nothing takes minutes: once, and once for the range of floating samples. */
    private static final int READ = 4;

    /** Takes what one row of a part has of one band. */
    @FunctionalInterface
    interface RowVisitor {

        /**
         * Sees some samples.
         *
         * @param band the band
         * @param place which sample of a pixel it is in this row
         * @param x of the first sample, in the image
         * @param y of the row, in the image
         * @param columns how many pixels of the row lie in the image
         * @param row whose bytes are overwritten afterwards
         */
        void row(int band, int place, int x, int y, int columns, byte[] row) throws IOException;
    }

    private final byte[] file;
    private final TiffDirectory directory;
    private final Layout layout;
    private final Channels channels;
    private final Subsampling sharing;
    private final Readings readings;

    /** Where parts begin, in order; read when one does not say how long it is. */
    private long[] beginnings;

    Parts(byte[] file, TiffDirectory directory, Layout layout, Channels channels, Subsampling sharing) {
        this.file = layout.reversed() ? withLowestBitFirst(file) : file;
        this.directory = directory;
        this.layout = layout;
        this.channels = channels;
        this.sharing = sharing;
        this.readings = Readings.of(file.length, layout.compression().slow() ? READ : CLAIMED);
    }

    /** Each row of each part, with every band of it that is seen. */
    void eachRow(RowVisitor visitor) throws IOException {
        byte[] row = new byte[Math.toIntExact(layout.rowBytes())];
        ArrayCache dictionaries = new BasicArrayCache();
        int count = layout.across() * layout.down();
        spendReadings();
        eachPart((plane, part) -> {
            try (InputStream content =
                    layout.compression().unpack(packed(part), sharing.partBytes(layout), dictionaries, readings)) {
                read(sharing.whole(content, layout), plane, part % count, row, visitor);
            } catch (MemoryLimitException large) {
                throw new IIOException("TIFF with an LZMA dictionary over 16 MiB is not supported", large);
            }
        });
    }

    /**
     * Before anything is unpacked: all parts may claim the same bytes, and those need not stand for any pixel. Of what is
     * not packed no more is read than there are rows; of what is slow to unpack bytes count when they are read.
     */
    private void spendReadings() throws IOException {
        if (layout.compression() != Compression.NONE && !layout.compression().slow()) {
            eachPart((plane, part) -> readings.spend(packed(part).length()));
        }
    }

    /** Takes a strip or tile by its number in the file, those of all planes counted. */
    @FunctionalInterface
    private interface PartVisitor {

        void part(int plane, int part) throws IOException;
    }

    private void eachPart(PartVisitor visitor) throws IOException {
        int count = layout.across() * layout.down();
        for (int plane = 0; plane < (layout.planar() ? layout.bands() : 1); plane++) {
            for (int part = 0; part < count && (!layout.planar() || channels.sees(plane)); part++) {
                visitor.part(plane, plane * count + part);
            }
        }
    }

    private void read(InputStream content, int plane, int part, byte[] row, RowVisitor visitor) throws IOException {
        int x = part % layout.across() * layout.partWidth();
        int y = part / layout.across() * layout.partHeight();
        int columns = Math.min(layout.partWidth(), layout.width() - x);
        int rows = Math.min(layout.partHeight(), layout.height() - y);
        for (int i = 0; i < rows; i++) {
            if (content.readNBytes(row, 0, row.length) < row.length) {
                throw new IOException("a strip or tile of the TIFF file ends before its rows do");
            }
            byte[] samples = predicted(row);
            if (layout.planar()) {
                visitor.row(plane, 0, x, y + i, columns, samples);
                continue;
            }
            for (int band = 0; band < layout.bands(); band++) {
                if (channels.sees(band)) {
                    visitor.row(band, band, x, y + i, columns, samples);
                }
            }
        }
    }

    private byte[] predicted(byte[] row) {
        int bits = layout.number().bits();
        if (layout.predictor() == 3) {
            return Predictor.addFloating(row, bits, layout.stride());
        }
        if (layout.predictor() == 2) {
            Predictor.add(row, bits, layout.stride(), layout.number().order());
        }
        return row;
    }

    /** As many bytes as the file says and has; where it does not say, all up to the next part, or to its end. */
    private Packed packed(int part) throws IOException {
        int lengths = directory.has(TILE_BYTES) ? TILE_BYTES : STRIP_BYTES;
        long from = beginning(part);
        if (from < 0 || from > file.length) {
            throw new IOException("the TIFF file does not say where its pixels lie");
        }
        long length = directory.number(lengths, part, 0);
        boolean open = length <= 0 || length > file.length - from;
        return new Packed(file, (int) from, open ? nextAfter((int) from) : (int) (from + length));
    }

    private long beginning(int part) {
        return directory.number(directory.has(TILE_OFFSETS) ? TILE_OFFSETS : STRIP_OFFSETS, part, -1);
    }

    private int nextAfter(int from) throws IOException {
        if (beginnings == null) {
            LongStream.Builder all = LongStream.builder();
            eachPart((plane, part) -> all.add(beginning(part)));
            beginnings = all.build().sorted().toArray();
        }
        int found = Arrays.binarySearch(beginnings, from + 1L);
        int place = found < 0 ? -found - 1 : found;
        return place < beginnings.length ? (int) Math.min(file.length, beginnings[place]) : file.length;
    }

    private static byte[] withLowestBitFirst(byte[] file) {
        byte[] turned = new byte[file.length];
        for (int i = 0; i < file.length; i++) {
            turned[i] = (byte) (Integer.reverse(file[i]) >>> 24);
        }
        return turned;
    }
}
