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
import io.streamclr.augment.decode.child.Reply;
import io.streamclr.augment.decode.child.Service;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOException;

/**
 * libheif, as it is installed on this machine: version 1.12 or newer, the first that reports multiplied alpha. Loaded
 * and called in a process of its own alone.
 */
public final class HeifLibrary implements Service {

    static final String NAME = "libheif";

    /** Colour spaces. */
    private static final int COLOURED = 0;

    private static final int RED_GREEN_BLUE = 1;
    private static final int GREY = 2;
    private static final int FULL_CHROMA = 3;

    /** Of the decoding options: the second byte, after their version. */
    private static final int LEAVE_UNTURNED = 1;

    /** Pictures are coded in whole blocks, of which the last may lie beyond the border in part. */
    private static final int LARGEST_BLOCK = 128;

    /** In the order in which they are given: brightness, blueness, redness, opacity. */
    private static final int[] APART = {0, 1, 2, 6};

    /** Green, blue, red, opacity. */
    private static final int[] DIRECT = {4, 5, 3, 6};

    /** Instead of a chroma: where the library makes red, green and blue. */
    private static final int CONVERTED = -1;

    /** What a function says of a file that it has no decoder for. */
    private static final int UNSUPPORTED_FILE = 3;

    private static final int UNSUPPORTED_FEATURE = 4;
    private static final int NO_MEMORY = 6;

    private static final String NEWEST_FUNCTION = "heif_image_handle_is_premultiplied_alpha";

    private Functions library;

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
            if (code == NO_MEMORY) {
                throw new OutOfMemoryError("libheif says: " + message);
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

    @Override
    public String library() {
        return NAME;
    }

    @Override
    public boolean load() {
        try {
            // Functions are looked up when they are called; the newest of them reveals an older version now.
            NativeLibrary.getInstance("heif").getFunction(NEWEST_FUNCTION);
            library = Native.load("heif", Functions.class);
            return true;
        } catch (UnsatisfiedLinkError missing) {
            return false;
        }
    }

    /** Is asked for {@link CodedPicture#question}, and answers what {@link CodedPicture#read} reads. */
    @Override
    public void answer(DataInputStream question, Memory file, Reply reply) throws IOException {
        int width = question.readInt();
        int height = question.readInt();
        int chroma = question.readInt();
        boolean usual = question.readInt() != 0;
        // The library reads from the file until its context is gone.
        Pointer context = library.heif_context_alloc();
        if (context == null) {
            throw new OutOfMemoryError("libheif has no memory for a file");
        }
        try {
            answer(context, file, width, height, usual ? chroma : CONVERTED, reply);
        } finally {
            library.heif_context_free(context);
        }
    }

    private void answer(Pointer context, Memory file, int width, int height, int chroma, Reply reply)
            throws IOException {
        PointerByReference handle = new PointerByReference();
        PointerByReference image = new PointerByReference();
        Pointer options = library.heif_decoding_options_alloc();
        if (options == null) {
            throw new OutOfMemoryError("libheif has no memory for its options");
        }
        try {
            library.heif_context_set_maximum_image_size_limit(context, Math.max(width, height) + LARGEST_BLOCK);
            library.heif_context_read_from_memory_without_copy(context, file, new NativeLong(file.size()), null)
                    .require();
            library.heif_context_get_primary_image_handle(context, handle).require();
            options.setByte(LEAVE_UNTURNED, (byte) 1);
            // Just as it is coded, so that nothing is converted where nothing must be.
            boolean direct = chroma == CONVERTED;
            int space = direct ? RED_GREEN_BLUE : chroma == 0 ? GREY : COLOURED;
            library.heif_decode_image(handle.getValue(), image, space, direct ? FULL_CHROMA : chroma, options)
                    .require();
            List<Plane> planes = planes(image.getValue(), direct ? DIRECT : APART);
            Plane brightness = planes.get(0);
            if (brightness == null) {
                throw new IOException("libheif made no planes of the HEIF file");
            }
            if (brightness.width != width || brightness.height != height) {
                throw new IOException("the HEIF file promises other sides than its picture has");
            }
            DataOutputStream answer = reply.begin();
            answer.writeBoolean(library.heif_image_handle_is_premultiplied_alpha(handle.getValue()) != 0);
            for (Plane plane : planes) {
                answer.writeBoolean(plane != null);
                if (plane != null) {
                    plane.writeTo(answer, reply);
                }
            }
        } finally {
            if (image.getValue() != null) {
                library.heif_image_release(image.getValue());
            }
            if (handle.getValue() != null) {
                library.heif_image_handle_release(handle.getValue());
            }
            library.heif_decoding_options_free(options);
        }
    }

    /** Samples of one kind, where the library keeps them. */
    private record Plane(int width, int height, int bits, Pointer from, int stride) {

        void writeTo(DataOutputStream answer, Reply reply) throws IOException {
            answer.writeInt(width);
            answer.writeInt(height);
            answer.writeInt(bits);
            long row = (long) width * (bits > 8 ? 2 : 1);
            for (int y = 0; y < height; y++) {
                reply.copy(from, (long) y * stride, row);
            }
        }
    }

    /** Null for each that there is not. */
    private List<Plane> planes(Pointer image, int[] channels) throws IOException {
        List<Plane> planes = new ArrayList<>();
        for (int channel : channels) {
            planes.add(library.heif_image_has_channel(image, channel) == 0 ? null : plane(image, channel));
        }
        return planes;
    }

    private Plane plane(Pointer image, int channel) throws IOException {
        int width = library.heif_image_get_width(image, channel);
        int height = library.heif_image_get_height(image, channel);
        int bits = library.heif_image_get_bits_per_pixel_range(image, channel);
        IntByReference stride = new IntByReference();
        Pointer from = library.heif_image_get_plane_readonly(image, channel, stride);
        if (from == null || width < 1 || height < 1 || bits < 8 || bits > 16) {
            throw new IOException(
                    "libheif made a plane of " + width + " x " + height + " samples of " + bits + " bits");
        }
        return new Plane(width, height, bits, from, stride.getValue());
    }
}
