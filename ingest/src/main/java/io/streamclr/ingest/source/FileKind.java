package io.streamclr.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a file is, by its name and its first bytes. */
enum FileKind {
    IMAGE,
    TAR,
    ZIP,
    PARQUET,
    CIFAR_10,
    CIFAR_100,
    IDX_IMAGES,
    IDX_LABELS,
    VIDEO,
    /** Compressed as a whole; what is inside has a kind of its own. */
    GZIP,
    BZIP2,
    XZ,
    ZSTD,
    OTHER;

    /** How many first bytes tell every kind: a tar file names itself at byte 257, a transport stream at 0, 188 and 376. */
    static final int HEAD_BYTES = 512;

    private static final Set<String> IMAGE_ENDINGS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "pbm", "pgm", "ppm", "pnm", "pam",
            "psd", "avif", "heic", "heif", "hif", "jp2", "j2k", "j2c", "jpx", "jpf", "jxl", "hdr", "ico", "cur", "tga",
            "apng");

    private static final Set<String> ARCHIVE_ENDINGS =
            Set.of("tar", "tgz", "gz", "tbz", "tbz2", "bz2", "txz", "xz", "tzst", "zst", "zip", "7z", "rar", "parquet");

    private static final Set<String> PICTURE_BRANDS =
            Set.of("avif", "avis", "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "crx ");

    private static final Pattern CIFAR_10_FILE = Pattern.compile("(data_batch_\\d+|test_batch)\\.bin");
    private static final Pattern CIFAR_100_FILE = Pattern.compile("(train|test)\\.bin");

    /**
     * @param name the file's name, or an entry's path; its ending counts in any case of letters
     * @param head the first bytes, {@value #HEAD_BYTES} where there are as many
     */
    static FileKind of(String name, byte[] head) {
        if (saysImage(name)) {
            return IMAGE; // whatever is in it: who decodes it says what is wrong
        }
        if (starts(head, 0, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (starts(head, 0, 'B', 'Z', 'h') && starts(head, 4, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59)) {
            return BZIP2;
        }
        if (starts(head, 0, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XZ;
        }
        if (starts(head, 0, 0x28, 0xb5, 0x2f, 0xfd)) {
            return ZSTD;
        }
        if (starts(head, 0, 0, 0, 8, 3)) {
            return IDX_IMAGES;
        }
        if (starts(head, 0, 0, 0, 8, 1)) {
            return IDX_LABELS;
        }
        if (starts(head, 257, 'u', 's', 't', 'a', 'r')) {
            return TAR;
        }
        if (beginsLikeAnImage(head)) {
            return IMAGE;
        }
        if (starts(head, 0, 'P', 'A', 'R', '1')) {
            return PARQUET;
        }
        if (beginsLikeAVideo(head)) {
            return VIDEO;
        }
        // Many programs keep their own files as zip: only the name tells what is meant as an archive.
        if (ending(name).equals("zip") && starts(head, 0, 'P', 'K')) {
            return ZIP;
        }
        return ending(name).equals("tar") ? TAR : cifar(name, head);
    }

    /** What a file of this kind is compressed by. */
    Packing packing() {
        return switch (this) {
            case GZIP -> Packing.GZIP;
            case BZIP2 -> Packing.BZIP2;
            case XZ -> Packing.XZ;
            case ZSTD -> Packing.ZSTD;
            default -> Packing.NONE;
        };
    }

    /** Whether the name ends like an image file's. */
    static boolean saysImage(String name) {
        return IMAGE_ENDINGS.contains(ending(name));
    }

    /** Whether the name ends like that of an archive. */
    static boolean saysArchive(String name) {
        return ARCHIVE_ENDINGS.contains(ending(name));
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Files of CIFAR begin with their first pixels, so their names must tell. */
    private static FileKind cifar(String name, byte[] head) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        if (CIFAR_10_FILE.matcher(file).matches() && head.length > 0 && (head[0] & 0xff) < 10) {
            return CIFAR_10;
        }
        boolean hundred = CIFAR_100_FILE.matcher(file).matches() && head.length > 1;
        return hundred && (head[0] & 0xff) < 20 && (head[1] & 0xff) < 100 ? CIFAR_100 : OTHER;
    }

    private static boolean beginsLikeAnImage(byte[] head) {
        return starts(head, 0, 0xff, 0xd8, 0xff) // JPEG
                || starts(head, 0, 0x89, 'P', 'N', 'G')
                || starts(head, 0, 'G', 'I', 'F', '8')
                || (starts(head, 0, 'R', 'I', 'F', 'F') && starts(head, 8, 'W', 'E', 'B', 'P'))
                || starts(head, 0, 'I', 'I', '*', 0) // TIFF, either byte order
                || starts(head, 0, 'M', 'M', 0, '*')
                || (starts(head, 0, 'B', 'M') && starts(head, 6, 0, 0, 0, 0)) // BMP, with its reserved field
                || starts(head, 0, '8', 'B', 'P', 'S')
                || starts(head, 0, 0, 0, 0, 12, 'j', 'P', ' ', ' ') // JPEG 2000, in its file and alone
                || starts(head, 0, 0xff, 0x4f, 0xff, 0x51)
                || starts(head, 0, 0, 0, 0, 12, 'J', 'X', 'L', ' ') // JPEG XL, likewise
                || starts(head, 0, 0xff, 0x0a)
                || isPicture(head)
                || beginsLikePnm(head);
    }

    /**
     * P7 on a line, which is PAM; or P1 to P6, then a comment, or white space and more: two letters alone would be found in
     * many a text.
     */
    private static boolean beginsLikePnm(byte[] head) {
        boolean old = head.length > 3
                && head[0] == 'P'
                && head[1] >= '1'
                && head[1] <= '6'
                && (head[2] == '#'
                        || (Character.isWhitespace(head[2]) && (head[3] == '#' || (head[3] >= '0' && head[3] <= '9'))));
        return old || starts(head, 0, 'P', '7', '\n');
    }

    private static boolean beginsLikeAVideo(byte[] head) {
        return beginsLikeMp4(head)
                || starts(head, 0, 0x1a, 0x45, 0xdf, 0xa3) // Matroska, WebM
                || (starts(head, 0, 'R', 'I', 'F', 'F') && starts(head, 8, 'A', 'V', 'I', ' '))
                || starts(head, 0, 'F', 'L', 'V', 1)
                || starts(head, 0, 0, 0, 1, 0xba) // MPEG program stream
                || starts(head, 0, 0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11) // Windows Media
                || (starts(head, 0, 0x47) && starts(head, 188, 0x47) && starts(head, 376, 0x47)); // transport stream
    }

    /** AVIF and HEIC, which are built like MP4 but for their brand. */
    private static boolean isPicture(byte[] head) {
        return starts(head, 4, 'f', 't', 'y', 'p')
                && head.length >= 12
                && PICTURE_BRANDS.contains(new String(head, 8, 4, StandardCharsets.ISO_8859_1));
    }

    /** MP4 and QuickTime. */
    private static boolean beginsLikeMp4(byte[] head) {
        if (starts(head, 4, 'f', 't', 'y', 'p')) {
            return head.length >= 12 && !isPicture(head);
        }
        return starts(head, 4, 'm', 'o', 'o', 'v') || starts(head, 4, 'm', 'd', 'a', 't');
    }

    private static boolean starts(byte[] head, int at, int... expected) {
        if (head.length < at + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((head[at + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
