package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** How many pixels a decoder holds for a piece of AV1, whatever the file around it says (AV1, 5.5 and 5.9). */
final class Av1Sizes {

    private static final int SEQUENCE = 1;
    private static final int FRAME_HEADER = 3;
    private static final int FRAME = 6;

    private static final int KEY_FRAME = 0;
    private static final int SWITCH_FRAME = 3;

    /** Frames that later ones may refer to, and the one that is decoded. */
    private static final int MOST_HELD = 9;

    /** What is chosen for each frame by itself. */
    private static final int PER_FRAME = 2;

    /** Of all sequences the most. */
    private long most;

    /** If frames say their sides themselves. */
    private long mostOfFrames;

    private int frames;
    private boolean still;
    private boolean plain;
    private int screenContent;
    private int wholeMotion;

    private Av1Sizes() {}

    /**
     * 0 if no piece says.
     *
     * @param pieces in the order in which the decoder gets them
     */
    static long pixels(List<ByteBuffer> pieces) throws IOException {
        Av1Sizes sizes = new Av1Sizes();
        for (ByteBuffer piece : pieces) {
            sizes.read(piece.duplicate());
        }
        return sizes.most * Math.max(1, Math.min(MOST_HELD, sizes.frames));
    }

    private void read(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            int head = in.get() & 0xff;
            if ((head & 4) != 0 && in.hasRemaining()) {
                in.get();
            }
            long length = (head & 2) == 0 ? in.remaining() : length(in);
            if (length > in.remaining()) {
                throw new IOException("the HEIF file ends within its video");
            }
            ByteBuffer unit = in.duplicate().limit(in.position() + (int) length);
            in.position(unit.limit());
            take(head >> 3 & 15, unit);
        }
    }

    private static long length(ByteBuffer in) throws IOException {
        long length = 0;
        for (int i = 0; i < 8; i++) {
            if (!in.hasRemaining()) {
                break;
            }
            int next = in.get();
            length |= (next & 127L) << (7 * i);
            if (next >= 0) {
                return length;
            }
        }
        throw new IOException("the HEIF file ends within its video");
    }

    private void take(int type, ByteBuffer unit) throws IOException {
        if (type == SEQUENCE) {
            readSequence(new CodedBits(unit, false));
        } else if (type == FRAME || type == FRAME_HEADER) {
            frames++;
            if (!still && (!plain || ownSides(new CodedBits(unit, false)))) {
                most = Math.max(most, mostOfFrames);
            }
        }
    }

    private void readSequence(CodedBits in) throws IOException {
        in.skip(4);
        still = in.bit() == 1;
        plain = true;
        if (still) {
            in.skip(5);
        } else {
            readOperation(in);
        }
        int widthBits = in.bits(4) + 1;
        int heightBits = in.bits(4) + 1;
        most = Math.max(most, (in.bits(widthBits) + 1L) * (in.bits(heightBits) + 1L));
        mostOfFrames = Math.max(mostOfFrames, 1L << (widthBits + heightBits));
        if (!still) {
            readTools(in);
        }
    }

    /** Of the decoder's clock, and of parts of the sequence that may be decoded by themselves. */
    private void readOperation(CodedBits in) throws IOException {
        int delayBits = 0;
        if (in.bit() == 1) {
            in.skip(64);
            if (in.bit() == 1) {
                in.golomb();
            }
            if (in.bit() == 1) {
                delayBits = in.bits(5) + 1;
                in.skip(42);
                // Frames may tell the time before they tell of their sides.
                plain = false;
            }
        }
        boolean delayed = in.bit() == 1;
        for (int more = in.bits(5); more >= 0; more--) {
            in.skip(12);
            if (in.bits(5) > 7) {
                in.skip(1);
            }
            if (delayBits > 0 && in.bit() == 1) {
                in.skip(2 * delayBits + 1);
            }
            if (delayed && in.bit() == 1) {
                in.skip(4);
            }
        }
    }

    private void readTools(CodedBits in) throws IOException {
        if (in.bit() == 1) {
            in.skip(7);
            plain = false;
        }
        in.skip(7);
        if (in.bit() == 1) {
            in.skip(2);
        }
        screenContent = in.bit() == 1 ? PER_FRAME : in.bit();
        wholeMotion = PER_FRAME;
        if (screenContent > 0) {
            wholeMotion = in.bit() == 1 ? PER_FRAME : in.bit();
        }
    }

    private boolean ownSides(CodedBits in) throws IOException {
        if (in.bit() == 1) {
            // Shows one that was decoded before.
            return false;
        }
        int type = in.bits(2);
        boolean shown = in.bit() == 1;
        if (!shown) {
            in.skip(1);
        }
        if (type != SWITCH_FRAME && !(type == KEY_FRAME && shown)) {
            in.skip(1);
        }
        in.skip(1);
        boolean screen = screenContent == PER_FRAME ? in.bit() == 1 : screenContent == 1;
        if (screen && wholeMotion == PER_FRAME) {
            in.skip(1);
        }
        return type == SWITCH_FRAME || in.bit() == 1;
    }
}
