package io.streamclr.augment.decode;

import com.twelvemonkeys.imageio.plugins.hdr.HDRImageReadParam;
import com.twelvemonkeys.imageio.plugins.hdr.tonemap.ToneMapper;
import io.streamclr.augment.decode.child.LibraryProcess;
import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.heif.Heif;
import io.streamclr.augment.decode.jpeg.JpegFormat;
import io.streamclr.augment.decode.jpeg2000.Jpeg2000;
import io.streamclr.augment.decode.jxl.JpegXl;
import io.streamclr.augment.decode.raster.CgbiFormat;
import io.streamclr.augment.decode.raster.FloatPsdFormat;
import io.streamclr.augment.decode.raster.PnmFormat;
import io.streamclr.augment.decode.raster.RunLengthBmpFormat;
import io.streamclr.augment.decode.tga.Tga;
import io.streamclr.augment.decode.tiff.TiffFormat;
import io.streamclr.augment.decode.webp.WebpFormat;
import io.streamclr.schemas.record.RejectReason;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes JPEG, PNG, WebP, TIFF, BMP, GIF, PSD, PNM, HDR, ICO, TGA and JPEG 2000, and on demand HEIC, AVIF and JPEG XL; of
 * several images in a file the first. EXIF orientation is applied wherever it stands (JPEG, PNG, WebP, TIFF), transparency shows white, 16 bits become 8, grey becomes RGB, and
 * colour profiles of JPEG are passed over. Holds readers, so each thread needs its own.
 */
public final class ImageDecoder implements AutoCloseable {

    /** Light of 1 and more shows white, and the usual gamma bends what is darker; the same on every machine. */
    private static final ToneMapper DISPLAY = light -> {
        for (int channel = 0; channel < light.length; channel++) {
            light[channel] = (float) StrictMath.pow(Math.min(1, light[channel]), 1 / 2.2);
        }
    };

    /** What is read without ImageIO, in the order in which they are asked. */
    private static final List<ImageFormat> FORMATS = List.of(
            new WebpFormat(Orientation::of),
            new TiffFormat(),
            new PnmFormat(),
            new RunLengthBmpFormat(),
            new FloatPsdFormat(),
            new CgbiFormat(),
            new Jpeg2000(),
            new Tga());

    /** For what an image needs however small it is: tables, buffers and stacks of its decoders' threads, and their code. */
    private static final long MEMORY_OF_ANY = 256L << 20;

    /** By libraries of the system; with what the file and a JPEG file in it need beside it. */
    private static final int MEMORY_OF_PIXEL = 12;

    private static final int MEMORY_OF_FILE_BYTE = 4;

    /** Far longer than the largest image takes: the only limit of which a clock decides, and only about libraries of the system. */
    private static final int MOST_SECONDS = 60;

    private final DecodeLimits limits;
    private final LibraryProcess libraries;
    private final List<ImageFormat> formats;
    private final Readers readers = new Readers();
    private final PlainJpeg plainJpeg;

    /** For the JPEG files that readers of platforms do not read, or not alike. */
    private final ImageFormat otherJpeg;

    /** A decoder whose pixels are the same on every machine. */
    public ImageDecoder(DecodeLimits limits) {
        this(limits, JpegDecoder.IMAGEIO, CutImages.REJECT, SystemFormats.NO);
    }

    /**
     * A decoder that leaves some images to others.
     *
     * @param jpeg who decodes JPEG files
     * @param cut what becomes of JPEG files that were cut off
     * @param system which formats the system's libraries decode
     * @throws io.streamclr.schemas.RefusalException if this machine lacks what the JPEG decoder needs
     */
    public ImageDecoder(DecodeLimits limits, JpegDecoder jpeg, CutImages cut, SystemFormats system) {
        this(limits, jpeg, cut, system, new LibraryProcess(SystemLibraries.class, memoryOf(limits), MOST_SECONDS));
    }

