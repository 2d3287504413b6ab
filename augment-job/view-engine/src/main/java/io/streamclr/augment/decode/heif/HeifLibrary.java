package io.streamclr.augment.decode.heif;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import javax.imageio.IIOException;

/** libheif, as it is installed on this machine: version 1.12 or newer, the first that tells of multiplied alpha. */
final class HeifLibrary {

    /** Colour spaces. */
    private static final int COLOURED = 0;

    private static final int RED_GREEN_BLUE = 1;
    private static final int GREY = 2;
    private static final int FULL_CHROMA = 3;

    /** Of the decoding options: the second byte, behind their version. */
    private static final int LEAVE_UNTURNED = 1;

    /** Pictures are coded in whole blocks, of which the last may lie beyond the border in part. */
    private static final int LARGEST_BLOCK = 128;

    private static final int BRIGHTNESS = 0;
    private static final int BLUENESS = 1;
    private static final int REDNESS = 2;
    private static final int RED = 3;
    private static final int GREEN = 4;
    private static final int BLUE = 5;
    private static final int OPACITY = 6;

    /** What a function says of a file that it has no decoder for. */
    private static final int UNSUPPORTED_FILE = 3;

    private static final int UNSUPPORTED_FEATURE = 4;

    private static final String NEWEST_FUNCTION = "heif_image_handle_is_premultiplied_alpha";

    private static final Functions LIBRARY = loaded();

    private HeifLibrary() {}

    /** What a function says: no error if the code is 0. */
    @Structure.FieldOrder({"code", "detail", "message"})
    public static final class Outcome extends Structure implements Structure.ByValue {
        public int code;
        public int detail;
        public String message;

        void require() throws IOException {
            if (code == UNSUPPORTED_FILE || code == UNSUPPORTED_FEATURE) {
                throw new IIOException("HEIF of this kind is not supported by the libheif of this machine (" + message
                        + "); what it decodes with may be packages of their own (Debian: libheif-plugin-libde265,"
                        + " libheif-plugin-dav1d)");
            }
            if (code != 0) {
                throw new IOException("libheif says: " + String.valueOf(message).replaceAll("\\s+", " "));
            }
        }
    }

    /** The functions of the C interface that decode. */
    interface Functions extends Library {
        Pointer heif_context_alloc();

        void heif_context_free(Pointer context);

        void heif_context_set_maximum_image_size_limit(Pointer context, int side);

        Outcome heif_context_read_from_memory_without_copy(
                Pointer context, Pointer file, NativeLong bytes, Pointer options);

        Outcome heif_context_get_primary_image_handle(Pointer context, PointerByReference handle);

        void heif_image_handle_release(Pointer handle);

        int heif_image_handle_is_premultiplied_alpha(Pointer handle);

        Pointer heif_decoding_options_alloc();

        void heif_decoding_options_free(Pointer options);

        Outcome heif_decode_image(Pointer handle, PointerByReference image, int colours, int chroma, Pointer options);

        void heif_image_release(Pointer image);

        int heif_image_has_channel(Pointer image, int channel);

        int heif_image_get_width(Pointer image, int channel);

        int heif_image_get_height(Pointer image, int channel);

        int heif_image_get_bits_per_pixel_range(Pointer image, int channel);

        Pointer heif_image_get_plane_readonly(Pointer image, int channel, IntByReference stride);
    }

    private static Functions loaded() {
        try {
            // Functions are looked up when they are called; the newest of them tells an older version now.
            NativeLibrary.getInstance("heif").getFunction(NEWEST_FUNCTION);
            return Native.load("heif", Functions.class);
        } catch (UnsatisfiedLinkError missing) {
            return null;
        }
    }

    static boolean missing() {
        return LIBRARY == null;
    }

