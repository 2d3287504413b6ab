package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bad images are kept with their reason, can be looked at, and go in again once when they can be rendered. */
@ExtendWith(RealBroker.class)
class RejectsTest {

    private static final int KINDS = BadImage.values().length;

    @TempDir
    Path folder;

    @Test
    void everyKindIsRejectedOnceWithItsReasonHoweverManyPassesThereAre() throws Exception {
        Topics topics = Topics.of("kinds");
        topics.sendOneOfEachKind();

        topics.draw("--passes", "2");
        JsonNode all = topics.rejects("list");
        JsonNode broken = topics.rejects("list", "--reason", "broken", "--most", "1");
        Command table = topics.command("list");

        assertThat(all.path("rejects").asInt()).isEqualTo(KINDS);
        assertThat(all.path("reasons").toString())
                .isEqualTo("{\"EMPTY\":1,\"FOREIGN_RECORD\":1,\"NOT_AN_IMAGE\":2,\"BROKEN\":3,\"TOO_LARGE\":1}");
        List<String> listed = new ArrayList<>();
        all.path("listed")
                .forEach(row -> listed.add(row.path("image").asText() + " "
                        + row.path("reason").asText() + " " + row.path("times").asInt()));
        assertThat(listed)
                .isEqualTo(Stream.of(BadImage.values())
                        .map(kind -> "0:" + kind.ordinal() + " " + kind.reason + " 1")
                        .toList());
        assertThat(broken.path("rejects").asInt()).isEqualTo(3);
        assertThat(broken.path("listed")).hasSize(1);
        assertThat(table.output())
                .contains("0:6          TOO_LARGE")
                .endsWith("8 rejected images: EMPTY 1, FOREIGN_RECORD 1, NOT_AN_IMAGE 2, BROKEN 3, TOO_LARGE 1;"
                        + " 0 sent in again" + System.lineSeparator());
    }