    /** @param libraries where those of the system are asked; ended with this decoder */
    ImageDecoder(DecodeLimits limits, JpegDecoder jpeg, CutImages cut, SystemFormats system, LibraryProcess libraries) {
        this.limits = limits;
        this.libraries = libraries;
        boolean wanted = system != SystemFormats.NO;
        boolean inexactToo = system == SystemFormats.ALL;
        this.formats = Stream.concat(
                        FORMATS.stream(),
                        Stream.of(new Heif(libraries, wanted, inexactToo), new JpegXl(libraries, wanted, inexactToo)))
                .toList();
        this.plainJpeg = jpeg.open(limits, readers);
        this.otherJpeg = cut == CutImages.KEEP ? JpegFormat.keepingCut() : JpegFormat.refusingCut();
    }

    /** What a process of the system's libraries may take for an image, in bytes. */
    private static long memoryOf(DecodeLimits limits) {
        return MEMORY_OF_ANY + MEMORY_OF_PIXEL * limits.mostPixels() + MEMORY_OF_FILE_BYTE * (long) limits.mostBytes();
    }

    /** Reads a whole image, as {@link #decode(byte[], DecodeRegion)} does. */
    public Decoding decode(byte[] encoded) {
        return decode(encoded, DecodeRegion.WHOLE);
    }

    /**
     * Reads one image, or what is wanted of it where that is faster, which is with JPEG. Whatever the bytes are, this
     * returns: what a reader throws is a rejection, also where one image asks for more memory than there is.
     *
     * @param encoded is read, never changed
     */
    public Decoding decode(byte[] encoded, DecodeRegion wanted) {
        try {
            return dispatch(encoded, wanted);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError bad) {
            return Decoding.Rejected.because(bad);
        }
    }

    private Decoding dispatch(byte[] encoded, DecodeRegion wanted) throws IOException {
        if (encoded.length == 0) {
            return rejected(RejectReason.EMPTY, "The image has no bytes");
        }
        if (encoded.length > limits.mostBytes()) {
            return rejected(
                    RejectReason.TOO_LARGE,
                    "The image has " + encoded.length + " bytes, allowed are " + limits.mostBytes());
        }
        for (ImageFormat format : formats) {
            if (format.knows(encoded)) {
                return decode(format, encoded, Orientation.UPRIGHT, wanted);
            }
        }
        if (!JpegSegments.startsLikeJpeg(encoded)) {
            return decodeWhole(encoded, Orientation.of(encoded));
        }
        return decodeJpeg(JpegSegments.of(encoded), wanted);
    }

    private Decoding decodeJpeg(JpegSegments jpeg, DecodeRegion wanted) throws IOException {
        Optional<Decoding.Rejected> flaw = jpeg.flaw();
        if (flaw.isPresent()) {
            return flaw.get();
        }
        if (!jpeg.isReadAlike()) {
            return decode(otherJpeg, jpeg.bare(), jpeg.orientation(), wanted);
        }
        return jpeg.colours() == JpegSegments.Colours.PLAIN
                ? plainJpeg.decode(jpeg, wanted)
                : decodeWhole(jpeg.bare(), jpeg.orientation());
    }

    /** @param orientation of the container, 1 (upright) to 8; what the format finds itself counts where this is upright */
    private Decoding decode(ImageFormat format, byte[] file, int orientation, DecodeRegion wanted) throws IOException {
        OpenedImage image = format.open(file);
        int width = image.width();
        int height = image.height();
        Optional<Decoding.Rejected> refused = limits.refuse(width, height);
        if (refused.isEmpty()) {
            refused = limits.refuseDepth(width, height, image.bitsPerPixel());
        }
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<byte[]> jpeg = image.jpeg(limits.mostBytes());
        if (jpeg.isPresent() && JpegSegments.startsLikeJpeg(jpeg.get())) {
            return dispatch(jpeg.get(), wanted);
        }
        int turn = orientation == Orientation.UPRIGHT ? image.orientation() : orientation;
        Upright upright = new Upright(turn, width, height);
        Region whole = Region.whole(upright.width(), upright.height());
        return new Decoding.Decoded(new Pixels(upright.width(), upright.height(), upright.turn(whole, image.rgb())));
    }

