package io.streamclr.augment.decode;

import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.streamclr.schemas.record.RejectReason;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * libjpeg-turbo, as it is installed on this machine. Shrinks an image to a half, a quarter or an eighth while it decodes,
 * as far as what is wanted allows, and ends below the last row that is wanted; unshrunk pixels are those that the JDK's
 * reader makes.
 */
final class TurboJpeg implements PlainJpeg {

    private static final Cleaner CLEANER = Cleaner.create();

    private final DecodeLimits limits;
    private final Handle handle;

    /** Native memory for an encoded and for a decoded image, kept from image to image, made larger when needed. */
    private Memory encoded = new Memory(1 << 16);

    private Memory decoded = new Memory(1 << 16);

    private TurboJpeg(DecodeLimits limits, Handle handle) {
        this.limits = limits;
        this.handle = handle;
    }

    /** @throws io.streamclr.schemas.RefusalException if the library is not on this machine */
    static TurboJpeg open(DecodeLimits limits) {
        TurboLibrary.require();
        Handle handle = new Handle();
        TurboJpeg decoder = new TurboJpeg(limits, handle);
        CLEANER.register(decoder, handle::destroy);
        return decoder;
    }

    @Override
    public Decoding decode(JpegSegments file, DecodeRegion wanted) {
        try {
            NativeLong bytes = new NativeLong(file.bare().length);
            encoded = holding(encoded, bytes.longValue());
            encoded.write(0, file.bare(), 0, file.bare().length);
            IntByReference width = new IntByReference();
            IntByReference height = new IntByReference();
            IntByReference unused = new IntByReference();
            if (TurboLibrary.tjDecompressHeader3(handle.made(), encoded, bytes, width, height, unused, unused) != 0) {
                return broken();
            }
            Optional<Decoding.Rejected> refused = limits.refuse(width.getValue(), height.getValue());
            if (refused.isPresent()) {
                return refused.get();
            }
            Upright full = new Upright(file.orientation(), width.getValue(), height.getValue());
            return decode(file, full, bytes, wanted);
        } catch (OutOfMemoryError tooLarge) {
            return Decoding.Rejected.because(tooLarge);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private Decoding decode(JpegSegments file, Upright full, NativeLong bytes, DecodeRegion wanted) {
        int shrink = wanted.shrink(full.width(), full.height());
        Upright shrunk = full.shrunk(shrink);
        Region region = wanted.of(full.width(), full.height()).shrunk(shrink);
        Region stored = shrunk.stored(region);
        int lastRow = shrink * (stored.y() + stored.height());
        int rows = file.canEndEarly() ? endEarly(file, lastRow, full.storedHeight()) : full.storedHeight();
        int width = shrunk.storedWidth();
        int height = (rows + shrink - 1) / shrink;
        decoded = holding(decoded, 3L * width * height);
        int flags = TurboLibrary.ACCURATE | TurboLibrary.STOP_AT_FLAW;
        int flaw = TurboLibrary.tjDecompress2(
                handle.made(), encoded, bytes, decoded, width, 3 * width, height, TurboLibrary.RGB, flags);
        if (flaw != 0 && !(rows < full.storedHeight() && onlyMoreFollows())) {
            return broken();
        }
        byte[] rgb = new byte[3 * stored.width() * stored.height()];
        int row = 3 * stored.width();
        for (int y = 0; y < stored.height(); y++) {
            decoded.read(3L * ((long) (stored.y() + y) * width + stored.x()), rgb, y * row, row);
        }
        return new Decoding.Decoded(new Pixels(full.width(), full.height(), shrink, region, shrunk.turn(region, rgb)));
    }

    /**
     * Makes the file say that the image ends below its last wanted row. One row of blocks more is kept, from which colours
     * of half the height are smoothed.
     *
     * @return how high the image is now
     */
    private int endEarly(JpegSegments file, int lastRow, int storedHeight) {
        int together = file.frame().rowsTogether();
        int rows = (lastRow + together - 1) / together * together + together;
        if (rows >= storedHeight) {
            return storedHeight;
        }
        encoded.setByte(file.height(), (byte) (rows >> 8));
        encoded.setByte(file.height() + 1, (byte) rows);
        return rows;
    }

    /** Whether the library complains of nothing but what follows the last row, which it reached therefore. */
    private boolean onlyMoreFollows() {
        return TurboLibrary.tjGetErrorStr2(handle.made()).endsWith("extraneous bytes before marker 0xd9");
    }

    private Decoding broken() {
        String said = TurboLibrary.tjGetErrorStr2(handle.made());
        handle.destroy();
        return new Decoding.Rejected(RejectReason.BROKEN, "The decoder says: " + said);
    }

    private static Memory holding(Memory memory, long bytes) {
        if (memory.size() >= bytes) {
            return memory;
        }
        Memory larger = new Memory(bytes);
        memory.close();
        return larger;
    }

    /**
     * The library's decoder, made when it is needed. One that failed in a header goes on within that file when it gets the
     * next one, and so calls every later file broken; it is to be destroyed.
     */
    private static final class Handle {

        private Pointer pointer;

        synchronized Pointer made() {
            if (pointer == null) {
                pointer = TurboLibrary.tjInitDecompress();
                if (pointer == null) {
                    throw new OutOfMemoryError("libjpeg-turbo has no memory for a decoder");
                }
            }
            return pointer;
        }

        synchronized void destroy() {
            if (pointer != null) {
                TurboLibrary.tjDestroy(pointer);
                pointer = null;
            }
        }
    }
}
