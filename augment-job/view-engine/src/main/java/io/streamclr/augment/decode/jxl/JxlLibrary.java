package io.streamclr.augment.decode.jxl;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.streamclr.augment.decode.child.Reply;
import io.streamclr.augment.decode.child.Service;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * libjxl, as it is installed on this machine: version 0.7 or newer, whose interface stays. One thread, no more. Loaded and
 * called in a process of its own alone.
 */
public final class JxlLibrary implements Service {

    static final String NAME = "libjxl";

    private static final int ERROR = 1;
    private static final int NEED_BUFFER = 5;
    private static final int JPEG_NEEDS_MORE = 6;
    private static final int INFO = 0x40;
    private static final int FULL_IMAGE = 0x1000;
    private static final int JPEG = 0x2000;

    private static final int INFO_BYTES = 1 << 10;
    private static final int FORMAT_BYTES = 24;
    private static final int LEAST_JPEG = 1 << 16;

    private Functions library;

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

    @Override
    public String library() {
        return NAME;
    }

    @Override
    public boolean load() {
        try {
            library = Native.load("jxl", Functions.class);
            return true;
        } catch (UnsatisfiedLinkError missing) {
            return false;
        }
    }

    /** Is asked for what {@link JxlQuestions} asks, and answers what it reads. */
    @Override
    public void answer(DataInputStream question, Memory file, Reply reply) throws IOException {
        int asked = question.readInt();
        if (asked == JxlQuestions.INFO) {
            JxlInfo info = info(file);
            info.writeTo(reply.begin());
        } else if (asked == JxlQuestions.JPEG) {
            jpeg(file, question.readInt(), reply);
        } else {
            samples(file, question.readInt(), question.readInt(), question.readInt(), reply);
        }
    }

    /** One file on its way through a decoder. */
    private final class Decoder implements AutoCloseable {

        private final Pointer decoder;

        Decoder(Memory file, int events) {
            decoder = library.JxlDecoderCreate(null);
            if (decoder == null) {
                throw new OutOfMemoryError("libjxl has no memory for a decoder");
            }
            library.JxlDecoderSubscribeEvents(decoder, events);
            library.JxlDecoderSetKeepOrientation(decoder, 1);
            // The input is not closed: of a file that is cut off it would complain on the error stream.
            library.JxlDecoderSetInput(decoder, file, new NativeLong(file.size()));
        }

        /** Goes on to the next event. */
        int next() throws IOException {
            int event = library.JxlDecoderProcessInput(decoder);
            if (event == ERROR) {
                throw new IOException("libjxl finds the JPEG XL file broken");
            }
            return event;
        }

        @Override
        public void close() {
            library.JxlDecoderDestroy(decoder);
        }
    }

    private JxlInfo info(Memory file) throws IOException {
        try (Decoder decoder = new Decoder(file, INFO);
                Memory info = new Memory(INFO_BYTES)) {
            if (decoder.next() != INFO || library.JxlDecoderGetBasicInfo(decoder.decoder, info) != 0) {
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
     * The JPEG file that was made smaller, byte by byte; nothing if the file was made otherwise.
     *
     * @param mostBytes that it may have
     */
    private void jpeg(Memory file, int mostBytes, Reply reply) throws IOException {
        try (Decoder decoder = new Decoder(file, JPEG | FULL_IMAGE)) {
            if (decoder.next() != JPEG) {
                reply.begin().writeInt(0);
                return;
            }
            Memory jpeg = new Memory(Math.min(mostBytes, LEAST_JPEG + 2L * file.size()));
            try {
                int done = 0;
                while (true) {
                    int room = (int) jpeg.size() - done;
                    library.JxlDecoderSetJPEGBuffer(decoder.decoder, jpeg.share(done), new NativeLong(room));
                    int event = decoder.next();
                    int left =
                            library.JxlDecoderReleaseJPEGBuffer(decoder.decoder).intValue();
                    done += room - left;
                    if (event == FULL_IMAGE) {
                        reply.begin().writeInt(done);
                        reply.copy(jpeg, 0, done);
                        return;
                    }
                    if (event != JPEG_NEEDS_MORE) {
                        throw new IOException("the JPEG XL file ends before its image does");
                    }
                    if (jpeg.size() == mostBytes) {
                        throw new IOException(
                                "the JPEG XL file makes a JPEG file of more than " + mostBytes + " bytes");
                    }
                    jpeg = larger(jpeg, done, mostBytes);
                }
            } finally {
                jpeg.close();
            }
        }
    }

    /** Twice as much each time: nothing is copied often, and what has no room for its next piece gets it or ends. */
    private static Memory larger(Memory jpeg, int done, int mostBytes) {
        try (jpeg) {
            Memory larger = new Memory(Math.min(mostBytes, 2 * jpeg.size()));
            larger.getByteBuffer(0, done).put(jpeg.getByteBuffer(0, done));
            return larger;
        }
    }

    /** All samples, from 0 to 1, in the processor's order of bytes. */
    private void samples(Memory file, int width, int height, int channels, Reply reply) throws IOException {
        long bytes = Math.multiplyExact(Math.multiplyExact((long) width, height), Math.multiplyExact(4L, channels));
        try (Decoder decoder = new Decoder(file, FULL_IMAGE);
                Memory format = new Memory(FORMAT_BYTES);
                Memory into = new Memory(bytes)) {
            // Channels, type float, the processor's order of bytes, rows without gaps.
            format.clear();
            format.setInt(0, channels);
            if (decoder.next() != NEED_BUFFER
                    || library.JxlDecoderSetImageOutBuffer(decoder.decoder, format, into, new NativeLong(bytes)) != 0
                    || decoder.next() != FULL_IMAGE) {
                throw new IOException("the JPEG XL file ends before its image does");
            }
            reply.begin();
            reply.copy(into, 0, bytes);
        }
    }
}