    private Decoding decodeWhole(byte[] file, int orientation) throws IOException {
        try (MeteredStream content = new MeteredStream(Containers.bare(file, limits))) {
            Optional<ImageReader> reader = readers.readerFor(content);
            if (reader.isEmpty()) {
                Optional<byte[]> jpeg = JpegSegments.afterJunk(file);
                if (jpeg.isPresent()) {
                    return decodeJpeg(JpegSegments.of(jpeg.get()), DecodeRegion.WHOLE);
                }
                return rejected(RejectReason.NOT_AN_IMAGE, "No decoder knows bytes that begin with " + beginning(file));
            }
            return read(reader.get(), content, file, orientation);
        }
    }

    private Decoding read(ImageReader reader, ImageInputStream content, byte[] file, int orientation)
            throws IOException {
        boolean healthy = false;
        try {
            JpegDamage damage = JpegDamage.heardFrom(reader);
            reader.setInput(content, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            GifScreen screen = GifScreen.of(file, width, height);
            Optional<Decoding.Rejected> refused = limits.refuse(screen.width(), screen.height());
            ImageTypeSpecifier type = refused.isPresent() ? null : reader.getRawImageType(0);
            if (type != null) {
                refused = limits.refuseDepth(width, height, bitsOf(type));
            }
            if (refused.isPresent()) {
                healthy = true;
                return refused.get();
            }
            BufferedImage image = reader.read(0, wholeImage(reader));
            if (image.getWidth() != width || image.getHeight() != height) {
                return rejected(RejectReason.BROKEN, "The header promises other sides than the image has");
            }
            damage.requireNone();
            byte[] shown = screen.around(PackedRgb.of(image), width, height);
            Upright upright = new Upright(orientation, screen.width(), screen.height());
            Region whole = Region.whole(upright.width(), upright.height());
            byte[] rgb = upright.turn(whole, shown);
            healthy = true;
            return new Decoding.Decoded(new Pixels(upright.width(), upright.height(), rgb));
        } finally {
            readers.giveBack(reader, healthy);
        }
    }

    /** Bits of a pixel in memory, with samples that are no colour. */
    private static int bitsOf(ImageTypeSpecifier type) {
        int sample = DataBuffer.getDataTypeSize(type.getSampleModel().getDataType());
        return Math.max(type.getColorModel().getPixelSize(), type.getNumBands() * sample);
    }

    private static ImageReadParam wholeImage(ImageReader reader) throws IOException {
        ImageReadParam param = reader.getDefaultReadParam();
        ImageTypeSpecifier type = reader.getRawImageType(0);
        if (type != null && (type.getColorModel().isAlphaPremultiplied() || hasBandsThatAreNoColour(type))) {
            // TIFF's reader would copy multiplied colours into an image that says they are not, and take any fourth
            // band
            // for alpha.
            param.setDestinationType(type);
        }
        if (param instanceof HDRImageReadParam light) {
            light.setToneMapper(DISPLAY);
        }
        return param;
    }

    private static boolean hasBandsThatAreNoColour(ImageTypeSpecifier type) {
        return !type.getColorModel().hasAlpha()
                && type.getNumBands() > type.getColorModel().getNumColorComponents();
    }

    /**
     * Ends the process in which the system's libraries decode, where there is one; an image after that starts another. It ends
     * as well when nobody has this decoder any more, and with this process.
     */
    @Override
    public void close() {
        libraries.close();
    }

    private static String beginning(byte[] file) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, file.length); i++) {
            hex.append(String.format(Locale.ROOT, "%02x", file[i] & 0xff));
        }
        return hex.toString();
    }

    private static Decoding.Rejected rejected(RejectReason reason, String detail) {
        return new Decoding.Rejected(reason, detail);
    }
}
