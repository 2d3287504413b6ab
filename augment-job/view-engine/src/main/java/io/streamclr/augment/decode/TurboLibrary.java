package io.streamclr.augment.decode;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.streamclr.schemas.RefusalException;

/** The functions of the TurboJPEG C interface, version 2 (version 3 has them, too), that decode. */
final class TurboLibrary {

    /** Pixel format: red, green, blue. */
    static final int RGB = 0;

    /** The slow and accurate inverse transform, which the JDK's reader has, too. */
    static final int ACCURATE = 4096;

    /** Stops at the first flaw of a file, so that what the library says is about that one. */
    static final int STOP_AT_FLAW = 8192;

    private static final String REFUSAL = bound();

    private TurboLibrary() {}

    /** Binds the functions; gives why that fails, or nothing. */
    private static String bound() {
        try {
            Native.register(TurboLibrary.class, "turbojpeg");
            return "";
        } catch (UnsatisfiedLinkError missing) {
            return "The JPEG decoder turbojpeg needs the library libturbojpeg, which is not on this machine; install it"
                    + " (Debian: libturbojpeg0) or take the decoder imageio";
        }
    }

    /** @throws RefusalException if the library is not on this machine */
    static void require() {
        if (!REFUSAL.isEmpty()) {
            throw new RefusalException(REFUSAL);
        }
    }

    static native Pointer tjInitDecompress();

    static native int tjDecompressHeader3(
            Pointer handle,
            Pointer file,
            NativeLong bytes,
            IntByReference width,
            IntByReference height,
            IntByReference sampling,
            IntByReference colours);

    static native int tjDecompress2(
            Pointer handle,
            Pointer file,
            NativeLong bytes,
            Pointer into,
            int width,
            int pitch,
            int height,
            int format,
            int flags);

    static native String tjGetErrorStr2(Pointer handle);

    static native int tjDestroy(Pointer handle);
}