    @Test
    void oneIsShownWithAllItsBytes() throws Exception {
        Topics topics = Topics.of("shown");
        topics.sendOneOfEachKind();
        topics.draw("--reject-bytes", "4");
        Path file = folder.resolve("page");

        JsonNode page = topics.rejects("show", "0:" + BadImage.WEB_PAGE.ordinal(), "--out", file.toString());
        Command missing = topics.command("show", "0:99");
        Command unclear = topics.command("show", "first");

        assertThat(page.path("reason").asText()).isEqualTo("NOT_AN_IMAGE");
        assertThat(page.path("begins_with").asText()).isEqualTo("3c68746d"); // <htm
        assertThat(Files.readAllBytes(file)).isEqualTo(BadImage.WEB_PAGE.bytes(1));
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.errors())
                .isEqualTo("streamclr: Topic shown.rejects names no image at 0:99; 'streamclr rejects list --all' shows"
                        + " which it does" + System.lineSeparator());
        assertThat(unclear.exitCode()).isEqualTo(2);
        assertThat(unclear.errors()).startsWith("streamclr: 'first' is no place; write PARTITION:OFFSET");
    }

    @Test
    void redriveSendsWhatCanBeRenderedNowOnceAndTheJobDrawsIt() throws Exception {
        Topics topics = Topics.of("redriven");
        topics.sendOneOfEachKind();
        byte[] large = Pictures.png(7, 64);
        topics.send(Pictures.envelope(large));
        topics.draw("--max-side", "50");
        assertThat(topics.rejects("list").path("rejects").asInt()).isEqualTo(KINDS + 1);

        JsonNode tooSmallLimits = topics.rejects("redrive", "--max-side", "50");
        JsonNode otherReason = topics.rejects("redrive", "--reason", "BROKEN,EMPTY");
        JsonNode first = topics.rejects("redrive");
        JsonNode second = topics.rejects("redrive");
        JsonNode rendered = topics.draw();

        assertThat(tooSmallLimits.toString()).isEqualTo("{\"sent\":0,\"still_bad\":9,\"gone\":0,\"sent_before\":0}");
        assertThat(otherReason.toString()).isEqualTo("{\"sent\":0,\"still_bad\":4,\"gone\":0,\"sent_before\":0}");
        assertThat(first.toString()).isEqualTo("{\"sent\":1,\"still_bad\":8,\"gone\":0,\"sent_before\":0}");
        assertThat(second.toString()).isEqualTo("{\"sent\":0,\"still_bad\":8,\"gone\":0,\"sent_before\":1}");
        ConsumerRecord<byte[], byte[]> again = topics.newestImage();
        assertThat(again.value()).isEqualTo(Pictures.envelope(large));
        assertThat(new String(
                        again.headers().lastHeader("streamclr.redriven-from").value(), StandardCharsets.UTF_8))
                .isEqualTo("0:" + KINDS);
        assertThat(topics.rejects("list").path("redriven").asInt()).isEqualTo(1);
        assertThat(rendered.path("pairs").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(topics.views())
                .extracting(pair -> pair.getOrigin().getOffset())
                .endsWith(again.offset());
    }

    @Test
    void aRedriveThatWasKilledInTheMiddleLeavesNothingHalfSent() throws Exception {
        Topics topics = Topics.of("killed");
        topics.send(Pictures.envelope(Pictures.png(7, 64)));
        topics.draw("--max-side", "50");
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                RealBroker.connection().with(Map.of("transactional.id", "streamclr-redrive-killed.rejects")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>("killed.images", 0, null, Pictures.envelope(Pictures.png(7, 64))))
                    .get();

            JsonNode after = topics.rejects("redrive");

            assertThat(after.toString()).isEqualTo("{\"sent\":1,\"still_bad\":0,\"gone\":0,\"sent_before\":0}");
            assertThat(RealBroker.read("killed.images").get(0)).hasSize(2);
        }
    }

    /** Topics of one partition that belong to one test, and the commands on them. */
    private record Topics(String name) {

        static Topics of(String name) {
            RealBroker.create(Topic.IMAGES, name + ".images", 1);
            RealBroker.create(Topic.VIEWS, name + ".views", 1);
            RealBroker.create(Topic.IMAGES_REJECTED, name + ".rejects", 1);
            return new Topics(name);
        }

        void sendOneOfEachKind() throws Exception {
            for (BadImage kind : BadImage.values()) {
                send(kind == BadImage.FOREIGN ? kind.bytes(1) : Pictures.envelope(kind.bytes(1)));
            }
        }

        void send(byte[] value) throws Exception {
            RealBroker.send(name + ".images", 0, null, value);
        }

        JsonNode draw(String... options) throws Exception {
            return json(Command.run(with(
                    List.of(
                            "augment",
                            "--views-topic",
                            name + ".views",
                            "--recipe",
                            "cifar",
                            "--checkpoint-interval",
                            "0.1",
                            "--json"),
                    options)));
        }

        JsonNode rejects(String verb, String... options) throws Exception {
            return json(Command.run(with(List.of("rejects", verb, "--json"), options)));
        }

        Command command(String verb, String... options) {
            return Command.run(with(List.of("rejects", verb), options));
        }

        private String[] with(List<String> words, String... options) {
            List<String> all = new ArrayList<>(words);
            all.addAll(List.of(
                    "--bootstrap-server",
                    RealBroker.address(),
                    "--images-topic",
                    name + ".images",
                    "--rejects-topic",
                    name + ".rejects"));
            all.addAll(List.of(options));
            return all.toArray(String[]::new);
        }

        private static JsonNode json(Command command) throws Exception {
            assertThat(command.exitCode()).as(command.errors()).isZero();
            return new ObjectMapper().readTree(command.lastLine());
        }

        ConsumerRecord<byte[], byte[]> newestImage() {
            List<ConsumerRecord<byte[], byte[]>> all =
                    RealBroker.read(name + ".images").get(0);
            return all.get(all.size() - 1);
        }

        List<ViewPair> views() throws Exception {
            List<ViewPair> pairs = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record :
                    RealBroker.read(name + ".views").get(0)) {
                pairs.add(WireFormat.VIEW_PAIR.decode(record.value()));
            }
            return pairs;
        }
    }
}
