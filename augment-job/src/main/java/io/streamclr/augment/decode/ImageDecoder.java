package io.streamclr.augment.decode;

import com.twelvemonkeys.imageio.plugins.hdr.HDRImageReadParam;
import com.twelvemonkeys.imageio.plugins.hdr.tonemap.ToneMapper;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.streamclr.schemas.record.RejectReason;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes JPEG, PNG, WebP, TIFF, BMP, GIF, PSD, PNM, HDR and ICO; of several images in a file the first. EXIF orientation
 * is applied wherever it stands (JPEG, PNG, WebP, TIFF), transparency shows white, 16 bits become 8, grey becomes RGB, and
 * colour profiles of JPEG are passed over. Holds readers, so each thread needs its own.
 */
public final class ImageDecoder {

    /** What a pixel may need while it is decoded, in bits; above it an image counts as so many pixels more. */
    private static final int USUAL_BITS = 64;

    private static final int LONGEST_DETAIL = 300;

    /** Light of 1 and more shows white, and the usual gamma bends what is darker; the same on every machine. */
    private static final ToneMapper DISPLAY = light -> {
        for (int channel = 0; channel < light.length; channel++) {
            light[channel] = (float) StrictMath.pow(Math.min(1, light[channel]), 1 / 2.2);
        }
    };

    private final DecodeLimits limits;
    private final Readers readers = new Readers();

    public ImageDecoder(DecodeLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads one image. Whatever the bytes are, this returns: what a reader throws is a rejection, and only an error of
     * the machine itself, such as no memory, comes through.
     *
     * @param encoded is read, never changed
     */
    public Decoding decode(byte[] encoded) {
        if (encoded.length == 0) {
            return rejected(RejectReason.EMPTY, "The image has no bytes");
        }
        if (encoded.length > limits.mostBytes()) {
            return rejected(
                    RejectReason.TOO_LARGE,
                    "The image has " + encoded.length + " bytes, allowed are " + limits.mostBytes());
        }
        byte[] file = encoded;
        int orientation;
        if (JpegSegments.startsLikeJpeg(encoded)) {
            JpegSegments segments = JpegSegments.of(encoded);
            if (!segments.complete()) {
                return rejected(RejectReason.BROKEN, "The JPEG file ends before its image does");
            }
            file = segments.bare();
            orientation = segments.orientation();
        } else {
            orientation = Orientation.of(encoded);
        }
        try (ByteArrayImageInputStream content = new ByteArrayImageInputStream(file)) {
            Optional<ImageReader> reader = readers.readerFor(content);
            if (reader.isEmpty()) {
                return rejected(RejectReason.NOT_AN_IMAGE, "No decoder knows bytes that begin with " + beginning(file));
            }
            return read(reader.get(), content, orientation);
        } catch (IOException | RuntimeException bad) {
            return rejected(RejectReason.BROKEN, describe(bad));
        }
    }

    private Decoding read(ImageReader reader, ImageInputStream content, int orientation) {
        boolean healthy = false;
        try {
            reader.setInput(content, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            Optional<Decoding.Rejected> refused = refuse(reader, width, height);
            if (refused.isPresent()) {
                healthy = true;
                return refused.get();
            }
            BufferedImage image = reader.read(0, wholeImage(reader));
            if (image.getWidth() != width || image.getHeight() != height) {
                return rejected(RejectReason.BROKEN, "The header promises other sides than the image has");
            }
            Pixels pixels = PackedRgb.of(image);
            healthy = true;
            return new Decoding.Decoded(Upright.turn(pixels, orientation));
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError bad) {
            return rejected(reasonOf(bad), describe(bad));
        } finally {
            if (healthy) {
                reader.setInput(null);
            } else {
                readers.discard(reader);
            }
        }
    }

    private static ImageReadParam wholeImage(ImageReader reader) throws IOException {
        ImageReadParam param = reader.getDefaultReadParam();
        ImageTypeSpecifier type = reader.getRawImageType(0);
        if (type != null && type.getColorModel().isAlphaPremultiplied()) {
            // TIFF's reader would copy multiplied colours into an image that says they are not.
            param.setDestinationType(type);
        }
        if (param instanceof HDRImageReadParam light) {
            light.setToneMapper(DISPLAY);
        }
        return param;
    }

    private Optional<Decoding.Rejected> refuse(ImageReader reader, int width, int height) throws IOException {
        if (width < 1 || height < 1) {
            return Optional.of(rejected(RejectReason.BROKEN, "The header names " + width + " x " + height + " pixels"));
        }
        String sides = "The image has " + width + " x " + height + " pixels";
        if (Math.min(width, height) < limits.leastSide()) {
            return Optional.of(
                    rejected(RejectReason.TOO_SMALL, sides + ", allowed are sides from " + limits.leastSide()));
        }
        if (Math.max(width, height) > limits.mostSide()) {
            return Optional.of(
                    rejected(RejectReason.TOO_LARGE, sides + ", allowed are sides up to " + limits.mostSide()));
        }
        long pixels = (long) width * height;
        String allowed = ", allowed are " + limits.mostPixels() + " pixels";
        if (pixels > limits.mostPixels()) {
            return Optional.of(rejected(RejectReason.TOO_LARGE, sides + allowed));
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        int bits = type == null ? USUAL_BITS : type.getColorModel().getPixelSize();
        if (pixels * ((bits + USUAL_BITS - 1) / USUAL_BITS) > limits.mostPixels()) {
            return Optional.of(
                    rejected(RejectReason.TOO_LARGE, sides + " of " + bits + " bits" + allowed + " of usual depth"));
        }
        return Optional.empty();
    }

    private static RejectReason reasonOf(Throwable bad) {
        String message = bad.getMessage() == null ? "" : bad.getMessage().toLowerCase(Locale.ROOT);
        boolean unsupported = bad instanceof UnsupportedOperationException
                || bad instanceof LinkageError
                || (bad instanceof IIOException
                        && (message.contains("unsupported") || message.contains("not supported")));
        return unsupported ? RejectReason.UNSUPPORTED : RejectReason.BROKEN;
    }

    private static String describe(Throwable bad) {
        String message = bad.getMessage() == null ? bad.getClass().getSimpleName() : bad.getMessage();
        String sentence = "The decoder says: " + message;
        return sentence.length() <= LONGEST_DETAIL ? sentence : sentence.substring(0, LONGEST_DETAIL);
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
