package io.streamclr.augment.decode.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of HEIC and AVIF before any library: on every machine the same. */
class HeifHeadersTest {

    static Stream<Arguments> files() {
        return new String(bytes("system.txt"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .filter(name -> name.endsWith(".heic") || name.endsWith(".avif"))
                .map(name -> Arguments.of(Named.of(name, bytes(name))));
    }

    static byte[] bytes(String name) {
        try (InputStream file = HeifHeadersTest.class.getResourceAsStream("/other-formats/" + name)) {
            return file.readAllBytes();
        } catch (IOException onClassPath) {
            throw new UncheckedIOException(onClassPath);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void aVideoIsAsLargeAsItsPictureAndTheRestOfItsBlocks(byte[] file) throws IOException {
        Picture picture = Picture.primary(file);

        long whole = ((picture.width() + 63L) & -64) * ((picture.height() + 63L) & -64);
        assertThat(picture.coded()).isBetween((long) picture.width() * picture.height(), whole);
    }

    @ParameterizedTest
    @MethodSource("files")
    void sidesThatAFileClaimsDoNotHideThoseOfItsVideo(byte[] file) throws IOException {
        long coded = Picture.primary(file).coded();
        byte[] claiming = claiming(file, 3, 2);

        Picture picture = Picture.primary(claiming);

        assertThat(picture.width()).isEqualTo(3);
        assertThat(picture.coded()).isEqualTo(coded);
        assertThat(picture.codedAgainstShown()).isEqualTo(coded / 6.0);
    }

    /** The same file, with other sides in each place that names some. */
    static byte[] claiming(byte[] file, int width, int height) {
        byte[] claiming = file.clone();
        for (int at = 0; at + 16 <= file.length; at++) {
            if (new String(file, at, 4, StandardCharsets.ISO_8859_1).equals("ispe")) {
                ByteBuffer.wrap(claiming).putInt(at + 8, width).putInt(at + 12, height);
            }
        }
        return claiming;
    }

    @Test
    void redGreenAndBlueOfLimitedRangeAreNotExact() throws IOException {
        byte[] file = bytes("lossless.avif");
        assertThat(Picture.primary(file).exact()).isTrue();
        int colours = new String(file, StandardCharsets.ISO_8859_1).indexOf("nclx");
        assertThat(Picture.primary(file).matrix()).isZero();
        file[colours + 10] = 0;

        assertThat(Picture.primary(file).exact()).isFalse();
    }

    @Test
    void aPictureOfThousandsOfPropertiesIsRefused() {
        byte[] associations = ByteBuffer.allocate(12 + 5 * (3 + 255))
                .put(new byte[] {'i', 'p', 'm', 'a', 0, 0, 0, 0})
                .putInt(5)
                .array();
        for (int entry = 0; entry < 5; entry++) {
            int at = 12 + entry * (3 + 255);
            associations[at + 1] = 1;
            Arrays.fill(associations, at + 2, at + 3 + 255, (byte) 1);
            associations[at + 2] = (byte) 255;
        }

        assertThatThrownBy(() -> Picture.primary(with(bytes("chroma-420.avif"), associations)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 1000 properties");
    }

    /** One box more among the properties of the items; what stands after them moves. */
    private static byte[] with(byte[] file, byte[] box) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int meta = text.indexOf("meta") - 4;
        int properties = text.indexOf("iprp") - 4;
        int to = properties + ByteBuffer.wrap(file).getInt(properties);
        ByteBuffer longer = ByteBuffer.allocate(file.length + 4 + box.length);
        longer.put(file, 0, to).putInt(4 + box.length).put(box).put(file, to, file.length - to);
        for (int around : new int[] {meta, properties}) {
            longer.putInt(around, longer.getInt(around) + 4 + box.length);
        }
        return longer.array();
    }
}
