package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.Readings;
import io.streamclr.augment.decode.packed.PackBits;
import io.streamclr.augment.decode.tiff.TiffDirectory;
import java.io.IOException;
import java.util.Arrays;

/** The strips or tiles of a TIFF file, for a reader that ends at the first packed byte that stands for nothing. */
final class PackedTiff {

    /** Claims, of which some writers' are far too large. */
    private static final int READINGS = 16;

    private static final byte NOTHING = (byte) 0x80;

    private PackedTiff() {}

    /**
     * The same file with such bytes at the ends of strips alone, where a reader may end.
     *
     * @param offsets the tag under which the places of parts are
     * @param lengths the tag under which their lengths are
     * @throws IOException if all parts together claim far more bytes than the file has
     */
    static byte[] nothingLast(byte[] file, TiffDirectory directory, int offsets, int lengths) throws IOException {
        Readings readings = Readings.of(file.length, READINGS);
        byte[] bare = file.clone();
        long count = Math.min(directory.count(offsets), directory.count(lengths));
        for (long part = 0; part < count; part++) {
            long from = directory.number(offsets, part, -1);
            long length = directory.number(lengths, part, 0);
            if (from >= 0 && from < file.length && length > 0) {
                int end = (int) Math.min(file.length, from + Math.min(length, file.length));
                readings.spend(end - from);
                int done = PackBits.copyWithoutNothing(file, (int) from, end, bare, (int) from);
                Arrays.fill(bare, done, end, NOTHING);
            }
        }
        return bare;
    }
}
