package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest {

    private static final int COUNT = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    @TempDir
    Path folder;

    @Test
    void everyImageBecomesAPngWithItsLabel() throws IOException {
        byte[] pixels = pixels();
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), zipped(images(COUNT, HEIGHT, WIDTH, pixels)));
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), zipped(labels(COUNT, 7, 0, 255)));

        List<Found> found = FileSourceTest.everything(folder);

        assertThat(found).hasSize(COUNT).allMatch(Found.Image.class::isInstance);
        String name = folder.getFileName() + "/train-images-idx3-ubyte.gz#";
        assertThat(found).extracting(Found::source).containsExactly(name + 0, name + 1, name + 2);
        assertThat(found)
                .extracting(image -> ((Found.Image) image).label().getAsInt())
                .containsExactly(7, 0, 255);
        BufferedImage last = ImageIO.read(new ByteArrayInputStream(((Found.Image) found.get(2)).encoded()));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                assertThat(last.getRaster().getSample(x, y, 0))
                        .isEqualTo(pixels[2 * HEIGHT * WIDTH + y * WIDTH + x] & 0xff);
            }
        }
    }

    @Test
    void zippedAndPlainFilesGiveTheSameImages() throws IOException {
        byte[] idx = images(COUNT, HEIGHT, WIDTH, pixels());
        Path plain = Files.write(folder.resolve("a.idx3-ubyte"), idx);
        Path zipped = Files.write(folder.resolve("b.idx3-ubyte.gz"), zipped(idx));

        try (ImageSource one = ImageSource.open(plain);
                ImageSource other = ImageSource.open(zipped)) {
            assertThat(one.images().map(image -> ImageId.of(image.encoded())).toList())
                    .isEqualTo(other.images()
                            .map(image -> ImageId.of(image.encoded()))
                            .toList())
                    .hasSize(COUNT);
        }
    }

    @Test
    void withoutAFileOfLabelsThereAreNone() throws IOException {
        Path file = Files.write(folder.resolve("t10k-images.idx3-ubyte"), images(COUNT, HEIGHT, WIDTH, pixels()));

        assertThat(FileSourceTest.everything(file))
                .allMatch(image -> ((Found.Image) image).label().isEmpty());
    }

    @Test
    void aHeaderThatClaimsMoreThanTheFileHasIsNamedBeforeAnythingIsAllocated() throws IOException {
        Path file = Files.write(folder.resolve("lie-images-idx3-ubyte"), images(90_000_000, 2048, 2048, pixels()));

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "lie-images-idx3-ubyte",
                        "is damaged: lie-images-idx3-ubyte claims 90000000 images in 377487360000016 bytes but has 76;"
                                + " fetch it again"));
    }

    @Test
    void sidesThatNoImageHasAreNamed() throws IOException {
        Path file = Files.write(folder.resolve("lie-images-idx3-ubyte"), images(-1, 1 << 30, 1 << 30, pixels()));

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "lie-images-idx3-ubyte",
                        "is damaged: lie-images-idx3-ubyte claims -1 images of 1073741824 x 1073741824 pixels, which no"
                                + " IDX file of images holds; fetch it again"));
    }

    @Test
    void aZippedFileThatEndsEarlyGivesWhatItHasAndSaysSo() throws IOException {
        Path file = Files.write(
                folder.resolve("short-images-idx3-ubyte.gz"), zipped(images(COUNT + 1, HEIGHT, WIDTH, pixels())));

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).hasSize(COUNT + 1);
        assertThat(found.get(COUNT))
                .isEqualTo(new Found.Unreadable("short-images-idx3-ubyte.gz", "ends after 3 of 4 images"));
    }

    @Test
    void labelsOfAnotherNumberAreNotBelieved() throws IOException {
        Path file = Files.write(folder.resolve("x-images-idx3-ubyte"), images(COUNT, HEIGHT, WIDTH, pixels()));
        Files.write(folder.resolve("x-labels-idx1-ubyte"), labels(COUNT + 1, 1, 2, 3, 4));

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "x-images-idx3-ubyte",
                        "is damaged: The labels in " + folder.resolve("x-labels-idx1-ubyte")
                                + " are not those of the 3 images in x-images-idx3-ubyte; fetch both again"));
    }

    private static byte[] pixels() {
        byte[] pixels = new byte[COUNT * HEIGHT * WIDTH];
        new Random(3).nextBytes(pixels);
        return pixels;
    }

    private static byte[] images(int count, int height, int width, byte[] pixels) {
        return ByteBuffer.allocate(16 + pixels.length)
                .putInt(0x803)
                .putInt(count)
                .putInt(height)
                .putInt(width)
                .put(pixels)
                .array();
    }

    private static byte[] labels(int count, int... labels) {
        ByteBuffer file = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(count);
        for (int label : labels) {
            file.put((byte) label);
        }
        return file.array();
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