    /** Packed RGB, over white, before it is turned. */
    static byte[] decode(byte[] file, Picture picture) throws IOException {
        // The library reads from there until its context is gone.
        try (Memory content = new Memory(file.length)) {
            content.write(0, file, 0, file.length);
            Pointer context = LIBRARY.heif_context_alloc();
            if (context == null) {
                throw new OutOfMemoryError("libheif has no memory for a file");
            }
            try {
                return decode(context, content, picture);
            } finally {
                LIBRARY.heif_context_free(context);
            }
        }
    }

    private static byte[] decode(Pointer context, Memory content, Picture picture) throws IOException {
        PointerByReference handle = new PointerByReference();
        PointerByReference image = new PointerByReference();
        Pointer options = LIBRARY.heif_decoding_options_alloc();
        if (options == null) {
            throw new OutOfMemoryError("libheif has no memory for its options");
        }
        try {
            int longest = Math.max(picture.width(), picture.height());
            LIBRARY.heif_context_set_maximum_image_size_limit(context, longest + LARGEST_BLOCK);
            LIBRARY.heif_context_read_from_memory_without_copy(context, content, new NativeLong(content.size()), null)
                    .require();
            LIBRARY.heif_context_get_primary_image_handle(context, handle).require();
            options.setByte(LEAVE_UNTURNED, (byte) 1);
            // Just as it is coded, so that nothing is converted where nothing must be.
            int space = !picture.usual() ? RED_GREEN_BLUE : picture.chroma() == 0 ? GREY : COLOURED;
            int chroma = picture.usual() ? picture.chroma() : FULL_CHROMA;
            LIBRARY.heif_decode_image(handle.getValue(), image, space, chroma, options)
                    .require();
            boolean multiplied = LIBRARY.heif_image_handle_is_premultiplied_alpha(handle.getValue()) != 0;
            return colours(image.getValue(), picture).rgb(multiplied);
        } finally {
            if (image.getValue() != null) {
                LIBRARY.heif_image_release(image.getValue());
            }
            if (handle.getValue() != null) {
                LIBRARY.heif_image_handle_release(handle.getValue());
            }
            LIBRARY.heif_decoding_options_free(options);
        }
    }

    private static Planes colours(Pointer image, Picture picture) throws IOException {
        boolean direct = !picture.usual();
        Planes.Plane brightness = plane(image, direct ? GREEN : BRIGHTNESS);
        if (brightness == null) {
            throw new IOException("libheif made no planes of the HEIF file");
        }
        if (brightness.width() != picture.width() || brightness.height() != picture.height()) {
            throw new IOException("the HEIF file promises other sides than its picture has");
        }
        return new Planes(
                brightness,
                plane(image, direct ? BLUE : BLUENESS),
                plane(image, direct ? RED : REDNESS),
                plane(image, OPACITY),
                direct);
    }

    /** A plane of samples; null if there is none. */
    private static Planes.Plane plane(Pointer image, int channel) throws IOException {
        if (LIBRARY.heif_image_has_channel(image, channel) == 0) {
            return null;
        }
        int width = LIBRARY.heif_image_get_width(image, channel);
        int height = LIBRARY.heif_image_get_height(image, channel);
        int bits = LIBRARY.heif_image_get_bits_per_pixel_range(image, channel);
        IntByReference stride = new IntByReference();
        Pointer from = LIBRARY.heif_image_get_plane_readonly(image, channel, stride);
        if (from == null || width < 1 || height < 1 || bits < 8 || bits > 16) {
            throw new IOException(
                    "libheif made a plane of " + width + " x " + height + " samples of " + bits + " bits");
        }
        short[] samples = new short[Math.multiplyExact(width, height)];
        byte[] row = new byte[width];
        for (int y = 0; y < height; y++) {
            long at = (long) y * stride.getValue();
            if (bits > 8) {
                from.read(at, samples, y * width, width);
            } else {
                from.read(at, row, 0, width);
                for (int x = 0; x < width; x++) {
                    samples[y * width + x] = (short) (row[x] & 0xff);
                }
            }
        }
        return new Planes.Plane(width, height, bits, samples);
    }
}
