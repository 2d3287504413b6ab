package io.streamclr.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTest {

    private static final KafkaConnection NOWHERE = KafkaConnection.to("127.0.0.1:1");

    @TempDir
    Path home;

    private Path folder;
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final ImageTopic topic = ImageTopic.writtenBy(producer, "images", 4);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @BeforeEach
    void someFiles() throws IOException {
        folder = Files.createDirectories(home.resolve("photos"));
        Files.writeString(folder.resolve("1.jpg"), "one");
        Files.writeString(folder.resolve("2.jpg"), "two");
        Files.writeString(folder.resolve("3-again.jpg"), "one");
        Files.createFile(folder.resolve("4-empty.jpg"));
        Files.writeString(folder.resolve("notes.txt"), "no image");
    }

    @Test
    void everythingIsCountedAndWhatIsUnreadableIsNamed() {
        IngestReport report = run(config());

        assertThat(report.sent()).isEqualTo(2);
        assertThat(report.duplicates()).isEqualTo(1);
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.troubles()).containsExactly("photos/4-empty.jpg is empty");
        assertThat(report.share()).isEqualTo(1); // 3 x 3 bytes of images and 8 of notes
        assertThat(meters.get("streamclr.ingest.images")
                        .tag("outcome", "sent")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void whatTheBrokerDoesNotTakeIsNotCountedAsSent() {
        MockProducer<byte[], byte[]> losingOne =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized void flush() {
                        errorNext(new TimeoutException("nobody answers"));
                        super.flush();
                    }
                };

        assertThatThrownBy(() -> run(config(), ImageTopic.writtenBy(losingOne, "images", 4)))
                .isInstanceOf(RefusalException.class);

        assertThat(meters.get("streamclr.ingest.images")
                        .tag("outcome", "sent")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aRecordSaysWhereItsImageCameFrom() throws Exception {
        IngestConfig config = new IngestConfig(
                List.of(folder),
                NOWHERE,
                "images",
                Double.POSITIVE_INFINITY,
                1,
                Map.of("site", "north"),
                Reading.usual(),
                ImageTopic.Deduplication.usual(),
                OptionalLong.empty());

        run(config);

        EncodedImage record =
                WireFormat.ENCODED_IMAGE.decode(producer.history().get(0).value());
        assertThat(record.getSource()).isEqualTo("photos/1.jpg");
        assertThat(record.getEncoded().array()).asString().isEqualTo("one");
        assertThat(record.getLabel()).isNull();
        assertThat(record.getAttributes()).containsExactly(Map.entry("site", "north"));
    }

    @Test
    void aSecondRunGivesEveryPartitionTheSameRecords() {
        run(config());
        MockProducer<byte[], byte[]> another =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

        run(config(), ImageTopic.writtenBy(another, "images", 4));

        assertThat(another.history()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(another.history().get(i).partition())
                    .isEqualTo(producer.history().get(i).partition());
            assertThat(another.history().get(i).value())
                    .isEqualTo(producer.history().get(i).value());
        }
    }

    @Test
    void theLimitCountsImagesThatWereSent() {
        assertThat(run(config().upTo(1)).sent()).isEqualTo(1);
    }

    @Test
    void onlyTheFirstTroublesAreNamed() throws IOException {
        for (int i = 0; i < 50; i++) {
            Files.createFile(folder.resolve("empty-" + i + ".jpg"));
        }

        IngestReport report = run(config());

        assertThat(report.unreadable()).isEqualTo(51);
        assertThat(report.troubles()).hasSize(20);
    }

    @Test
    void whatIsSkippedIsCountedByReasonAndTheFirstAreNamed() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.writeString(folder.resolve("notes-" + i + ".txt"), "no image");
        }
        Files.writeString(folder.resolve(".hidden"), "nobody's business");

        IngestReport report = run(config());

        assertThat(report.skippedWhy())
                .containsExactly(
                        new IngestReport.Skipped("is hidden", 1, List.of("photos/.hidden")),
                        new IngestReport.Skipped(
                                "is no image by its name and its first bytes",
                                6,
                                List.of("photos/notes-0.txt", "photos/notes-1.txt", "photos/notes-2.txt")));
    }

    @Test
    void namesThatATerminalWouldObeyAreSpeltOut() throws Exception {
        Files.writeString(folder.resolve("0\u001b[2J.jpg"), "zero");
        Files.createFile(folder.resolve("empty\n.jpg"));

        IngestReport report = run(config());

        assertThat(report.troubles())
                .contains("photos/empty\\u000a.jpg is empty")
                .allSatisfy(trouble -> assertThat(trouble).doesNotContainPattern("\\p{Cntrl}"));
        assertThat(WireFormat.ENCODED_IMAGE
                        .decode(producer.history().get(0).value())
                        .getSource())
                .isEqualTo("photos/0\\u001b[2J.jpg");
    }

    @Test
    void aMissingPathIsRefusedBeforeAnythingIsSent() {
        IngestConfig config = IngestConfig.of(List.of(folder, home.resolve("none")), NOWHERE);

        assertThatThrownBy(() -> Ingest.run(config, IngestListener.silent(), meters))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no folder or file " + home.resolve("none") + "; check the path");
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> config().at(0))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--rate is 0.0, but it must be above 0 images per second");
        assertThatThrownBy(() -> config().upTo(-1))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--limit is -1, but it must be 0 or more images");
    }

    private IngestConfig config() {
        return IngestConfig.of(List.of(folder), NOWHERE);
    }

    private IngestReport run(IngestConfig config) {
        return run(config, topic);
    }

    private IngestReport run(IngestConfig config, ImageTopic into) {
        try (ImageSource source = ImageSource.all(config.paths(), config.reading())) {
            return Ingest.run(
                    config,
                    source,
                    bytesRead -> bytesRead / 17.0,
                    IngestListener.silent(),
                    meters,
                    into,
                    Ingest.classes(config));
        }
    }
}
