package io.streamclr.augment.decode.jpeg;

import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A file whose header has been read as far as its first scan; goes on from there. */
final class OpenedJpeg implements OpenedImage {

    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
    private static final int JFIF_BYTES = 14;
    private static final int ADOBE_BYTES = 12;
    private static final int RGB_BITS = 24;

    private final byte[] file;
    private final boolean keepsCut;
    private final Tables tables = new Tables();
    private Frame frame;
    private Progress progress;
    private boolean jfif;
    private int adobe = -1;

    /** The marker after which reading goes on, its place, and where its segment ends. */
    private int marker;

    private int at = 2;
    private int end = 2;

    private OpenedJpeg(byte[] file, boolean keepsCut) {
        this.file = file;
        this.keepsCut = keepsCut;
    }

    static OpenedJpeg of(byte[] file, boolean keepsCut) throws IOException {
        OpenedJpeg jpeg = new OpenedJpeg(file, keepsCut);
        if (!jpeg.readToScan() || jpeg.frame == null) {
            throw new IOException("the JPEG file ends before its image begins");
        }
        jpeg.progress = new Progress(jpeg.frame);
        return jpeg;
    }

    @Override
    public int width() {
        return frame.width();
    }

    @Override
    public int height() {
        return frame.height();
    }

    @Override
    public int bitsPerPixel() {
        long pixels = Math.max(1, (long) frame.width() * frame.height());
        return (int) Math.min(Integer.MAX_VALUE, RGB_BITS + (Short.SIZE * frame.stored() + pixels - 1) / pixels);
    }

    @Override
    public byte[] rgb() throws IOException {
        if (frame.stored() > Integer.MAX_VALUE) {
            throw new IOException("the JPEG file has more samples than there can be");
        }
        for (Component component : frame.components()) {
            component.coefficients = new short[(int) frame.stored(component)];
        }
        while (true) {
            boolean last = decodeScan();
            if (last || progress.complete() || !readToScan()) {
                break;
            }
        }
        if (!keepsCut && !progress.hasBegun()) {
            throw new IOException("the JPEG file ends before its image does");
        }
        return paint();
    }

    /**
     * Reads segments up to the next scan's header.
     *
     * @return whether there is one
     */
    private boolean readToScan() throws IOException {
        while (nextSegment()) {
            int content = at + 4;
            if (Marker.startsFrame(marker)) {
                if (frame != null) {
                    throw new IOException("the JPEG file has two frames");
                }
                frame = Frame.read(marker, file, content, end);
            } else if (marker == Marker.START_OF_SCAN) {
                return true;
            } else if (marker == Marker.JFIF) {
                jfif |= end - content >= JFIF_BYTES && startsWith(JFIF, content);
            } else if (marker == Marker.ADOBE && end - content >= ADOBE_BYTES && startsWith(ADOBE, content)) {
                adobe = file[content + ADOBE_BYTES - 1] & 0xff;
            } else {
                tables.read(marker, file, content, end);
            }
        }
        return false;
    }

    /** Goes to the next segment that has content; passes over what stands between segments. */
    private boolean nextSegment() throws IOException {
        at = end;
        while (true) {
            while (at + 1 < file.length
                    && (file[at] != (byte) 0xFF || file[at + 1] == 0 || file[at + 1] == (byte) 0xFF)) {
                at++;
            }
            if (at + 1 >= file.length) {
                return endedHere();
            }
            marker = file[at + 1] & 0xff;
            if (marker == Marker.END_OF_IMAGE) {
                end = file.length;
                return false;
            }
            if (!Marker.standsAlone(marker)) {
                break;
            }
            at += 2;
        }
        if (marker == Marker.START_OF_IMAGE) {
            throw new IOException("the JPEG file begins twice");
        }
        int length = at + 3 < file.length ? (file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff) : 2;
        end = at + 2 + length;
        if (length < 2) {
            throw new IOException("the JPEG file has a segment of a length that none has");
        }
        return (at + 3 < file.length && end <= file.length) || endedHere();
    }

