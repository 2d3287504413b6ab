package io.streamclr.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.EncoderFile;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFormatTest {

    static List<WireFormat<?>> everyFormat() {
        return List.of(
                WireFormat.ENCODED_IMAGE,
                WireFormat.REJECTED_IMAGE,
                WireFormat.VIEW_PAIR,
                WireFormat.BATCH_MANIFEST,
                WireFormat.ENCODER_PUBLISHED,
                WireFormat.IMAGE_EMBEDDING,
                WireFormat.ENCODER_SWITCH);
    }

    @Test
    void whatWasEncodedIsDecoded() throws Exception {
        assertThat(WireFormat.VIEW_PAIR.decode(WireFormat.VIEW_PAIR.encode(pair())))
                .isEqualTo(pair());
        EncodedImage image =
                new EncodedImage("a.png", bytes(5), 3, Instant.ofEpochMilli(7), Map.of("camera", "2"), "cat");
        assertThat(WireFormat.ENCODED_IMAGE.decode(WireFormat.ENCODED_IMAGE.encode(image)))
                .isEqualTo(image);
        RejectedImage rejected =
                new RejectedImage(RejectReason.BROKEN, "cut off", new Origin(1, 2L), "a.png", bytes(3), 9L);
        assertThat(WireFormat.REJECTED_IMAGE.decode(WireFormat.REJECTED_IMAGE.encode(rejected)))
                .isEqualTo(rejected);
        EncoderPublished published = encoder(List.of(new EncoderFile("onnx", "encoder.onnx", "cd")));
        assertThat(WireFormat.ENCODER_PUBLISHED.decode(WireFormat.ENCODER_PUBLISHED.encode(published)))
                .isEqualTo(published);
    }

    @Test
    void avrosOwnSingleObjectReaderAndWriterAgree() throws Exception {
        BinaryMessageEncoder<ViewPair> avroWrites = new BinaryMessageEncoder<>(SpecificData.get(), pair().getSchema());
        BinaryMessageDecoder<ViewPair> avroReads = new BinaryMessageDecoder<>(SpecificData.get(), pair().getSchema());

        byte[] ours = WireFormat.VIEW_PAIR.encode(pair());

        assertThat(ByteBuffer.wrap(ours)).isEqualTo(avroWrites.encode(pair()));
        assertThat(avroReads.decode(ours)).isEqualTo(pair());
    }

    @Test
    void aRecordIsTheSameBytesWhateverTheSizeOfTheOneBefore() throws Exception {
        BinaryMessageEncoder<EncodedImage> avroWrites =
                new BinaryMessageEncoder<>(SpecificData.get(), EncodedImage.getClassSchema());

        for (int size : new int[] {0, 100, 20_000, 5, 20_000, 20_000, 60_000, 20_000, 0}) {
            EncodedImage image = new EncodedImage("a.png", bytes(size), 3, Instant.ofEpochMilli(7), Map.of(), "cat");

            assertThat(ByteBuffer.wrap(WireFormat.ENCODED_IMAGE.encode(image)))
                    .as("%d bytes", size)
                    .isEqualTo(avroWrites.encode(image));
        }
    }

    @Test
    void aPairWithoutAPictureHashIsWrittenAsByTheReleaseBeforePictureHashes() throws Exception {
        Schema before = WireFormat.released("ViewPair", 1);
        ByteBuffer avroWrites =
                new BinaryMessageEncoder<ViewPair>(new SpecificData(), before).encode(pairWithoutAHash());

        byte[] ours = WireFormat.VIEW_PAIR.encode(pairWithoutAHash());

        assertThat(ByteBuffer.wrap(ours)).isEqualTo(avroWrites);
        assertThat(WireFormat.VIEW_PAIR.decode(ours)).isEqualTo(pairWithoutAHash());
        assertThat(HexFormat.of().toHexDigits(SchemaNormalization.parsingFingerprint64(before)))
                .as("what stands in topics and in digests")
                .isEqualTo("06b04dbf103d7eb7");
    }

    @Test
    void anImageWithoutAClassNameIsWrittenAsByTheReleaseBeforeClassNames() throws Exception {
        Schema before = WireFormat.released("EncodedImage", 1);
        EncodedImage image =
                new EncodedImage("a.png", bytes(50), 3, Instant.ofEpochMilli(7), Map.of("camera", "2"), null);
        ByteBuffer avroWrites = new BinaryMessageEncoder<EncodedImage>(new SpecificData(), before).encode(image);

        byte[] ours = WireFormat.ENCODED_IMAGE.encode(image);

        assertThat(ByteBuffer.wrap(ours)).isEqualTo(avroWrites);
        assertThat(WireFormat.ENCODED_IMAGE.decode(ours)).isEqualTo(image);
        assertThat(HexFormat.of().toHexDigits(SchemaNormalization.parsingFingerprint64(before)))
                .as("what stands in topics")
                .isEqualTo("d52a88b36adf00d5");
    }

    @Test
    void anEncoderWithoutAListOfFilesIsWrittenAsByTheReleaseBeforeThem() throws Exception {
        Schema before = WireFormat.released("EncoderPublished", 1);
        ByteBuffer avroWrites =
                new BinaryMessageEncoder<EncoderPublished>(new SpecificData(), before).encode(encoder(List.of()));

        byte[] ours = WireFormat.ENCODER_PUBLISHED.encode(encoder(List.of()));

        assertThat(ByteBuffer.wrap(ours)).isEqualTo(avroWrites);
        assertThat(WireFormat.ENCODER_PUBLISHED.decode(ours)).isEqualTo(encoder(List.of()));
    }

    private static EncoderPublished encoder(List<EncoderFile> files) {
        return new EncoderPublished("run", 5L, "file:///e", "ab", Map.of("knn", 0.8), Instant.ofEpochMilli(9), files);
    }

    @Test
    void theClassOfAnImageIsReadWithoutTheImage() {
        byte[] encoded = WireFormat.ENCODED_IMAGE.encode(
                new EncodedImage("a.png", bytes(5000), 3, Instant.EPOCH, Map.of("camera", "2"), "cat"));
        byte[] numbered =
                WireFormat.ENCODED_IMAGE.encode(new EncodedImage("a.png", bytes(50), 3, Instant.EPOCH, Map.of(), null));
        byte[] unnumbered = WireFormat.ENCODED_IMAGE.encode(
                new EncodedImage("a.png", bytes(50), null, Instant.EPOCH, Map.of(), "cat"));
        ByteBuffer amongOthers = ByteBuffer.allocate(encoded.length + 20)
                .position(10)
                .put(encoded)
                .flip()
                .position(10);

        assertThat(ImageClass.in(ByteBuffer.wrap(encoded))).contains(new ImageClass(3, "cat"));
        assertThat(ImageClass.in(amongOthers)).contains(new ImageClass(3, "cat"));
        assertThat(ImageClass.in(amongOthers.asReadOnlyBuffer())).contains(new ImageClass(3, "cat"));
        assertThat(ImageClass.in(ByteBuffer.wrap(numbered))).isEmpty();
        assertThat(ImageClass.in(ByteBuffer.wrap(unnumbered))).isEmpty();
        for (int length = 0; length < encoded.length; length += 7) {
            assertThat(ImageClass.in(ByteBuffer.wrap(encoded, 0, length))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("everyFormat")
    void everyReleasedSchemaCanStillBeRead(WireFormat<?> format) {
        String name = format.schema().getName();
        assertThat(WireFormat.released(name, 1)).as("first release of " + name).isNotNull();
        for (int version = 1; WireFormat.released(name, version) != null; version++) {
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(
                                    format.schema(), WireFormat.released(name, version))
                            .getType())
                    .as(name + " as released under " + version)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @ParameterizedTest
    @MethodSource("everyFormat")
    void theNewestReleaseIsTheCurrentSchema(WireFormat<?> format) {
        String name = format.schema().getName();
        Schema newest = null;
        for (int version = 1; WireFormat.released(name, version) != null; version++) {
            newest = WireFormat.released(name, version);
        }
        assertThat(newest)
                .as("a changed contract is released by adding src/main/resources/schemas/" + name + ".N.avsc")
                .isEqualTo(format.schema());
    }

    @Test
    void foreignBytesAreNamedForWhatTheyAre() {
        assertThatThrownBy(() -> WireFormat.VIEW_PAIR.decode("{\"json\":1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ForeignRecordException.class)
                .hasMessage("not a ViewPair: 10 bytes that begin with 7b226a73 instead of Avro's single-object marker"
                        + " c301");
        assertThatThrownBy(() -> WireFormat.VIEW_PAIR.decode(new byte[0]))
                .isInstanceOf(ForeignRecordException.class)
                .hasMessageContaining("0 bytes that begin with nothing");
        BatchManifest other =
                new BatchManifest("run", 1L, List.of(), 1L, 0, 1, bytes(32), "recipe", "", List.of(), 0L, 0);
        assertThatThrownBy(() -> WireFormat.VIEW_PAIR.decode(WireFormat.BATCH_MANIFEST.encode(other)))
                .isInstanceOf(ForeignRecordException.class)
                .hasMessageContaining("is of another kind of record, or of a newer StreamCLR");
    }

    @Test
    void everyCutOffRecordIsForeign() {
        byte[] whole = WireFormat.VIEW_PAIR.encode(pair());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> WireFormat.VIEW_PAIR.decode(cut)).isInstanceOf(ForeignRecordException.class);
        }
    }

    @Test
    void damagedRecordsAreReadOrForeignAndNeverAnythingElse() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] whole = WireFormat.VIEW_PAIR.encode(pair());
        int foreign = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 0; flips < 3; flips++) {
                damaged[10 + random.nextInt(whole.length - 10)] = (byte) random.nextInt(256);
            }
            try {
                WireFormat.VIEW_PAIR.decode(damaged);
            } catch (ForeignRecordException expected) {
                foreign++;
            }
        }
        assertThat(foreign).isBetween(1_000, 19_999);
    }

    @Test
    void aRecordAmongOtherBytesIsReadWithoutACopyOfItsPixels() throws Exception {
        byte[] pair = WireFormat.VIEW_PAIR.encode(pair());
        byte[] image = WireFormat.ENCODED_IMAGE.encode(
                new EncodedImage("a.png", bytes(5), 3, Instant.ofEpochMilli(7), Map.of("camera", "2"), "cat"));

        ByteBuffer amongOthers = amongOthers(pair);
        ViewPair read = WireFormat.VIEW_PAIR.decode(amongOthers);
        assertThat(read).isEqualTo(pair());
        assertThat(amongOthers).isEqualTo(ByteBuffer.wrap(pair));
        assertThat(read.getSecond().getPixels().array()).isSameAs(amongOthers.array());
        assertThat(WireFormat.ENCODED_IMAGE.decode(amongOthers(image)))
                .isEqualTo(WireFormat.ENCODED_IMAGE.decode(image));
    }

    private static ByteBuffer amongOthers(byte[] record) {
        return ByteBuffer.allocate(record.length + 40)
                .position(20)
                .slice()
                .put(7, record)
                .position(7)
                .limit(7 + record.length);
    }

    /** What a record is refused for must not depend on how it is read. */
    @Test
    void whatIsReadWithoutACopyIsRefusedInTheSameWords() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] whole = WireFormat.VIEW_PAIR.encode(pair());
        int foreign = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = i < whole.length ? java.util.Arrays.copyOf(whole, i) : whole.clone();
            if (i >= whole.length) {
                damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            }
            String copied = outcome(() -> WireFormat.VIEW_PAIR.decode(damaged));
            assertThat(outcome(() -> WireFormat.VIEW_PAIR.decode(amongOthers(damaged))))
                    .isEqualTo(copied);
            foreign += copied.startsWith("foreign") ? 1 : 0;
        }
        assertThat(foreign).isBetween(1_000, 19_999);
    }

    private static String outcome(Callable<ViewPair> reading) {
        try {
            return reading.call().toString();
        } catch (ForeignRecordException refused) {
            return "foreign: " + refused.getMessage();
        } catch (Exception never) {
            throw new AssertionError("neither a record nor a refusal", never);
        }
    }

    private static ViewPair pair() {
        return pair(0x123456789abcdef0L);
    }

    private static ViewPair pair(Long pictureHash) {
        return new ViewPair(
                "0123456789abcdef0123456789abcdef",
                2,
                new Origin(3, 44L),
                5L,
                "00000000000000aa",
                view(6),
                view(7),
                pictureHash);
    }

    private static ViewPair pairWithoutAHash() {
        return pair(null);
    }

    private static View view(long seed) {
        Lineage lineage = new Lineage(
                seed,
                28,
                28,
                new CropBox(1, 2, 20, 21),
                List.of(
                        new AppliedOperation("flip", List.of()),
                        new AppliedOperation("brightness", List.of(1.25)),
                        new AppliedOperation("blur", List.of(0.5))));
        return new View(4, 4, bytes(48), lineage);
    }

    private static ByteBuffer bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 7 - 100);
        }
        return ByteBuffer.wrap(bytes);
    }
}
