package io.streamclr.trainer.python;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.feed.BatchReplay.RememberedViews;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code infra/python} reads of the topics, held against what we read. */
class PythonViewsTest {

    private static final Path PROGRAMS = Path.of("..", "infra", "python").toAbsolutePath();
    private static final int STEPS = 7;

    @TempDir
    private static Path folder;

    private static SmallRuns runs;
    private static DebianPython python;

    @BeforeAll
    static void sendViewsAndTrainARun() throws Exception {
        python = new DebianPython(folder, Map.of("PYTHONPATH", PROGRAMS.toString()));
        python.require("python3-torch and python3-confluent-kafka", "torch", "numpy", "confluent_kafka");
        runs = SmallRuns.start(0);
        runs.send("views", 0, 48, SmallRuns.RECIPE);
        runs.send("views", 20, 90, SmallRuns.RECIPE); // as a job does that was killed
        runs.train(folder, "run", "--steps " + STEPS);
        for (String topic : List.of("foreign", "mixed", "empty", "others")) {
            runs.createViews(topic);
        }
        runs.send("mixed", 0, 8, SmallRuns.RECIPE);
        runs.send("mixed", 8, 16, "00000000000000ac");
        runs.send("others", 100, 200, SmallRuns.RECIPE);
        runs.sendBytes("foreign", new byte[] {(byte) 0xc3, 1, 2, 3});
    }

    @AfterAll
    static void stopTheBroker() {
        if (runs != null) {
            runs.close();
        }
    }

    @Test
    void pythonReadsTheSamePairsAndTheSameBatchesAndSaysWhatIsWrong() throws Exception {
        JsonNode seen = read();

        List<String> pairs = pairs();
        assertThat(seen.path("pairs")).extracting(JsonNode::toString).containsExactlyInAnyOrderElementsOf(pairs);
        assertThat(seen.path("shown").toString()).isEqualTo("[59,59]"); // of 118 records that were sent
        assertThat(seen.path("repetitions").asInt()).isEqualTo(28);
        assertThat(seen.path("in_two_parts")).extracting(JsonNode::toString).containsExactlyInAnyOrderElementsOf(pairs);
        assertThat(seen.path("by_ranks")).hasSize(90).doesNotHaveDuplicates();
        assertThat(seen.path("by_workers")).hasSize(90).doesNotHaveDuplicates();
        assertThat(seen.path("batches").toString()).isEqualTo(batches());
        assertThat(seen.path("later").toString()).isEqualTo("[4,5]");
        assertThat(seen.path("view_pair").toString()).isEqualTo(fingerprints("ViewPair"));
        assertThat(seen.path("batch_manifest").toString()).isEqualTo(fingerprints("BatchManifest"));
        assertThat(seen.path("no_topic").asText()).startsWith("Topic nowhere cannot be read (Broker: Unknown topic");
        assertThat(seen.path("no_batches").asText()).startsWith("Topic nowhere cannot be read (");
        assertThat(seen.path("no_run").asText()).isEqualTo("Topic batches has nothing of run nobody; check its name");
        assertThat(seen.path("foreign").asText())
                .startsWith("The record at offset 0 of partition 0 of topic foreign is not of a schema that");
        assertThat(seen.path("two_recipes").asText())
                .contains("is of recipe 00000000000000ac, those before of 00000000000000aa; have the views of each");
        assertThat(seen.path("expired").asText())
                .isEqualTo("Topic empty does not have all views of step 1 of run run; 'streamclr replay' renders"
                        + " expired ones again");
        assertThat(seen.path("other_views").asText())
                .isEqualTo("The views of step 1 are not those that run run was trained on; 'streamclr replay' says"
                        + " which steps differ");
    }

    @Test
    void theExampleTrainsFromTheStreamAndGoesOnWhereItWasStopped() throws Exception {
        python.require("python3-torchvision", "torchvision");

        assertThat(example(2)).as(python.said()).isZero();
        List<String> first = python.lines();
        assertThat(example(3)).as(python.said()).isZero();

        assertThat(first).extracting(line -> line.split(" loss ", -1)[0]).containsExactly("step 1", "step 2");
        assertThat(python.lines()).singleElement().asString().startsWith("step 3 loss ");
    }

    private static int example(int steps) throws InterruptedException {
        return python.run(
                PROGRAMS.resolve("train_simclr.py").toString(), runs.address(), "--batch-size=4", "--steps=" + steps);
    }

    private static JsonNode read() throws Exception {
        String program =
                Path.of("src/test/python/read_views.py").toAbsolutePath().toString();
        assertThat(python.run(program, runs.address(), "views", "run"))
                .as(python.said())
                .isZero();
        return new ObjectMapper().readTree(python.lines().get(0));
    }

    /** The pairs of the topic without what was sent again, in Python's form. */
    private static List<String> pairs() throws Exception {
        Map<String, String> pairs = new TreeMap<>();
        List<TopicPartition> partitions = IntStream.range(0, 2)
                .mapToObj(p -> new TopicPartition("views", p))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.everything(runs.kafka(), Map.of())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < end.get(each))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(10))) {
                    ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
                    String place = "\"" + pair.getImageId() + "\"," + pair.getPass() + ","
                            + pair.getOrigin().getPartition() + ","
                            + pair.getOrigin().getOffset();
                    pairs.put(
                            place,
                            "[" + place + ",\"" + digest(pair.getFirst().getPixels()) + "\",\""
                                    + digest(pair.getSecond().getPixels()) + "\"]");
                }
            }
        }
        return new ArrayList<>(pairs.values());
    }

    private static ByteBuffer pixels(Batch batch) {
        return batch.views().together(0, batch.views().rows());
    }

    private static String batches() throws Exception {
        List<String> batches = new ArrayList<>();
        LoggedRun logged = LoggedRun.read(runs.kafka(), "batches", "run", 0, Long.MAX_VALUE);
        try (BatchReplay replay = BatchReplay.open(runs.kafka(), "views", logged, ViewRenderer.NONE)) {
            Optional<RememberedViews> next = replay.next();
            while (next.isPresent()) {
                batches.add("[" + next.get().batch().step() + ",\""
                        + digest(pixels(next.get().batch())) + "\"]");
                next.get().batch().close();
                next = replay.next();
            }
        }
        return "[" + String.join(",", batches) + "]";
    }

    /** Of the released schemas of a record, little-endian, to their numbers. */
    private static String fingerprints(String record) throws Exception {
        Path schemas = Path.of("../schemas/src/main/resources/schemas");
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(schemas)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(record + "."))
                    .sorted()
                    .toList()) {
                Schema schema = new Schema.Parser().parse(Files.readString(file));
                String number = file.getFileName().toString().split("\\.", -1)[1];
                byte[] fingerprint = SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
                entries.add("\"" + HexFormat.of().formatHex(fingerprint) + "\":" + number);
            }
        }
        return "{" + String.join(",", entries) + "}";
    }

    private static String digest(ByteBuffer bytes) throws Exception {
        MessageDigest sum = MessageDigest.getInstance("SHA-256");
        sum.update(bytes.duplicate());
        return HexFormat.of().formatHex(sum.digest());
    }
}
