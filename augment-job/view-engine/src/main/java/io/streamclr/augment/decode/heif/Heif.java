package io.streamclr.augment.decode.heif;

import io.streamclr.augment.decode.child.AskedFile;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.IIOException;

/** HEIC and AVIF pictures. */
public final class Heif implements ImageFormat {

    private static final Map<String, String> BRANDS = Map.of(
            "heic", "HEIC", "heix", "HEIC", "heim", "HEIC", "heis", "HEIC", "hevc", "HEIC", "hevx", "HEIC", "avif",
            "AVIF", "avis", "AVIF", "mif1", "HEIF", "msf1", "HEIF");

    /** Planes of up to 16 bits in the library and here, and the pixel. */
    private static final double BITS = 2 * 4 * 16 + 24;

    /** Far beyond whatever lies around a picture to make up whole blocks, or beside it in the file. */
    private static final double MOST_AGAINST_SHOWN = 1 << 20;

    private final boolean wanted;
    private final boolean inexactToo;
    private final LibraryProcess process;

    /**
     * Uses the library as far as somebody wants.
     *
     * @param process in which the library is asked
     * @param wanted whether it may be asked at all
     * @param inexactToo whether also for pictures whose colours it has to convert, which versions do in different ways
     */
    public Heif(LibraryProcess process, boolean wanted, boolean inexactToo) {
        this.process = process;
        this.wanted = wanted;
        this.inexactToo = inexactToo;
    }

    @Override
    public boolean knows(byte[] file) {
        return file.length >= 12 && text(file, 4).equals("ftyp") && BRANDS.containsKey(text(file, 8));
    }

    private static String text(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        String format = BRANDS.get(text(file, 8));
        if (!wanted) {
            throw new IIOException(format + " is not supported by itself; 'augment --system-formats exact' decodes it"
                    + " with the system's library libheif (Debian: libheif1)");
        }
        Picture picture = Picture.primary(file);
        if (picture.chroma() < 0) {
            throw new IIOException(format + " that does not say how it is coded is not supported");
        }
        if (picture.codedAgainstShown() > MOST_AGAINST_SHOWN) {
            throw new IOException("the HEIF file has a video of " + picture.coded() + " pixels for a picture of "
                    + picture.width() + " x " + picture.height());
        }
        if (!picture.exact() && !inexactToo) {
            throw new IIOException(format + " with other colours than usual (matrix " + picture.matrix()
                    + (picture.fullRange() ? "" : ", limited range")
                    + ") is not supported alike by all versions of libheif; 'augment --system-formats all' decodes it");
        }
        if (!process.has(HeifLibrary.NAME)) {
            throw new IIOException(format + " is not supported on this machine, because it lacks the library libheif"
                    + " 1.12 or newer; install it (Debian: libheif1)");
        }
        return new Opened(new AskedFile(format, file), picture, process);
    }

    private record Opened(AskedFile file, Picture picture, LibraryProcess process) implements OpenedImage {

        @Override
        public int width() {
            return picture.width();
        }

        @Override
        public int height() {
            return picture.height();
        }

        /** With what is coded beyond the sides. */
        @Override
        public int bitsPerPixel() {
            return (int) Math.ceil(BITS * Math.max(1, picture.codedAgainstShown()));
        }

        @Override
        public int orientation() {
            return picture.orientation();
        }

        @Override
        public byte[] rgb() throws IOException {
            CodedPicture coded = new CodedPicture(picture);
            return process.ask(file, HeifLibrary.NAME, coded.question(), coded::read);
        }
    }
}
