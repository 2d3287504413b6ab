package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partition p of the views is a function of partition p of the images, whoever renders it and however often. */
@ExtendWith(RealBroker.class)
class SameViewsTest {

    private static final int PARTITIONS = 4;
    private static final int IMAGES = 400;
    private static final int PASSES = 3;

    @TempDir
    static Path folder;

    private boolean exactlyOnce;

    @BeforeAll
    static void sendTheImages() throws Exception {
        Pictures.write(folder.resolve("pictures"), IMAGES, 40);
        RealBroker.create(Topic.IMAGES, "same.images", PARTITIONS);
        Ingest.run(
                IngestConfig.of(List.of(folder.resolve("pictures")), RealBroker.connection())
                        .into("same.images"),
                IngestListener.silent(),
                new SimpleMeterRegistry());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyPartitionHasTheSameValuesAtAnyParallelismAndAfterAStopInTheMiddle(boolean exactlyOnce) throws Exception {
        this.exactlyOnce = exactlyOnce;
        Checkpoints brief = new Checkpoints("", Duration.ofMillis(200));
        job("alone", 1, brief).awaitEnd();
        job("shared", 4, brief).awaitEnd();
        Checkpoints kept =
                new Checkpoints(folder.resolve("checkpoints-" + exactlyOnce).toString(), Duration.ofMillis(200));
        // Nobody reads these views, so the job waits in the second pass of each partition.
        RunningJob interrupted = AugmentJob.start(config("resumed", 1, kept).withAhead(new LookAhead(500, "nobody")));
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .until(() -> interrupted.counts().written() > 0 || !interrupted.running());
        interrupted.stop();
        job("resumed", 3, kept).awaitEnd();

        Map<Integer, String> alone = digests("alone");
        assertThat(alone).hasSize(PARTITIONS);
        assertThat(digests("shared")).isEqualTo(alone);
        assertThat(digests("resumed")).isEqualTo(alone);
    }

    @Test
    void everyPartitionHasTheSameValuesAtAnyParallelism() throws Exception {
        Checkpoints brief = new Checkpoints("", Duration.ofMillis(200));
        for (int parallelism = 1; parallelism <= 8; parallelism++) {
            job("by" + parallelism, parallelism, brief).awaitEnd();
        }

        Map<Integer, String> byOne = digests("by1");
        for (int parallelism = 2; parallelism <= 8; parallelism++) {
            assertThat(digests("by" + parallelism))
                    .as("parallelism " + parallelism)
                    .isEqualTo(byOne);
        }
    }

    private RunningJob job(String name, int parallelism, Checkpoints checkpoints) {
        return AugmentJob.start(config(name, parallelism, checkpoints));
    }

    private AugmentConfig config(String name, int parallelism, Checkpoints checkpoints) {
        String rejects = "same.rejects." + name + "." + exactlyOnce;
        RealBroker.create(Topic.VIEWS, views(name), PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, rejects, PARTITIONS);
        AugmentConfig config = AugmentConfig.of(RealBroker.connection(), Recipe.parse("cifar,picture-hash=yes"))
                .withTopics(new TopicNames("same.images", views(name), rejects))
                .withPasses(new Passes(PASSES, false))
                .withParallelism(parallelism)
                .withCheckpoints(checkpoints);
        return exactlyOnce ? config.writingExactlyOnce() : config;
    }

    private String views(String name) {
        return "same.views." + name + "." + exactlyOnce;
    }

    /** SHA-256 over the values of each partition in their order; a second copy of a record is passed over. */
    private Map<Integer, String> digests(String name) throws Exception {
        Map<Integer, String> digests = new TreeMap<>();
        int kept = 0;
        for (Map.Entry<Integer, List<ConsumerRecord<byte[], byte[]>>> partition :
                RealBroker.read(views(name)).entrySet()) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            List<Integer> passes = new ArrayList<>();
            long highest = -1;
            for (ConsumerRecord<byte[], byte[]> record : partition.getValue()) {
                ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
                long place = ((long) pair.getPass() << 32) + pair.getOrigin().getOffset();
                if (place > highest || exactlyOnce) {
                    // In transactions nothing is repeated, so here a repetition would spoil the digest.
                    highest = place;
                    sha256.update(record.key());
                    sha256.update(record.value());
                    passes.add(pair.getPass());
                }
            }
            assertThat(passes).isSorted();
            kept += passes.size();
            digests.put(partition.getKey(), HexFormat.of().formatHex(sha256.digest()));
        }
        assertThat(kept).isEqualTo(IMAGES * PASSES);
        return digests;
    }
}
