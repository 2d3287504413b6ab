package io.streamclr.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** What a Java program of somebody else's gives Kafka's client to read and write our topics. */
class RecordSerdeTest {

    private static final EncodedImage IMAGE =
            new EncodedImage("a.png", ByteBuffer.wrap(new byte[] {1, 2}), 3, Instant.ofEpochMilli(7), Map.of(), "cat");
    private static final EncoderPublished ENCODER =
            new EncoderPublished("run", 5L, "file:///e", "ab", Map.of("knn", 0.8), Instant.ofEpochMilli(9), List.of());

    @Test
    void everyRecordComesBackAsItWasSentByTheNamesOfTheClassesAlone() throws Exception {
        Serializer<SpecificRecord> serializer = made("io.streamclr.schemas.wire.RecordSerializer", Serializer.class);
        Deserializer<SpecificRecord> deserializer =
                made("io.streamclr.schemas.wire.RecordDeserializer", Deserializer.class);
        RejectedImage reject =
                new RejectedImage(RejectReason.BROKEN, "cut off", new Origin(1, 2L), "a", ByteBuffer.allocate(3), 9L);

        for (SpecificRecord each : List.of(IMAGE, ENCODER, reject)) {
            assertThat(deserializer.deserialize("topic", serializer.serialize("topic", each)))
                    .isEqualTo(each);
        }
        assertThat(serializer.serialize("topic", IMAGE)).isEqualTo(WireFormat.ENCODED_IMAGE.encode(IMAGE));
    }

    @Test
    void aRecordWithoutAValueStaysOne() {
        assertThat(new RecordSerializer<EncodedImage>().serialize("images", null))
                .isNull();
        assertThat(new RecordDeserializer<EncodedImage>().deserialize("images", null))
                .isNull();
    }

    @Test
    void anImageOfTheFirstReleaseIsRead() throws Exception {
        Schema first = WireFormat.released("EncodedImage", 1);
        GenericData.Record old = new GenericData.Record(first);
        old.put("source", "a.png");
        old.put("encoded", ByteBuffer.wrap(new byte[] {1, 2}));
        old.put("label", 3);
        old.put("capturedAt", 7L);
        old.put("attributes", Map.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericData.Record>(new GenericData(), first).encode(old, bytes);

        EncodedImage read =
                new RecordDeserializer<>(WireFormat.ENCODED_IMAGE).deserialize("images", bytes.toByteArray());

        assertThat(read.getSource()).isEqualTo("a.png");
        assertThat(read.getClassName()).isNull();
    }

    @Test
    void bytesOfOthersAndRecordsOfAnotherKindAreRefusedInASentence() {
        byte[] encoder = WireFormat.ENCODER_PUBLISHED.encode(ENCODER);

        assertThatThrownBy(() -> new RecordDeserializer<>(WireFormat.ENCODED_IMAGE).deserialize("images", encoder))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("topic images")
                .hasMessageContaining("of another kind of record");
        assertThatThrownBy(() -> new RecordDeserializer<>().deserialize("images", new byte[] {0, 0, 0, 0, 7}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("no record of StreamCLR: 5 bytes");
        assertThatThrownBy(() -> new RecordSerializer<SpecificRecord>().serialize("images", new Origins()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("no record of StreamCLR");
    }

    @Test
    void theDocumentHasTheFingerprintOfEveryReleasedSchemaAsItStandsInTheBytes() throws Exception {
        String document = Files.readString(Path.of("../docs/topics.md"));
        int schemas = 0;
        for (String name : List.of(
                "EncodedImage",
                "RejectedImage",
                "ViewPair",
                "BatchManifest",
                "EncoderPublished",
                "ImageEmbedding",
                "EncoderSwitch")) {
            for (int version = 1; WireFormat.released(name, version) != null; version++) {
                byte[] inTheBytes =
                        SchemaNormalization.parsingFingerprint("CRC-64-AVRO", WireFormat.released(name, version));
                assertThat(document)
                        .contains("| `" + name + "." + version + ".avsc` | `"
                                + HexFormat.ofDelimiter(" ").formatHex(inTheBytes) + "` |");
                schemas++;
            }
        }
        assertThat(schemas).isEqualTo(13);
    }

    /** As Kafka's client makes it of a setting. */
    @SuppressWarnings("unchecked")
    private static <T> T made(String className, Class<?> type) throws Exception {
        return (T) Utils.newInstance(className, type);
    }

    /** A record that goes into no topic by itself. */
    private static final class Origins extends Origin {
        private static final long serialVersionUID = 1L;
    }
}
