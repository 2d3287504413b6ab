package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipSourceTest {

    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void imagesComeInTheOrderInWhichTheyLieThere() throws IOException {
        Path file = folder.resolve("photos.ZIP");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "b/2.jpg", JPEG);
            put(zip, "a/", new byte[0]);
            put(zip, "a/no-ending", JPEG);
            put(zip, "a/notes.txt", new byte[] {'h', 'i'});
            put(zip, "__MACOSX/b/._2.jpg", JPEG);
            put(zip, ".hidden.jpg", JPEG);
            put(zip, "empty.png", new byte[0]);
            store(zip, "stored.jpg", JPEG);
        }

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found)
                .extracting(each -> each.getClass().getSimpleName() + " " + each.source())
                .containsExactly(
                        "Image photos.ZIP/b/2.jpg",
                        "Image photos.ZIP/a/no-ending",
                        "Skipped photos.ZIP/a/notes.txt",
                        "Skipped photos.ZIP/__MACOSX/b/._2.jpg",
                        "Skipped photos.ZIP/.hidden.jpg",
                        "Unreadable photos.ZIP/empty.png",
                        "Image photos.ZIP/stored.jpg");
        assertThat(((Found.Image) found.get(0)).encoded()).isEqualTo(JPEG);
        assertThat(((Found.Image) found.get(6)).encoded()).isEqualTo(JPEG);
    }

    @Test
    void ofABombNoMoreIsUnpackedThanAnImageMayHave() throws IOException {
        Path file = folder.resolve("bomb.zip");
        byte[] zeros = new byte[1 << 20];
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("bomb.jpg"));
            for (int i = 0; i < 200; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
            put(zip, "after.jpg", JPEG);
        }

        assertThat(FileSourceTest.everything(file))
                .satisfiesExactly(
                        bomb -> assertThat(bomb)
                                .isEqualTo(new Found.Unreadable(
                                        "bomb.zip/bomb.jpg",
                                        "has 209715200 bytes, and 8388608 are allowed (--max-image-bytes)")),
                        after -> assertThat(after.source()).isEqualTo("bomb.zip/after.jpg"));
    }

    @Test
    void aBombThatSaysItIsSmallIsUnpackedNoFurther() throws IOException {
        Path file = folder.resolve("bomb.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "bomb.jpg", new byte[100 << 20]);
        }
        byte[] lying = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(lying.length - 6);
        bytes.putInt(directory + 24, 5); // size before it was packed
        Files.write(file, lying);

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "bomb.zip/bomb.jpg", "has more than the 8388608 bytes that are allowed (--max-image-bytes)"));
    }

    @Test
    void whatIsStoredAndSaysItsSizeAfterItselfIsFoundByTheDirectory() throws IOException {
        byte[] other = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 'P', 'K', 7, 8, 'P', 'K', 1, 2};
        Path file = Files.write(
                folder.resolve("streamed.zip"),
                StreamedZip.of(new StreamedZip.Entry("1.jpg", JPEG), new StreamedZip.Entry("2.jpg", other)));

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).extracting(Found::source).containsExactly("streamed.zip/1.jpg", "streamed.zip/2.jpg");
        assertThat(((Found.Image) found.get(0)).encoded()).isEqualTo(JPEG);
        assertThat(((Found.Image) found.get(1)).encoded()).isEqualTo(other);
    }

    @Test
    void anEntryThatTheDirectoryDoesNotNameAnyMoreIsGone() throws IOException {
        byte[] whole = StreamedZip.of(new StreamedZip.Entry("old.jpg", JPEG), new StreamedZip.Entry("new.jpg", JPEG));
        Path file = Files.write(folder.resolve("updated.zip"), StreamedZip.withoutFirstInDirectory(whole));

        assertThat(FileSourceTest.everything(file)).extracting(Found::source).containsExactly("updated.zip/new.jpg");
    }

    @Test
    void aDirectoryThatHidesItsSizeAfterALocatorIsMeasuredAllTheSame() throws IOException {
        String[] paths =
                IntStream.range(0, 500).mapToObj(i -> "many/" + i + ".jpg").toArray(String[]::new);
        Path plain = Archives.zip(folder.resolve("plain.zip"), paths);
        byte[] bytes = Files.readAllBytes(plain);
        int end = bytes.length - 22;
        int begin = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
        ByteBuffer hidden = ByteBuffer.allocate(bytes.length + 76).order(ByteOrder.LITTLE_ENDIAN);
        hidden.put(bytes, 0, end);
        hidden.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        hidden.putLong(500).putLong(500).putLong(end - begin).putLong(begin);
        hidden.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        int newEnd = hidden.position();
        hidden.put(bytes, end, 22).putInt(newEnd + 12, 0).putInt(newEnd + 16, newEnd);
        Path file = Files.write(folder.resolve("hidden.zip"), hidden.array());

        ZipDirectory.InMemory whole = ZipDirectory.of(file, 1 << 20).orElseThrow();

        assertThat(Collections.list(whole.zip().getEntries())).hasSize(500);
        assertThat(whole.bytesInMemory()).isGreaterThan(500 * 47);
        ZipDirectory.close(whole.zip());
        assertThat(ZipDirectory.of(file, 500 * 47)).isEmpty();
    }

    @Test
    void whatIsPassedOverSaysWhy() throws IOException {
        Path file = folder.resolve("mixed.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "inner.zip", new byte[] {'P', 'K', 3, 4});
            put(zip, "notes.txt", new byte[] {'h', 'i'});
            put(zip, ".hidden.jpg", JPEG);
        }

        assertThat(FileSourceTest.everything(file))
                .containsExactly(
                        new Found.Skipped(
                                "mixed.zip/inner.zip", "is an archive within an archive; unpack the outer one"),
                        new Found.Skipped("mixed.zip/notes.txt", "is no image by its name and its first bytes"),
                        new Found.Skipped("mixed.zip/.hidden.jpg", "is hidden"));
    }

    @Test
    void aPathThatClimbsIsANameAndNothingMore() throws IOException {
        Path file = folder.resolve("climbing.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "../../etc/passwd.jpg", JPEG);
        }

        assertThat(FileSourceTest.everything(file))
                .extracting(Found::source)
                .containsExactly("climbing.zip/../../etc/passwd.jpg");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void whatFollowsDamageIsLeftOutAndWhatCameBeforeIsNot() throws IOException {
        Path file = folder.resolve("cut.zip");
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "1.jpg", JPEG);
            put(zip, "2.jpg", noise);
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 5000));

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).hasSize(2);
        assertThat(found.get(0).source()).isEqualTo("cut.zip/1.jpg");
        assertThat(found.get(1)).isInstanceOf(Found.Unreadable.class);
    }

    @Test
    void randomDamageNeverThrows() throws IOException {
        Path file = folder.resolve("damaged.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 5; i++) {
                put(zip, i + ".jpg", JPEG);
            }
        }
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);

            assertThat(FileSourceTest.everything(file)).hasSizeLessThan(20);
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        ((OutputStream) zip).write(content);
        zip.closeEntry();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
