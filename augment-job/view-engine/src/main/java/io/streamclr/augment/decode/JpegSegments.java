package io.streamclr.augment.decode;

import io.streamclr.augment.decode.jpeg.Marker;
import io.streamclr.schemas.record.RejectReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What stands before the first scan of a JPEG file, read without a decoder: how the image is to be turned, how it is
 * coded, and the file without its metadata and without what is between its segments. Colour profiles go with the
 * metadata: pixels are then the same on every machine, and as Pillow and torchvision read them.
 *
 * @param orientation EXIF orientation, 1 (upright) to 8
 * @param colours what they are, and whether that is beyond doubt
 * @param frame how it is coded
 * @param scans which there are
 * @param huffmanTables whether it brings any, as all files do but frames of motion JPEG
 * @param height where in the bare file the frame says how high the image is, in two bytes; -1 if it does not
 * @param restarts whether decoding can restart in the middle of a scan
 * @param scan where in the bare file the first scan begins; -1 if there is none
 * @param bare the file with no application segments but JFIF's and Adobe's, which tell the colours apart
 */
record JpegSegments(
        int orientation,
        Colours colours,
        JpegFrame frame,
        JpegFrame.Scans scans,
        boolean huffmanTables,
        int height,
        boolean restarts,
        int scan,
        byte[] bare) {

    /** What decoders take the components for. */
    enum Colours {
        /** All for grey or YCbCr. */
        PLAIN,
        /** All that know of Adobe's marker for four inks. */
        INKS,
        /** Some for this and some for that. */
        DOUBTFUL
    }

    private static final int APP1 = 0xE1;
    private static final int APP15 = 0xEF;
    private static final int COMMENT = 0xFE;
    private static final byte[] JFIF = ascii("JFIF\0");
    private static final byte[] ADOBE = ascii("Adobe");
    private static final int ADOBE_NOTHING = 0;
    private static final int ADOBE_YCBCR = 1;
    private static final int ADOBE_YCCK = 2;

    /** A line break, a byte order mark, a length: what gets before an image by mistake is short. */
    private static final int MOST_JUNK = 64;

    static boolean startsLikeJpeg(byte[] file) {
        return file.length > 3 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8 && file[2] == (byte) 0xFF;
    }

    /** The JPEG file that begins after a few bytes that do not belong to it; empty if none does. */
    static Optional<byte[]> afterJunk(byte[] file) {
        for (int at = 1; at <= MOST_JUNK && at + 3 < file.length; at++) {
            int marker = file[at + 3] & 0xff;
            if (file[at] == (byte) 0xFF
                    && (file[at + 1] & 0xff) == Marker.START_OF_IMAGE
                    && file[at + 2] == (byte) 0xFF
                    && marker >= Marker.HUFFMAN
                    && marker <= COMMENT) {
                return Optional.of(Arrays.copyOfRange(file, at, file.length));
            }
        }
        return Optional.empty();
    }

    /** Reads a file that starts like a JPEG; one whose segments make no sense is left as it is. */
    static JpegSegments of(byte[] file) {
        byte[] bare = new byte[file.length];
        bare[0] = file[0];
        bare[1] = file[1];
        int kept = 2;
        int at = 2;
        int orientation = Orientation.UPRIGHT;
        boolean jfif = false;
        int adobe = -1;
        JpegFrame frame = JpegFrame.NONE;
        int height = -1;
        boolean restarts = false;
        boolean huffmanTables = false;
        while (at + 4 <= file.length) {
            int marker = file[at + 1] & 0xff;
            if (file[at] != (byte) 0xFF || marker == 0 || marker == 0xFF) {
                at++;
                continue;
            }
            if (Marker.standsAlone(marker)) {
                at += 2;
                continue;
            }
            if (marker == Marker.START_OF_IMAGE || marker == Marker.END_OF_IMAGE) {
                break;
            }
            if (marker == Marker.START_OF_SCAN) {
                byte[] whole = file;
                if (kept < at) {
                    whole = Arrays.copyOf(bare, kept + file.length - at);
                    System.arraycopy(file, at, whole, kept, file.length - at);
                }
                return new JpegSegments(
                        orientation,
                        coloursOf(frame, jfif, adobe),
                        frame,
                        frame.scans(whole, kept),
                        huffmanTables,
                        height,
                        restarts,
                        kept,
                        whole);
            }
            int next = at + 2 + (((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff));
            if (next < at + 4 || next > file.length) {
                break;
            }
            if (marker == Marker.JFIF) {
                jfif |= startsWith(JFIF, file, at + 4, next);
            } else if (marker == APP1 && orientation == Orientation.UPRIGHT) {
                orientation = Orientation.ofExif(file, at + 4, next);
            } else if (marker == Marker.ADOBE && startsWith(ADOBE, file, at + 4, next) && next - at >= 16) {
                adobe = file[at + 15] & 0xff;
            } else if (Marker.startsFrame(marker)) {
                frame = JpegFrame.of(marker, ByteBuffer.wrap(file, at + 4, next - at - 4));
                height = next - at < 9 ? -1 : kept + 5;
            } else if (marker == Marker.RESTART_INTERVAL) {
                restarts = true;
            } else if (marker == Marker.HUFFMAN) {
                huffmanTables = true;
            }
            boolean metadata = marker == COMMENT || (marker > Marker.JFIF && marker <= APP15 && marker != Marker.ADOBE);
            if (!metadata) {
                System.arraycopy(file, at, bare, kept, next - at);
                kept += next - at;
            }
            at = next;
        }
        return new JpegSegments(
                Orientation.UPRIGHT,
                Colours.DOUBTFUL,
                frame,
                JpegFrame.Scans.SOME,
                huffmanTables,
                -1,
                restarts,
                -1,
                file);
    }

    private static Colours coloursOf(JpegFrame frame, boolean jfif, int adobe) {
        boolean yCbCr = jfif ? adobe < 0 : adobe == ADOBE_YCBCR || (adobe < 0 && frame.hasUsualIds());
        return switch (frame.components()) {
            case 1 -> Colours.PLAIN;
            case 3 -> yCbCr ? Colours.PLAIN : Colours.DOUBTFUL;
            case 4 -> adobe == ADOBE_NOTHING || adobe == ADOBE_YCCK ? Colours.INKS : Colours.DOUBTFUL;
            default -> Colours.DOUBTFUL;
        };
    }

    /** Why no decoder is to look at the file; empty if one may, as far as its segments tell. */
    Optional<Decoding.Rejected> flaw() {
        if (scan < 0) {
            return Optional.of(
                    new Decoding.Rejected(RejectReason.BROKEN, "The JPEG file ends before its image begins"));
        }
        return scans == JpegFrame.Scans.TOO_MANY
                ? Optional.of(new Decoding.Rejected(
                        RejectReason.UNSUPPORTED,
                        "The JPEG file has more than " + JpegFrame.MOST_SCANS + " scans; save it with fewer"))
                : Optional.empty();
    }

    /** Whether the decoders of all platforms make the same pixels of it, if it is not damaged. */
    boolean isReadAlike() {
        return frame.isReadAlike()
                && scans == JpegFrame.Scans.ALL
                && huffmanTables
                && colours != Colours.DOUBTFUL
                && endsAfterScan();
    }

    /** Whether decoders need not go on below the last row that is wanted, as the rest of the file only adds rows. */
    boolean canEndEarly() {
        return height >= 0 && !restarts && frame.isRowAfterRow(bare, scan);
    }

    private boolean endsAfterScan() {
        for (int i = bare.length - 2; i > scan; i--) {
            if (bare[i] == (byte) 0xFF && (bare[i + 1] & 0xff) == Marker.END_OF_IMAGE) {
                return true;
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean startsWith(byte[] beginning, byte[] file, int from, int to) {
        return to - from >= beginning.length
                && Arrays.equals(file, from, from + beginning.length, beginning, 0, beginning.length);
    }
}
