package io.streamclr.augment.decode;

import io.streamclr.augment.decode.tga.Tga;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What people call the format of an image, recognised by its first bytes as decoders do. */
public final class FormatName {

    /**
     * How a format begins.
     *
     * @param at where the bytes stand
     * @param bytes of ISO 8859-1
     */
    private record Mark(String name, int at, String bytes) {}

    private static final List<Mark> MARKS = List.of(
            new Mark("JPEG", 0, "\u00ff\u00d8"),
            new Mark("PNG", 0, "\u0089PNG"),
            new Mark("WebP", 8, "WEBP"),
            new Mark("TIFF", 0, "II*\0"),
            new Mark("TIFF", 0, "MM\0*"),
            new Mark("BigTIFF", 0, "II+\0"),
            new Mark("BigTIFF", 0, "MM\0+"),
            new Mark("GIF", 0, "GIF8"),
            new Mark("BMP", 0, "BM"),
            new Mark("PSD", 0, "8BPS"),
            new Mark("ICO", 0, "\0\0\1\0"),
            new Mark("PBM", 0, "P1"),
            new Mark("PGM", 0, "P2"),
            new Mark("PPM", 0, "P3"),
            new Mark("PBM", 0, "P4"),
            new Mark("PGM", 0, "P5"),
            new Mark("PPM", 0, "P6"),
            new Mark("PAM", 0, "P7"),
            new Mark("PFM", 0, "PF"),
            new Mark("PFM", 0, "Pf"),
            new Mark("HDR", 0, "#?RADIANCE"),
            new Mark("HDR", 0, "#?RGBE"),
            new Mark("JPEG 2000", 0, "\0\0\0\u000cjP  "),
            new Mark("JPEG 2000", 0, "\u00ff\u004f\u00ff\u0051"),
            new Mark("JPEG XL", 0, "\0\0\0\u000cJXL "),
            new Mark("JPEG XL", 0, "\u00ff\n"),
            new Mark("AVIF", 4, "ftypavi"),
            new Mark("HEIC", 4, "ftyphe"),
            new Mark("HEIF", 4, "ftypmif1"),
            new Mark("HEIF", 4, "ftypmsf1"));

    private static final Tga TGA = new Tga();

    private FormatName() {}

    /** The name; "unknown" if nobody here knows the format. */
    public static String of(byte[] file) {
        if (TGA.knows(file)) {
            return "TGA";
        }
        for (Mark mark : MARKS) {
            byte[] bytes = mark.bytes.getBytes(StandardCharsets.ISO_8859_1);
            if (starts(file, mark.at, bytes)) {
                return mark.name;
            }
        }
        if (starts(file, 0, new byte[] {0, 0, 2, 0})) {
            return "CUR";
        }
        return JpegSegments.afterJunk(file).isPresent() ? "JPEG" : "unknown";
    }

    private static boolean starts(byte[] file, int at, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (at + i >= file.length || file[at + i] != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
