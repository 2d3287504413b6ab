package io.streamclr.augment.decode.jxl;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** libjxl, as it is installed on this machine: version 0.7 or newer, whose interface stays. One thread, no more. */
final class JxlLibrary {

    private static final int ERROR = 1;
    private static final int NEED_BUFFER = 5;
    private static final int JPEG_NEEDS_MORE = 6;
    private static final int INFO = 0x40;
    private static final int FULL_IMAGE = 0x1000;
    private static final int JPEG = 0x2000;

    private static final int INFO_BYTES = 1 << 10;
    private static final int FORMAT_BYTES = 24;
    private static final int LEAST_JPEG = 1 << 16;

    private static final Functions LIBRARY = loaded();

    private JxlLibrary() {}

    /** The functions of the C interface that decode. */
    interface Functions extends Library {
        Pointer JxlDecoderCreate(Pointer memory);

        void JxlDecoderDestroy(Pointer decoder);

        int JxlDecoderSubscribeEvents(Pointer decoder, int events);

        int JxlDecoderSetKeepOrientation(Pointer decoder, int keep);

        int JxlDecoderSetInput(Pointer decoder, Pointer file, NativeLong bytes);

        int JxlDecoderProcessInput(Pointer decoder);

        int JxlDecoderGetBasicInfo(Pointer decoder, Pointer info);

        int JxlDecoderSetImageOutBuffer(Pointer decoder, Pointer format, Pointer into, NativeLong bytes);

        int JxlDecoderSetJPEGBuffer(Pointer decoder, Pointer into, NativeLong bytes);

        NativeLong JxlDecoderReleaseJPEGBuffer(Pointer decoder);
    }

    private static Functions loaded() {
        try {
            return Native.load("jxl", Functions.class);
        } catch (UnsatisfiedLinkError missing) {
            return null;
        }
    }

    static boolean missing() {
        return LIBRARY == null;
    }

    /** One file on its way through a decoder. */
    private static final class Decoder implements AutoCloseable {

        private final Memory content;
        private final Pointer decoder;

        Decoder(byte[] file, int events) {
            content = new Memory(file.length);
            decoder = LIBRARY.JxlDecoderCreate(null);
            if (decoder == null) {
                content.close();
                throw new OutOfMemoryError("libjxl has no memory for a decoder");
            }
            content.write(0, file, 0, file.length);
            LIBRARY.JxlDecoderSubscribeEvents(decoder, events);
            LIBRARY.JxlDecoderSetKeepOrientation(decoder, 1);
            // Not told that no more comes: of a file that is cut off it would complain on the error stream.
            LIBRARY.JxlDecoderSetInput(decoder, content, new NativeLong(file.length));
        }

        /** Goes on to the next event. */
        int next() throws IOException {
            int event = LIBRARY.JxlDecoderProcessInput(decoder);
            if (event == ERROR) {
                throw new IOException("libjxl finds the JPEG XL file broken");
            }
            return event;
        }

        @Override
        public void close() {
            LIBRARY.JxlDecoderDestroy(decoder);
            content.close();
        }
    }

    static JxlInfo info(byte[] file) throws IOException {
        try (Decoder decoder = new Decoder(file, INFO);
                Memory info = new Memory(INFO_BYTES)) {
            if (decoder.next() != INFO || LIBRARY.JxlDecoderGetBasicInfo(decoder.decoder, info) != 0) {
                throw new IOException("the JPEG XL file ends before its image begins");
            }
            return new JxlInfo(
                    info.getInt(4),
                    info.getInt(8),
                    info.getInt(12),
                    info.getInt(16) == 0,
                    Math.max(1, Math.min(8, info.getInt(48))),
                    info.getInt(52),
                    info.getInt(56),
                    info.getInt(60) > 0,
                    info.getInt(68) != 0);
        }
    }

    /**
     * The JPEG file that was made smaller, byte by byte; empty if the file was made otherwise.
     *
     * @param mostBytes that it may have
     */
    static Optional<byte[]> jpeg(byte[] file, int mostBytes) throws IOException {
        try (Decoder decoder = new Decoder(file, JPEG | FULL_IMAGE)) {
            if (decoder.next() != JPEG) {
                return Optional.empty();
            }
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            // Twice as much each time: nothing is copied often, and what has no room for its next piece gets it or
            // ends.
            for (long room = LEAST_JPEG + 2L * file.length; jpeg.size() < mostBytes; room *= 2) {
                int size = (int) Math.min(mostBytes - jpeg.size(), room);
                try (Memory piece = new Memory(size)) {
                    LIBRARY.JxlDecoderSetJPEGBuffer(decoder.decoder, piece, new NativeLong(size));
                    int event = decoder.next();
                    int left =
                            LIBRARY.JxlDecoderReleaseJPEGBuffer(decoder.decoder).intValue();
                    boolean nothing = left == size && size < room;
                    jpeg.writeBytes(piece.getByteArray(0, size - left));
                    if (event == FULL_IMAGE) {
                        return Optional.of(jpeg.toByteArray());
                    }
                    if (event != JPEG_NEEDS_MORE) {
                        throw new IOException("the JPEG XL file ends before its image does");
                    }
                    if (nothing) {
                        break;
                    }
                }
            }
            throw new IOException("the JPEG XL file makes a JPEG file of more than " + mostBytes + " bytes");
        }
    }

    /** All samples, from 0 to 1. */
    static float[] samples(byte[] file, JxlInfo info) throws IOException {
        int count = Math.multiplyExact(Math.multiplyExact(info.width(), info.height()), info.channels());
        try (Decoder decoder = new Decoder(file, FULL_IMAGE);
                Memory format = new Memory(FORMAT_BYTES);
                Memory into = new Memory(4L * count)) {
            // Channels, type float, the processor's order of bytes, rows without gaps.
            format.clear();
            format.setInt(0, info.channels());
            if (decoder.next() != NEED_BUFFER
                    || LIBRARY.JxlDecoderSetImageOutBuffer(decoder.decoder, format, into, new NativeLong(4L * count))
                            != 0
                    || decoder.next() != FULL_IMAGE) {
                throw new IOException("the JPEG XL file ends before its image does");
            }
            return into.getFloatArray(0, count);
        }
    }
}
