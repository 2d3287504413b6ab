package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.io.FileSystemOutputFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetSourceTest {

    @TempDir
    Path folder;

    /** As Hugging Face's library writes it. */
    record Picture(Binary bytes, String path) {}

    record Row(String caption, Picture image, Long label) {}

    record Plain(Integer id, Binary content) {}

    record Text(String words) {}

    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void imagesComeFromAStructWithBytes(CompressionCodecName codec) throws IOException {
        List<byte[]> images = images(50);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            rows.add(new Row("words", new Picture(Binary.fromConstantByteArray(images.get(i)), i + ".jpg"), i - 1L));
        }

        List<Found> found = FileSourceTest.everything(write("train.parquet", Row.class, rows, codec));

        assertThat(found).hasSize(50);
        for (int i = 0; i < 50; i++) {
            Found.Image image = (Found.Image) found.get(i);
            assertThat(image.source()).isEqualTo("train.parquet#" + i);
            assertThat(image.encoded()).isEqualTo(images.get(i));
            // -1 says that nobody knows.
            assertThat(image.label()).isEqualTo(i == 0 ? OptionalInt.empty() : OptionalInt.of(i - 1));
            assertThat(image.attributes()).isEqualTo(Map.of("path", i + ".jpg"));
        }
    }

    @Test
    void plainBytesWillDoAndWhatIsNullIsNamed() throws IOException {
        List<Plain> rows = List.of(
                new Plain(1, Binary.fromConstantByteArray(new byte[] {1, 2, 3})),
                new Plain(2, null),
                new Plain(3, Binary.fromConstantByteArray(new byte[0])));

        assertThat(FileSourceTest.everything(write("x.parquet", Plain.class, rows, CompressionCodecName.SNAPPY)))
                .satisfiesExactly(
                        image -> assertThat(((Found.Image) image).encoded()).containsExactly(1, 2, 3),
                        none -> assertThat(none).isEqualTo(new Found.Unreadable("x.parquet#1", "has no image")),
                        empty -> assertThat(empty).isEqualTo(new Found.Unreadable("x.parquet#2", "is empty")));
    }

    @Test
    void aFileWithoutImagesIsNamedWithItsColumns() throws IOException {
        Path file = write("t.parquet", Text.class, List.of(new Text("no image")), CompressionCodecName.SNAPPY);

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "t.parquet",
                        "is damaged: t.parquet has no column of images, which is a struct with binary field bytes, or"
                                + " is binary itself; it has words"));
    }

    @Test
    void anyFileSystemWillDo() throws IOException {
        Path file = write(
                "p.parquet",
                Plain.class,
                List.of(new Plain(1, Binary.fromConstantByteArray(new byte[] {1}))),
                CompressionCodecName.ZSTD);
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path copy = Files.copy(file, memory.getPath("/p.parquet"));

            assertThat(FileSourceTest.everything(copy)).hasSize(1).allMatch(Found.Image.class::isInstance);
        }
    }

    @Test
    void aFooterThatClaimsMoreThanTheFileHasIsNamedBeforeAnythingIsAllocated() throws IOException {
        Path file = write(
                "lie.parquet",
                Plain.class,
                List.of(new Plain(1, Binary.fromConstantByteArray(new byte[] {1}))),
                CompressionCodecName.SNAPPY);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 8, Integer.MAX_VALUE);
        Files.write(file, bytes);

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "lie.parquet",
                        "is damaged: lie.parquet cannot be read as Parquet (its footer claims 2147483647 bytes);"
                                + " fetch it again"));
    }

    @Test
    void aPageThatUnpacksToMoreThanIsAllowedIsNamedAndNotUnpacked() throws IOException {
        Plain zeros = new Plain(1, Binary.fromConstantByteArray(new byte[4 << 20]));
        Path file = write("bomb.parquet", Plain.class, List.of(zeros), CompressionCodecName.ZSTD);
        assertThat(Files.size(file)).isLessThan(1 << 20);

        try (ImageSource source =
                ParquetSource.open(file, "bomb.parquet", Reading.usual(), new ParquetLimits(1 << 20))) {
            assertThat(source.next()).hasValueSatisfying(found -> assertThat(((Found.Unreadable) found).why())
                    .matches(
                            "is damaged or too large at row 0: a page claims 4194\\d{3} bytes unpacked, and 1048576 are"
                                    + " allowed with this much memory"));
            assertThat(source.next()).isEmpty();
        }
    }

    @Test
    void aRowGroupBeyondTheLimitIsLeftOut() throws IOException {
        byte[] noise = new byte[2 << 20];
        new Random(7).nextBytes(noise);
        Plain large = new Plain(1, Binary.fromConstantByteArray(noise));
        Path file = write("large.parquet", Plain.class, List.of(large), CompressionCodecName.UNCOMPRESSED);

        try (ImageSource source =
                ParquetSource.open(file, "large.parquet", Reading.usual(), new ParquetLimits(1 << 20))) {
            assertThat(source.next()).hasValueSatisfying(found -> assertThat(((Found.Unreadable) found).why())
                    .contains("a row group has 2097")
                    .contains("and 1048576 are allowed"));
        }
    }

    @Test
    void anEmptyRowGroupHidesNoOther() throws IOException {
        Path file = threeGroups("gap.parquet");
        rewriteFooter(file, footer -> {
            RowGroup empty = footer.getRow_groups().get(0).deepCopy();
            empty.setNum_rows(0);
            footer.getRow_groups().add(1, empty);
        });

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).hasSize(6);
        for (int i = 0; i < 6; i++) {
            Found.Image image = (Found.Image) found.get(i);
            assertThat(image.source()).isEqualTo("gap.parquet#" + i);
            assertThat(image.encoded()).containsExactly(i);
        }
    }

    @Test
    void aRowGroupThatCannotBeReadHidesNoOther() throws IOException {
        Path file = threeGroups("hole.parquet");
        rewriteFooter(file, footer -> {
            ColumnMetaData content =
                    footer.getRow_groups().get(1).getColumns().get(1).getMeta_data();
            content.setNum_values(1); // its page has two
        });

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found)
                .extracting(Found::source)
                .containsExactly(
                        "hole.parquet#0", "hole.parquet#1", "hole.parquet", "hole.parquet#4", "hole.parquet#5");
        assertThat(((Found.Unreadable) found.get(2)).why()).startsWith("is damaged or too large at row 2: ");
        assertThat(((Found.Image) found.get(4)).encoded()).containsExactly(5);
    }

    @Test
    void aDictionaryThatClaimsMoreValuesThanItHasIsNamed() throws IOException {
        Plain same = new Plain(1, Binary.fromConstantByteArray(new byte[100]));
        Path file = write("lie.parquet", Plain.class, List.of(same, same), CompressionCodecName.UNCOMPRESSED);
        List<Long> offsets = new ArrayList<>();
        rewriteFooter(
                file,
                footer -> offsets.add(footer.getRow_groups()
                        .get(0)
                        .getColumns()
                        .get(1)
                        .getMeta_data()
                        .getDictionary_page_offset()));
        byte[] bytes = Files.readAllBytes(file);
        int from = Math.toIntExact(offsets.get(0));
        PageHeader dictionary = Util.readPageHeader(new ByteArrayInputStream(bytes, from, bytes.length - from));
        dictionary.getDictionary_page_header().setNum_values(63); // the most that leaves the header as long
        ByteArrayOutputStream lying = new ByteArrayOutputStream();
        Util.writePageHeader(dictionary, lying);
        System.arraycopy(lying.toByteArray(), 0, bytes, from, lying.size());
        Files.write(file, bytes);

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "lie.parquet", "is damaged or too large at row 0: a dictionary of 104 bytes claims 63 values"));
    }

    @Test
    void aFooterThatClaimsMoreRowGroupsThanItHasIsNamedBeforeAnythingIsAllocated() throws IOException {
        byte[] footer = HexFormat.of().parseHex("49fcffffffff07"); // a list of 2,147,483,647 structs
        Path file = folder.resolve("lie.parquet");
        Files.write(
                file,
                ByteBuffer.allocate(4 + footer.length + 8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                        .put(footer)
                        .putInt(footer.length)
                        .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                        .array());

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "lie.parquet",
                        "is damaged: lie.parquet cannot be read as Parquet (its footer claims more than it has);"
                                + " fetch it again"));
    }

    @Test
    void randomDamageNeverThrows() throws IOException {
        List<Plain> rows = new ArrayList<>();
        for (byte[] image : images(20)) {
            rows.add(new Plain(1, Binary.fromConstantByteArray(image)));
        }
        Path file = write("damaged.parquet", Plain.class, rows, CompressionCodecName.SNAPPY);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 4; i++) {
                damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);

            assertThat(FileSourceTest.everything(file)).hasSizeLessThan(50);
        }
    }

    /** Images of one byte, which is the number of their row; two in each row group. */
    private Path threeGroups(String name) throws IOException {
        Path file = folder.resolve(name);
        try (CarpetWriter<Plain> writer = new CarpetWriter.Builder<>(
                        new FileSystemOutputFile(file.toFile()), Plain.class)
                .withRowGroupRowCountLimit(2)
                .build()) {
            for (int i = 0; i < 6; i++) {
                writer.write(new Plain(i, Binary.fromConstantByteArray(new byte[] {(byte) i})));
            }
        }
        return file;
    }

    private static void rewriteFooter(Path file, Consumer<FileMetaData> change) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int tail = bytes.length - 8;
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(tail);
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, tail - length, length));
        change.accept(footer);
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        changed.write(bytes, 0, tail - length);
        Util.writeFileMetaData(footer, changed);
        int changedLength = changed.size() - (tail - length);
        changed.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(changedLength)
                .array());
        changed.write(bytes, tail + 4, 4);
        Files.write(file, changed.toByteArray());
    }

    private <T> Path write(String name, Class<T> type, List<T> rows, CompressionCodecName codec) throws IOException {
        Path file = folder.resolve(name);
        try (CarpetWriter<T> writer = new CarpetWriter.Builder<>(new FileSystemOutputFile(file.toFile()), type)
                .withCompressionCodec(codec)
                .build()) {
            writer.write(rows);
        }
        return file;
    }

    private static List<byte[]> images(int count) {
        Random random = new Random(1);
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] image = new byte[100 + i];
            random.nextBytes(image);
            images.add(Arrays.copyOf(image, image.length));
        }
        return images;
    }
}
