package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.tga.Tga;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormatNameTest {

    private static final Map<String, List<String>> ENDINGS = Map.ofEntries(
            Map.entry("jpg", List.of("JPEG")),
            Map.entry("png", List.of("PNG")),
            Map.entry("webp", List.of("WebP")),
            Map.entry("tiff", List.of("TIFF", "BigTIFF")),
            Map.entry("bmp", List.of("BMP")),
            Map.entry("gif", List.of("GIF")),
            Map.entry("psd", List.of("PSD")),
            Map.entry("ico", List.of("ICO")),
            Map.entry("cur", List.of("CUR")),
            Map.entry("pbm", List.of("PBM")),
            Map.entry("pgm", List.of("PGM")),
            Map.entry("ppm", List.of("PPM")),
            Map.entry("pam", List.of("PAM")),
            Map.entry("pfm", List.of("PFM")),
            Map.entry("hdr", List.of("HDR")),
            Map.entry("tga", List.of("TGA")),
            Map.entry("jp2", List.of("JPEG 2000")),
            Map.entry("j2k", List.of("JPEG 2000")),
            Map.entry("heic", List.of("HEIC")),
            Map.entry("avif", List.of("AVIF")),
            Map.entry("jxl", List.of("JPEG XL")));

    @Test
    void everyFormatHasItsNameWhateverTheFileIsCalled() {
        Stream.concat(OddImages.all().stream(), OddImages.bySystem().stream())
                .forEach(odd -> assertThat(FormatName.of(odd.encoded()))
                        .as(odd.name())
                        .isIn(ENDINGS.get(odd.name().substring(odd.name().lastIndexOf('.') + 1))));
        assertThat(OddJpegs.all()).allMatch(odd -> FormatName.of(odd.encoded()).equals("JPEG"));
        assertThat(FormatName.of("<html>".getBytes(StandardCharsets.UTF_8))).isEqualTo("unknown");
        assertThat(FormatName.of(new byte[0])).isEqualTo("unknown");
    }

    /** TGA has no mark at its beginning, so it must be distinguished from all that have one. */
    @Test
    void noOtherFormatIsTakenForTga() {
        Tga tga = new Tga();

        assertThat(OddImages.all())
                .allMatch(odd -> tga.knows(odd.encoded()) == odd.name().endsWith(".tga"));
    }
}
