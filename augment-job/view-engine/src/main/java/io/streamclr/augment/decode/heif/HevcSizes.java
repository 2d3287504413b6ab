package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How many pixels a decoder holds for a piece of HEVC, whatever the file around it says (ITU-T H.265, 7.3). */
final class HevcSizes {

    private static final int SEQUENCE = 33;
    private static final int LAST_OF_PICTURES = 31;

    /** Pictures that later ones may refer to, and the one that is decoded. */
    private static final int MOST_HELD = 17;

    /** Of a profile: all but its level. */
    private static final int PROFILE_BITS = 88;

    private static final int LEVEL_BITS = 8;

    private long most;
    private int pictures;

    private HevcSizes() {}

    /**
     * Of the pictures of a sequence; 0 if it does not say.
     *
     * @param configuration content of the box hvcC
     */
    static long configured(ByteBuffer configuration) throws IOException {
        HevcSizes sizes = new HevcSizes();
        ByteBuffer in = configuration.duplicate();
        if (in.remaining() < 23) {
            throw new IOException("the HEIF file ends within the configuration of its video");
        }
        in.position(in.position() + 22);
        for (int arrays = in.get() & 0xff; arrays > 0; arrays--) {
            need(in, 3);
            in.get();
            for (int units = in.getShort() & 0xffff; units > 0; units--) {
                need(in, 2);
                sizes.take(in, in.getShort() & 0xffff);
            }
        }
        return sizes.most;
    }

    /**
     * 0 if nothing says.
     *
     * @param video units with their lengths before them, as the library takes them: four bytes each
     * @param configured pixels of its pictures as a configuration says
     */
    static long pixels(ByteBuffer video, long configured) throws IOException {
        HevcSizes sizes = new HevcSizes();
        sizes.most = configured;
        ByteBuffer in = video.duplicate();
        while (in.remaining() >= 4) {
            sizes.take(in, in.getInt() & 0xffffffffL);
        }
        return sizes.most * Math.max(1, Math.min(MOST_HELD, sizes.pictures));
    }

    private static void need(ByteBuffer in, long bytes) throws IOException {
        if (in.remaining() < bytes) {
            throw new IOException("the HEIF file ends within its video");
        }
    }

    private void take(ByteBuffer in, long length) throws IOException {
        need(in, length);
        ByteBuffer unit = in.duplicate().limit(in.position() + (int) length);
        in.position(unit.limit());
        if (length < 3) {
            return;
        }
        int head = unit.getShort();
        int type = head >> 9 & 63;
        if ((head >> 3 & 63) != 0) {
            // Another layer, which is not decoded.
            return;
        }
        if (type == SEQUENCE) {
            readSequence(new CodedBits(unit, true));
        } else if (type <= LAST_OF_PICTURES && unit.get() < 0) {
            // The first piece of a picture.
            pictures++;
        }
    }

    private void readSequence(CodedBits in) throws IOException {
        in.skip(4);
        int layers = in.bits(3);
        in.skip(1 + PROFILE_BITS + LEVEL_BITS);
        int skipped = 0;
        for (int layer = 0; layer < layers; layer++) {
            skipped += PROFILE_BITS * in.bit() + LEVEL_BITS * in.bit();
        }
        in.skip(layers == 0 ? 0 : 2 * (8 - layers));
        in.skip(skipped);
        in.golomb();
        if (in.golomb() == 3) {
            in.skip(1);
        }
        long width = in.golomb();
        most = Math.max(most, width * in.golomb());
    }
}
