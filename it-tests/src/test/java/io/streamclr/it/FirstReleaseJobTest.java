package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The augment job goes on from where that of release 0.1 ended, by the savepoint that it left. */
@ExtendWith(RealBroker.class)
class FirstReleaseJobTest {

    private static final String SAVEPOINT = "savepoint-f45b61-cbe6e6af09df";
    /** As many offsets as the topic had: 60 images, and the end of the transaction that sent them. */
    private static final int IMAGES = 61;

    private static final int PASSES = 3;
    /** How far release 0.1 was: the first pass was done, and so many images of the second. */
    private static final int RENDERED = IMAGES + 17;

    @TempDir
    private Path folder;

    @Test
    void aSavepointOfReleaseOneIsGoneOnFromWithNothingTwiceAndNothingLeftOut() throws Exception {
        Path savepoint = Files.createDirectories(folder.resolve("checkpoints").resolve(SAVEPOINT));
        Files.copy(
                Path.of("src/test/resources/version-0.1").resolve(SAVEPOINT).resolve("_metadata"),
                savepoint.resolve("_metadata"));
        // The savepoint knows its topics by their names.
        RealBroker.create(Topic.IMAGES, "first.images", 1);
        RealBroker.create(Topic.VIEWS, "first.views", 1);
        RealBroker.create(Topic.IMAGES_REJECTED, "first.rejects", 1);
        SentImages.allGood(RealBroker.connection(), "first.images", 1, IMAGES, 32);

        AugmentJob.start(AugmentConfig.of(RealBroker.connection(), Recipe.parse("cifar"))
                        .withTopics(new TopicNames("first.images", "first.views", "first.rejects"))
                        .withPasses(new Passes(PASSES, false))
                        .withCheckpoints(
                                new Checkpoints(folder.resolve("checkpoints").toString(), Duration.ofMillis(200))))
                .awaitEnd();

        List<Integer> places = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                RealBroker.read("first.views").get(0)) {
            ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
            places.add(pair.getPass() * IMAGES + (int) pair.getOrigin().getOffset());
        }
        List<Integer> left = new ArrayList<>();
        for (int place = RENDERED; place < PASSES * IMAGES; place++) {
            left.add(place);
        }
        assertThat(places).isEqualTo(left);
    }
}