    /** The file ends without saying so. */
    private boolean endedHere() throws IOException {
        if (progress != null && !keepsCut) {
            throw new IOException("the JPEG file ends before its image does");
        }
        end = file.length;
        return false;
    }

    /** @return whether the data ended here */
    private boolean decodeScan() throws IOException {
        Scan scan = Scan.read(frame, file, at + 4, end);
        progress.begin(scan);
        for (Component component : scan.components) {
            if (component.quantisation == null && !frame.lossless()) {
                component.quantisation = tables.quantisation(component.table);
            }
        }
        BitReader in = new BitReader(file, end, keepsCut);
        if (frame.lossless()) {
            decodeSamples(scan, in);
        } else {
            progress.endedIn(new ScanDecoder(scan, in, decoderOf(scan, in), tables.restartInterval()).decode());
        }
        if (in.starved()) {
            return true;
        }
        if (progress.complete() && !in.endFollows()) {
            if (!keepsCut && in.endsInZeros()) {
                throw new IOException("the JPEG file ends before its image does, in zeros");
            }
            return true;
        }
        if (frame.arithmetic()) {
            in.passOver();
        }
        end = in.finish();
        return false;
    }

    private void decodeSamples(Scan scan, BitReader in) throws IOException {
        HuffmanTable[] differences = new HuffmanTable[scan.components.length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = tables.dc(scan.dcTables[i], Short.SIZE);
            scan.components[i].leftOut = scan.low;
        }
        new LosslessScan(frame, scan, in, differences).decode(tables.restartInterval());
    }

    private BlockDecoder decoderOf(Scan scan, BitReader in) throws IOException {
        if (frame.arithmetic()) {
            return new ArithmeticBlocks(in, frame.progressive(), scan, tables.conditioning());
        }
        HuffmanTable[] dc = new HuffmanTable[scan.components.length];
        HuffmanTable[] ac = new HuffmanTable[scan.components.length];
        for (int i = 0; i < dc.length; i++) {
            if (scan.from == 0 && scan.high == 0) {
                dc[i] = tables.dc(scan.dcTables[i], 15);
            }
            if (scan.to > 0) {
                ac[i] = tables.ac(scan.acTables[i]);
            }
        }
        return frame.progressive()
                ? new ProgressiveHuffman(in, scan, scan.from == 0 ? dc : ac)
                : new SequentialHuffman(in, dc, ac);
    }

    private byte[] paint() {
        Component[] components = frame.components();
        BlockSmoothing smoothing =
                progress.wantsSmoothing() && BlockSmoothing.canBeOf(frame) ? new BlockSmoothing(frame) : null;
        SampleRows[] rows = new SampleRows[components.length];
        for (int i = 0; i < rows.length && !frame.lossless(); i++) {
            rows[i] = new SampleRows(frame, i, progress, smoothing);
        }
        Colours colours = Colours.of(frame, jfif, adobe);
        byte[] rgb = new byte[3 * frame.width() * frame.height()];
        short[][] samples = new short[components.length][frame.width()];
        for (int y = 0; y < frame.height(); y++) {
            for (int i = 0; i < rows.length; i++) {
                if (frame.lossless()) {
                    copy(components[i], y, samples[i]);
                } else {
                    rows[i].write(y, samples[i]);
                }
            }
            colours.write(samples, frame.precision(), rgb, 3 * y * frame.width());
        }
        return rgb;
    }

    private static void copy(Component component, int y, short[] row) {
        for (int x = 0; x < row.length; x++) {
            row[x] = (short) (component.coefficients[y * row.length + x] << component.leftOut);
        }
    }

    private boolean startsWith(byte[] beginning, int from) {
        return Arrays.equals(file, from, from + beginning.length, beginning, 0, beginning.length);
    }
}
