package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.Checkpoints;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.RunningJob;
import io.streamclr.augment.source.Passes;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Partition p of the views is a function of partition p of the images, whoever renders it and however often. */
@ExtendWith(RealBroker.class)
class SameViewsTest {

    private static final int PARTITIONS = 4;
    private static final int IMAGES = 400;
    private static final int PASSES = 3;

    @TempDir
    static Path folder;

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

    @Test
    void everyPartitionHasTheSameValuesAtAnyParallelismAndAfterAStopInTheMiddle() throws Exception {
        job("alone", 1, Checkpoints.DEFAULT).awaitEnd();
        job("shared", 4, Checkpoints.DEFAULT).awaitEnd();
        Checkpoints kept = new Checkpoints(folder.resolve("checkpoints").toString(), Duration.ofMillis(200));
        RunningJob interrupted = job("resumed", 1, kept);
        while (interrupted.counts().pairs() == 0 && interrupted.running()) {
            Thread.onSpinWait();
        }
        interrupted.stop();
        job("resumed", 3, kept).awaitEnd();

        Map<Integer, String> alone = digests("same.views.alone");
        assertThat(alone).hasSize(PARTITIONS);
        assertThat(digests("same.views.shared")).isEqualTo(alone);
        assertThat(digests("same.views.resumed")).isEqualTo(alone);
    }

    private static RunningJob job(String name, int parallelism, Checkpoints checkpoints) {
        RealBroker.create(Topic.VIEWS, "same.views." + name, PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, "same.rejects." + name, PARTITIONS);
        return AugmentJob.start(AugmentConfig.of(RealBroker.connection(), Recipe.parse("cifar"))
                .withTopics(new TopicNames("same.images", "same.views." + name, "same.rejects." + name))
                .withPasses(new Passes(PASSES, false))
                .withParallelism(parallelism)
                .withCheckpoints(checkpoints));
    }

    /** SHA-256 over the values of each partition in their order; a second copy of a record is passed over. */
    private static Map<Integer, String> digests(String topic) throws Exception {
        Map<Integer, String> digests = new TreeMap<>();
        int kept = 0;
        for (Map.Entry<Integer, List<ConsumerRecord<byte[], byte[]>>> partition :
                RealBroker.read(topic).entrySet()) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            List<Integer> passes = new ArrayList<>();
            long highest = -1;
            for (ConsumerRecord<byte[], byte[]> record : partition.getValue()) {
                ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
                long place = ((long) pair.getPass() << 32) + pair.getOrigin().getOffset();
                if (place > highest) {
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
