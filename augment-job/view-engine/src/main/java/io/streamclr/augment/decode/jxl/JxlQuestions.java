package io.streamclr.augment.decode.jxl;

import io.streamclr.augment.decode.child.AskedFile;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.child.Question;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What {@link JxlLibrary} is asked about one file. */
record JxlQuestions(LibraryProcess process, AskedFile file) {

    /** What is asked for: the first word of a question. */
    static final int INFO = 1;

    static final int JPEG = 2;
    static final int SAMPLES = 3;

    private static final int PIECE = 1 << 16;

    JxlInfo info() throws IOException {
        return process.ask(file, JxlLibrary.NAME, Question.of(INFO), JxlInfo::read);
    }

    /**
     * The JPEG file that was made smaller, byte by byte; empty if the file was made otherwise.
     *
     * @param mostBytes that it may have
     */
    Optional<byte[]> jpeg(int mostBytes) throws IOException {
        return process.ask(file, JxlLibrary.NAME, Question.of(JPEG, mostBytes), answer -> {
            int length = answer.readInt();
            if (length < 0 || length > mostBytes) {
                throw new IOException("libjxl answers with a JPEG file of " + length + " bytes");
            }
            return length == 0 ? Optional.empty() : Optional.of(bytes(answer, length));
        });
    }

    private static byte[] bytes(DataInputStream answer, int length) throws IOException {
        byte[] bytes = new byte[length];
        answer.readFully(bytes);
        return bytes;
    }

    /** All samples, from 0 to 1. */
    float[] samples(JxlInfo info) throws IOException {
        int count = Math.multiplyExact(Math.multiplyExact(info.width(), info.height()), info.channels());
        return process.ask(
                file,
                JxlLibrary.NAME,
                Question.of(SAMPLES, info.width(), info.height(), info.channels()),
                answer -> samples(answer, count));
    }

    private static float[] samples(DataInputStream answer, int count) throws IOException {
        float[] samples = new float[count];
        ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.nativeOrder());
        for (int done = 0; done < count; ) {
            int some = Math.min(PIECE / Float.BYTES, count - done);
            answer.readFully(piece.array(), 0, Float.BYTES * some);
            piece.asFloatBuffer().get(samples, done, some);
            done += some;
        }
        return samples;
    }
}
