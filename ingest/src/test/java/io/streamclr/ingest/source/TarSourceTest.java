package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TarSourceTest {

    private static final Instant TIME = Instant.parse("2022-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void neighboursWithTheSameKeyMakeOneSample() throws IOException {
        Path tar = tar(
                entry("0001.cls", "3"),
                entry("0001.jpg", "first"),
                entry("train/0002.left.png", "second"),
                entry("train/0002.right.png", "third"),
                entry("train/0002.json", "{\"camera\": \"north\", \"iso\": 200}"),
                entry("train/0002.txt", "a red shoe\n"),
                entry("0003.jpg", "fourth"));

        assertThat(FileSourceTest.everything(tar))
                .containsExactly(
                        image("0001.jpg", "first", OptionalInt.of(3), Map.of()),
                        image(
                                "train/0002.left.png",
                                "second",
                                OptionalInt.empty(),
                                Map.of("camera", "north", "iso", "200", "txt", "a red shoe")),
                        image(
                                "train/0002.right.png",
                                "third",
                                OptionalInt.empty(),
                                Map.of("camera", "north", "iso", "200", "txt", "a red shoe")),
                        image("0003.jpg", "fourth", OptionalInt.empty(), Map.of()));
    }

    @Test
    void whatIsSaidOfAnImageIsFoundByAsMuchOfItsNameAsAgrees() throws IOException {
        Path tar = tar(
                entry("v1.2/22.05.png", "first"),
                entry("v1.2/22.05.cls", "3"),
                entry("v1.2/22.06.png", "second"),
                entry("v1.2/22.06.CLS", "4"),
                entry("v1.2/22.json", "{\"camera\": \"north\"}"),
                entry("v1.2/22.07.png", "third"));

        assertThat(FileSourceTest.everything(tar))
                .containsExactly(
                        image("v1.2/22.05.png", "first", OptionalInt.of(3), Map.of("camera", "north")),
                        image("v1.2/22.06.png", "second", OptionalInt.of(4), Map.of("camera", "north")),
                        image("v1.2/22.07.png", "third", OptionalInt.empty(), Map.of("camera", "north")));
    }

    @Test
    void samplesThatDoNotLieSideBySideKeepTheirLabels() throws IOException {
        Path tar = tar(
                entry("1.png", "first"),
                entry("2.png", "second"),
                entry("3.cls", "3"),
                entry("1.cls", "1"),
                entry("2.cls", "2"),
                entry("3.png", "third"));

        assertThat(FileSourceTest.everything(tar))
                .containsExactly(
                        image("1.png", "first", OptionalInt.of(1), Map.of()),
                        image("2.png", "second", OptionalInt.of(2), Map.of()),
                        image("3.png", "third", OptionalInt.of(3), Map.of()));
    }

    @Test
    void aLabelOfNoImageIsNamed() throws IOException {
        Path tar = tar(entry("1.npy", "numbers"), entry("1.cls", "1"), entry("2.jpg", "good"));

        assertThat(FileSourceTest.everything(tar))
                .containsExactly(
                        Found.Skipped.noImage("shard.tar/1.npy"),
                        image("2.jpg", "good", OptionalInt.empty(), Map.of()),
                        new Found.Skipped("shard.tar/1.cls", "belongs to no image that lies near it in its archive"));
    }

    @Test
    void manyImagesThatEachTakeOverManyAttributesEndNobodysMemory() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(entry("1.json", "{\"" + i + "\": \"x\"}"));
        }
        for (int i = 0; i < 2_000; i++) {
            entries.add(entry("1." + i + ".json", "{\"own\": " + i + "}"));
            entries.add(entry("1." + i + ".jpg", "good" + i));
        }

        List<Found> found = FileSourceTest.everything(tar(entries.toArray(new Entry[0])));

        assertThat(found).hasSize(2_000);
        assertThat(((Found.Image) found.get(0)).attributes()).hasSize(2_001);
        assertThat(((Found.Image) found.get(1_999)).attributes()).containsExactly(Map.entry("own", "1999"));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aPackedTarIsReadAlike(Packing packing) throws Exception {
        byte[] tar = Files.readAllBytes(tar(entry("1.jpg", "x"), entry("1.cls", "5")));
        Path file = folder.resolve("shard.tar." + packing.name().toLowerCase(Locale.ROOT));
        pack(tar, packing, file);

        assertThat(FileSourceTest.everything(file))
                .singleElement()
                .satisfies(found -> assertThat(((Found.Image) found).label()).hasValue(5));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void ofAPackedTarThatIsCutOffTheRestIsLeftOutAndSaidSo(Packing packing) throws Exception {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        byte[] tar = Files.readAllBytes(tar(entry("1.jpg", "x"), new Entry("2.jpg", noise)));
        Path file = folder.resolve("shard.tar.packed");
        pack(tar, packing, file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThat(FileSourceTest.everything(file)).last().isInstanceOf(Found.Unreadable.class);
    }

    @Test
    void aFileThatUnpacksToAThousandTimesItsSizeIsGivenUp() throws IOException {
        Path file = folder.resolve("bomb.tar.zst");
        TarArchiveEntry huge = new TarArchiveEntry("huge.bin");
        huge.setSize(3L << 30);
        byte[] header = new byte[512];
        huge.writeEntryHeader(header);
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = new ZstdCompressorOutputStream(Files.newOutputStream(file))) {
            out.write(header);
            for (int i = 0; i < 1100; i++) {
                out.write(zeros);
            }
        }

        assertThat(FileSourceTest.everything(file))
                .containsExactly(
                        Found.Skipped.noImage("bomb.tar.zst/huge.bin"),
                        new Found.Unreadable(
                                "bomb.tar.zst", "is damaged or cut off: it unpacks to more than 1000 times its size"));
    }

    private static void pack(byte[] content, Packing packing, Path file) throws Exception {
        String name = packing == Packing.ZSTD ? "zstd" : packing.name().toLowerCase(Locale.ROOT);
        try (OutputStream out = new CompressorStreamFactory()
                .createCompressorOutputStream(
                        packing == Packing.GZIP ? CompressorStreamFactory.GZIP : name, Files.newOutputStream(file))) {
            out.write(content);
        }
    }

    @Test
    void aZippedTarIsReadAlike() throws IOException {
        byte[] tar = Files.readAllBytes(tar(entry("1.jpg", "x"), entry("1.cls", "5")));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(tar);
        }
        Path file = Files.write(folder.resolve("shard.tgz"), zipped.toByteArray());

        assertThat(FileSourceTest.everything(file))
                .singleElement()
                .satisfies(found -> assertThat(((Found.Image) found).label()).hasValue(5));
    }

    @Test
    void emptyBrokenAndForeignEntriesAreNamedAndTheRestIsFound() throws IOException {
        Path tar = tar(
                entry("1.jpg", ""),
                entry("2.cls", "many"),
                entry("2.jpg", "good"),
                entry("2.npy", "numbers"),
                entry("README", "text"),
                entry("3.json", "{"),
                entry("3.jpg", "good too"));

        assertThat(FileSourceTest.everything(tar))
                .containsExactlyInAnyOrder(
                        new Found.Unreadable("shard.tar/1.jpg", "is empty"),
                        new Found.Unreadable("shard.tar/2.cls", "is no whole number"),
                        image("2.jpg", "good", OptionalInt.empty(), Map.of()),
                        Found.Skipped.noImage("shard.tar/2.npy"),
                        Found.Skipped.noImage("shard.tar/README"),
                        new Found.Unreadable("shard.tar/3.json", "is no JSON that can be read"),
                        image("3.jpg", "good too", OptionalInt.empty(), Map.of()));
    }

    @Test
    void anEntryThatClaimsATerabyteTakesNoMemory() throws IOException {
        byte[] good = Files.readAllBytes(tar(entry("1.jpg", "good")));
        TarArchiveEntry liar = new TarArchiveEntry("2.jpg");
        liar.setSize(1L << 40);
        byte[] header = new byte[512];
        liar.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
        byte[] both = Arrays.copyOf(good, 1024 + 512 + 3);
        System.arraycopy(header, 0, both, 1024, 512);
        Path file = Files.write(folder.resolve("shard.tar"), both);

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found)
                .containsExactlyInAnyOrder(
                        image("1.jpg", "good", OptionalInt.empty(), Map.of()),
                        new Found.Unreadable(
                                "shard.tar/2.jpg",
                                "has 1099511627776 bytes, and 8388608 are allowed (--max-image-bytes)"),
                        new Found.Unreadable("shard.tar", "is damaged or cut off: Truncated TAR archive"));
    }

    @Test
    void anEntryFromTheEndOfTimeIsFoundWithTheLastTimeThatARecordCanSay() throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("1.jpg");
        entry.setSize(4);
        entry.setLastModifiedTime(FileTime.from(Long.MAX_VALUE, TimeUnit.SECONDS));
        byte[] whole = new byte[5 * 512]; // header, content, and two blocks and one that end the file
        entry.writeEntryHeader(whole, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
        System.arraycopy("late".getBytes(StandardCharsets.UTF_8), 0, whole, 512, 4);
        Path file = Files.write(folder.resolve("shard.tar"), whole);

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).singleElement().satisfies(each -> assertThat(((Found.Image) each).capturedAt())
                .isEqualTo(Instant.ofEpochMilli(Long.MAX_VALUE)));
    }

    @Test
    void aSampleWithoutEndIsHandedOutInParts() throws IOException {
        List<Entry> entries = new ArrayList<>();
        entries.add(entry("1.first.jpg", "first"));
        for (int i = 0; i < 5_000; i++) { // of 16 KiB each, so 80 MB
            entries.add(entry("1.json", "{\"" + i + "\": \"" + "x".repeat(16_000) + "\"}"));
        }
        entries.add(entry("1.last.jpg", "last"));

        List<Found> found = FileSourceTest.everything(tar(entries.toArray(new Entry[0])));

        assertThat(found).extracting(Found::source).containsExactly("shard.tar/1.first.jpg", "shard.tar/1.last.jpg");
        assertThat(((Found.Image) found.get(0)).attributes()).containsKey("0").doesNotContainKey("4999");
        assertThat(((Found.Image) found.get(1)).attributes())
                .containsKey("4999")
                .doesNotContainKey("0");
    }

    @Test
    void anEndlessNameIsCutOffEarly() throws IOException {
        TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(1L << 30);
        byte[] header = new byte[512];
        name.writeEntryHeader(header);
        Path file = folder.resolve("shard.tar.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(header);
            byte[] letters = new byte[1 << 20];
            Arrays.fill(letters, (byte) 'a');
            for (int i = 0; i < 3; i++) {
                gzip.write(letters);
            }
        }

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "shard.tar.gz", "is damaged or cut off: an entry's header is larger than 1048576 bytes"));
    }

    @Test
    void aTarThatIsCutOffGivesWhatCameBefore() throws IOException {
        byte[] whole = Files.readAllBytes(tar(entry("1.jpg", "good"), entry("2.jpg", "lost".repeat(500))));
        Path file = Files.write(folder.resolve("shard.tar"), Arrays.copyOf(whole, 2000));

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found.get(0)).isEqualTo(image("1.jpg", "good", OptionalInt.empty(), Map.of()));
        assertThat(found.get(1).source()).isEqualTo("shard.tar");
        assertThat(found).hasSize(2);
    }

    private static Found.Image image(String path, String content, OptionalInt label, Map<String, String> attributes) {
        return new Found.Image("shard.tar/" + path, content.getBytes(StandardCharsets.UTF_8), label, TIME, attributes);
    }

    private record Entry(String path, byte[] content) {}

    private static Entry entry(String path, String content) {
        return new Entry(path, content.getBytes(StandardCharsets.UTF_8));
    }

    private Path tar(Entry... entries) throws IOException {
        Path file = folder.resolve("shard.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            for (Entry entry : entries) {
                TarArchiveEntry header = new TarArchiveEntry(entry.path());
                header.setSize(entry.content().length);
                header.setModTime(TIME.toEpochMilli());
                tar.putArchiveEntry(header);
                tar.write(entry.content());
                tar.closeArchiveEntry();
            }
        }
        return file;
    }
}
