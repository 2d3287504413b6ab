package io.streamclr.augment.decode.jxl;

import io.streamclr.augment.decode.child.AskedFile;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.IIOException;

/** JPEG XL files and bare codestreams; of an animation the first frame. */
public final class JpegXl implements ImageFormat {

    private static final byte[] FILE = {0, 0, 0, 12, 'J', 'X', 'L', ' ', '\r', '\n', (byte) 0x87, '\n'};
    private static final byte[] CODESTREAM = {(byte) 0xFF, 0x0A};

    /** Opacity, black, depth and a spot colour; each takes as much memory as a colour, whoever looks at it. */
    private static final int MOST_MORE = 4;

    /** The library holds three colours of grey images, too. */
    private static final int COLOURS = 3;

    private final boolean wanted;
    private final boolean inexactToo;
    private final LibraryProcess process;

    /**
     * Uses the library as far as somebody wants.
     *
     * @param process in which the library is asked
     * @param wanted whether it may be asked at all
     * @param inexactToo whether also for images whose pixels differ from version to version and processor to processor
     */
    public JpegXl(LibraryProcess process, boolean wanted, boolean inexactToo) {
        this.process = process;
        this.wanted = wanted;
        this.inexactToo = inexactToo;
    }

    @Override
    public boolean knows(byte[] file) {
        return starts(file, FILE) || starts(file, CODESTREAM);
    }

    private static boolean starts(byte[] file, byte[] beginning) {
        return file.length >= beginning.length
                && Arrays.equals(file, 0, beginning.length, beginning, 0, beginning.length);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        if (!wanted) {
            throw new IIOException(
                    "JPEG XL is not supported by itself; 'augment --system-formats exact' decodes it with"
                            + " the system's library libjxl (Debian: libjxl0.7 or newer)");
        }
        if (!process.has(JxlLibrary.NAME)) {
            throw new IIOException("JPEG XL is not supported on this machine, because it lacks the library libjxl;"
                    + " install it (Debian: libjxl0.7 or newer)");
        }
        JxlQuestions questions = new JxlQuestions(process, new AskedFile("JPEG XL", file));
        JxlInfo info = questions.info();
        if (info.more() < 0 || info.more() > MOST_MORE) {
            throw new IIOException("JPEG XL with " + Integer.toUnsignedString(info.more())
                    + " channels besides its colours is not supported");
        }
        return new Opened(questions, info, inexactToo);
    }

    private record Opened(JxlQuestions questions, JxlInfo info, boolean inexactToo) implements OpenedImage {

        @Override
        public int width() {
            return info.width();
        }

        @Override
        public int height() {
            return info.height();
        }

        @Override
        public int orientation() {
            return info.orientation();
        }

        /** Fractions of each channel in the library, as many given out and taken here, and the pixel. */
        @Override
        public int bitsPerPixel() {
            return 3 * (COLOURS + Math.max(1, info.more())) * 32 + 24;
        }

        @Override
        public Optional<byte[]> jpeg(int mostBytes) throws IOException {
            return questions.jpeg(mostBytes);
        }

        @Override
        public byte[] rgb() throws IOException {
            return info.rgb(questions.samples(info), inexactToo);
        }
    }
}
