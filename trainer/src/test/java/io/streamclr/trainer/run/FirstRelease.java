package io.streamclr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What release 0.1 left: a run, the batches it was fed, and the settings of many runs. */
public final class FirstRelease {

    /** The run's options beside the usual ones; it was also probed, which changes nothing that it learned. */
    static final String OPTIONS = "--optimiser sgd --warm-up 20 --memory minred --memory-size 24 --replayed-share 0.5"
            + " --updates 2 --measure-every 4";

    static final String RUN = "remembering";
    public static final long SAVED = 5;
    static final long LATER = 10;
    static final int PAIRS = 600;

    private static final ObjectMapper JSON = new ObjectMapper();

    private FirstRelease() {}

    public static Path file(String name) {
        try {
            return Path.of(FirstRelease.class.getResource("/version-0.1").toURI())
                    .resolve(name);
        } catch (URISyntaxException never) {
            throw new IllegalStateException(never);
        }
    }

    public static List<JsonNode> lines(String name) {
        try (Stream<String> lines = Files.lines(file(name))) {
            return lines.map(FirstRelease::json).toList();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    /** Puts the run into a folder of runs, as it was after step 5. */
    static void copyRun(Path checkpoints) throws IOException {
        copy(file(RUN), checkpoints.resolve(RUN));
    }

    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path place = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(place);
                } else {
                    Files.copy(path, place);
                }
            }
        }
    }

    /** Writes into the empty topic of batches what it held, each record at its offset. */
    static void sendBatches(KafkaConnection kafka) throws Exception {
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka.with(Map.of()), bytes, bytes)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (JsonNode line : lines("batches.jsonl")) {
                // Ends of transactions took the offsets between.
                while (sent.size() < line.path("offset").asInt()) {
                    sent.add(producer.send(new ProducerRecord<>("batches", 0, null, null)));
                }
                RecordHeaders headers = new RecordHeaders();
                line.path("headers").properties().forEach(each -> headers.add(each.getKey(), hex(each.getValue())));
                sent.add(producer.send(
                        new ProducerRecord<>("batches", 0, hex(line.path("key")), hex(line.path("value")), headers)));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Null for what is not there. */
    private static byte[] hex(JsonNode digits) {
        return digits.isMissingNode() ? null : HexFormat.of().parseHex(digits.asText());
    }
}
