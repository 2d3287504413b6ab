package io.streamclr.augment.decode.tiff;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.streamclr.augment.decode.format.Readings;
import io.streamclr.augment.decode.packed.PackBits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import javax.imageio.IIOException;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.XZInputStream;

/** How the bytes of a strip or tile are made smaller (TIFF 6.0, tag 259, and what came after). */
enum Compression {
    NONE(false),
    LZW(true),
    DEFLATE(true),
    PACK_BITS(false),
    LZMA(true),
    ZSTD(true);

    private static final int TAG = 259;

    /** Presets up to 7, with dictionaries of 16 MiB, ask for less; those above for 33 MiB and more. */
    private static final int MOST_LZMA_KIBIBYTES = 24 << 10;

    private static final int MOST_ZSTD_BYTES = Integer.MAX_VALUE - 16;

    /** A block of 128 KiB takes 4 bytes or more. */
    private static final long MOST_ZSTD_GROWTH = 1 << 15;

    private final boolean predicted;

    Compression(boolean predicted) {
        this.predicted = predicted;
    }

    /** Whether a predictor counts; libtiff passes over it elsewhere. */
    boolean predicted() {
        return predicted;
    }

    /** Whether what lies in the strips is itself an image: JPEG, or the runs of a fax. */
    static boolean isImage(TiffDirectory directory) {
        long number = directory.number(TAG, 1);
        return number == 2 || number == 3 || number == 4 || number == 6 || number == 7;
    }

    static Compression of(TiffDirectory directory) throws IOException {
        int number = (int) Math.min(Integer.MAX_VALUE, directory.number(TAG, 1));
        return switch (number) {
            case 1 -> NONE;
            case 5 -> LZW;
            case 8, 32946 -> DEFLATE;
            case 32773 -> PACK_BITS;
            case 34925 -> LZMA;
            case 50000 -> ZSTD;
            default -> throw new IIOException("TIFF with the compression " + name(number) + " is not supported");
        };
    }

    private static String name(int number) {
        return switch (number) {
            case 9 -> "JBIG (T.85)";
            case 10 -> "JBIG (T.43)";
            case 32766 -> "NeXT";
            case 32767 -> "ARW";
            case 32769 -> "packed raw";
            case 32770 -> "SRW";
            case 32771 -> "CCITT RLE-W";
            case 32809 -> "ThunderScan";
            case 32908 -> "PixarFilm";
            case 32909 -> "PixarLog";
            case 32947 -> "DCS";
            case 33003, 33004, 33005, 34712 -> "JPEG 2000";
            case 34661 -> "JBIG";
            case 34676, 34677 -> "SGILog";
            case 34887 -> "LERC";
            case 34892 -> "lossy JPEG of DNG";
            case 50001, 34927 -> "WebP";
            case 34934, 22610 -> "JPEG XR";
            case 50002, 52546 -> "JPEG XL";
            default -> "number " + number;
        };
    }

    /** Whether a packed byte that stands for nothing costs its reader far more than to pass over it. */
    boolean slow() {
        return this == DEFLATE || this == LZMA;
    }

    /**
     * The bytes of one part as they were before.
     *
     * @param length how many there are, when the part is whole
     * @param dictionaries memory that one image's parts use one after the other
     * @param readings spent where each byte that is read counts
     */
    InputStream unpack(Packed packed, long length, ArrayCache dictionaries, Readings readings) throws IOException {
        InputStream bytes = slow() ? new MeteredBytes(packed.stream(), readings) : packed.stream();
        return switch (this) {
            case NONE -> bytes;
            case LZW -> new LzwStream(packed);
            case DEFLATE -> new InflaterInputStream(bytes);
            case PACK_BITS -> new PackBits(bytes);
            case LZMA -> new XZInputStream(bytes, MOST_LZMA_KIBIBYTES, true, dictionaries);
            case ZSTD -> zstd(packed, length);
        };
    }

    /** Whole parts: memory is what the layout says, whatever window the frame asks for. */
    private static InputStream zstd(Packed packed, long length) throws IOException {
        if (length > MOST_ZSTD_BYTES) {
            throw new IIOException("TIFF with ZSTD strips or tiles of " + length + " bytes is not supported");
        }
        byte[] whole = new byte[(int) Math.min(length, packed.length() * MOST_ZSTD_GROWTH)];
        try {
            long given =
                    Zstd.decompressByteArray(whole, 0, whole.length, packed.file(), packed.from(), packed.length());
            return new ByteArrayInputStream(whole, 0, (int) given);
        } catch (ZstdException broken) {
            throw new IOException("the ZSTD data are broken: " + broken.getMessage(), broken);
        }
    }
}
