package io.streamclr.augment.decode;

import java.util.Arrays;

/**
 * What stands before the first scan of a JPEG file, read without a decoder: how the image is to be turned, whether it
 * is cut off, and the file without its metadata. Colour profiles go with the metadata: pixels are then the same on every
 * machine, and as Pillow and torchvision read them.
 *
 * @param orientation EXIF orientation, 1 (upright) to 8
 * @param complete whether an end-of-image marker follows the first scan
 * @param bare the file with no application segments but JFIF's and Adobe's, which tell the colours apart
 */
record JpegSegments(int orientation, boolean complete, byte[] bare) {

    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP14 = 0xEE;
    private static final int APP15 = 0xEF;
    private static final int COMMENT = 0xFE;
    private static final int START_OF_SCAN = 0xDA;

    static boolean startsLikeJpeg(byte[] file) {
        return file.length > 3 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8 && file[2] == (byte) 0xFF;
    }

    /** Reads a file that starts like a JPEG; one whose segments make no sense is left as it is. */
    static JpegSegments of(byte[] file) {
        byte[] bare = new byte[file.length];
        bare[0] = file[0];
        bare[1] = file[1];
        int kept = 2;
        int at = 2;
        int orientation = Orientation.UPRIGHT;
        while (at + 4 <= file.length && file[at] == (byte) 0xFF) {
            int marker = file[at + 1] & 0xff;
            if (marker == 0xFF) {
                at++;
                continue;
            }
            if (marker == START_OF_SCAN) {
                System.arraycopy(file, at, bare, kept, file.length - at);
                return new JpegSegments(orientation, endsAfter(file, at), Arrays.copyOf(bare, kept + file.length - at));
            }
            int next = at + 2 + (((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff));
            if (next < at + 4 || next > file.length) {
                break;
            }
            if (marker == APP1 && orientation == Orientation.UPRIGHT) {
                orientation = Orientation.ofExif(file, at + 4, next);
            }
            boolean metadata = marker == COMMENT || (marker > APP0 && marker <= APP15 && marker != APP14);
            if (!metadata) {
                System.arraycopy(file, at, bare, kept, next - at);
                kept += next - at;
            }
            at = next;
        }
        return new JpegSegments(Orientation.UPRIGHT, false, file);
    }

    private static boolean endsAfter(byte[] file, int scan) {
        for (int i = file.length - 2; i > scan; i--) {
            if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xD9) {
                return true;
            }
        }
        return false;
    }
}
