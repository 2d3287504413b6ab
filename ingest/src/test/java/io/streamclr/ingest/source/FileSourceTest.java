package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};

    @TempDir
    Path temporary;

    @Test
    void imagesComeInTheOrderOfTheirNamesDepthFirst() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("photos"));
        Files.createDirectories(folder.resolve("b/deeper"));
        for (String name : List.of("c.png", "b/2.jpg", "b/10.jpg", "a.JPG", "b/deeper/x.webp")) {
            Files.write(folder.resolve(name), JPEG);
        }

        assertThat(everything(folder))
                .extracting(Found::source)
                .containsExactly(
                        "photos/a.JPG", "photos/b/10.jpg", "photos/b/2.jpg", "photos/b/deeper/x.webp", "photos/c.png");
    }

    @Test
    void nameOrFirstBytesSayWhatAnImageIs() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("mixed"));
        Files.write(folder.resolve("1-no-ending"), JPEG);
        Files.writeString(folder.resolve("2-broken.png"), "this is no PNG, which the augment job will find");
        Files.writeString(folder.resolve("3-notes.txt"), "P5 is not the beginning of an image here");
        Files.writeString(folder.resolve("4.pgm"), "P5 1 1 255 x");
        Files.write(folder.resolve("._5.jpg"), JPEG);
        Files.createFile(folder.resolve("6-empty.jpg"));
        Files.createFile(folder.resolve("7-empty.txt"));
        Files.writeString(folder.resolve("8.pam"), "whatever a PAM holds");
        Files.writeString(folder.resolve("9-no-ending"), "P7\nWIDTH 1\n");
        Files.writeString(folder.resolve("9-with-a-comment"), "P5# grey\n1 1 255 x");

        assertThat(everything(folder))
                .extracting(found -> found.getClass().getSimpleName() + " " + found.source())
                .containsExactly(
                        "Skipped mixed/._5.jpg",
                        "Image mixed/1-no-ending",
                        "Image mixed/2-broken.png",
                        "Skipped mixed/3-notes.txt",
                        "Image mixed/4.pgm",
                        "Unreadable mixed/6-empty.jpg",
                        "Skipped mixed/7-empty.txt",
                        "Image mixed/8.pam",
                        "Image mixed/9-no-ending",
                        "Image mixed/9-with-a-comment");
    }

    @Test
    void anImageKeepsItsBytesAndItsTime() throws IOException {
        Path file = Files.write(temporary.resolve("one.jpg"), JPEG);
        Instant taken = Instant.parse("2021-03-04T05:06:07.008Z");
        Files.setLastModifiedTime(file, FileTime.from(taken));

        Found.Image image = (Found.Image) everything(file).get(0);

        assertThat(image.source()).isEqualTo("one.jpg");
        assertThat(image.encoded()).isEqualTo(JPEG);
        assertThat(image.capturedAt()).isEqualTo(taken);
        assertThat(image.label()).isEmpty();
    }

    @Test
    void aFileBeyondTheLimitIsNamedAndNotRead() throws IOException {
        Path file = temporary.resolve("huge.jpg");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThat(everything(file))
                .containsExactly(new Found.Unreadable(
                        "huge.jpg", "has 1099511627776 bytes, and 8388608 are allowed (--max-image-bytes)"));
    }

    @Test
    void linksThatLeadNowhereOrInACircleAreNamed() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("links"));
        Files.createSymbolicLink(folder.resolve("around"), folder);
        Files.createSymbolicLink(folder.resolve("nowhere.jpg"), folder.resolve("gone.jpg"));

        assertThat(everything(folder))
                .containsExactly(
                        new Found.Unreadable("links/around", "is a link to a folder that it lies in"),
                        new Found.Unreadable("links/nowhere.jpg", "is not there (any more)"));
    }

    @Test
    void anEmptyFolderHasNothing() {
        assertThat(everything(temporary)).isEmpty();
    }

    @Test
    void aMissingFolderIsRefused() {
        Path missing = temporary.resolve("none");

        assertThatThrownBy(() -> ImageSource.open(missing))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no folder or file " + missing + "; check the path");
    }

    @Test
    void anyFileSystemWillDo() throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path folder = Files.createDirectories(memory.getPath("/bucket/images"));
            Files.write(folder.resolve("1.jpg"), JPEG);

            try (ImageSource source = ImageSource.open(folder)) {
                assertThat(source.images().map(Found.Image::source)).containsExactly("images/1.jpg");
            }
        }
    }

    static List<Found> everything(Path path) {
        List<Found> all = new ArrayList<>();
        try (ImageSource source = ImageSource.open(path)) {
            for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
                all.add(found.get());
            }
            assertThat(source.next()).isEmpty();
        }
        return all;
    }
}
