package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a job whose topic of images is changed under it. */
@ExtendWith(RealBroker.class)
class DisturbedTopicsTest {

    private static final int PARTITIONS = 2;

    @Test
    void aPassWhoseImagesExpireUnderItEndsWithASentence() throws Exception {
        AugmentConfig config = topics("expiring").withAhead(new LookAhead(100, "expiring-reader"));
        RealBroker.sendPictures("expiring.images", 0, 1000, PARTITIONS);
        RunningJob job = AugmentJob.start(config);
        await(() -> job.counts().written() >= 100);

        admin(admin -> admin.deleteRecords(partitions("expiring.images", RecordsToDelete.beforeOffset(400)))
                .all()
                .get());
        admin(admin -> admin.alterConsumerGroupOffsets(
                        "expiring-reader", partitions("expiring.views", new OffsetAndMetadata(500)))
                .all()
                .get());

        assertThatThrownBy(job::awaitEnd)
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Topic expiring.images no longer holds the images to go on from (")
                .hasMessageEndingWith("); keep it longer (retention.ms) or start anew without the checkpoints");
    }

    @Test
    void aTopicThatIsMadeAnewUnderAJobEndsItWithASentence() throws Exception {
        AugmentConfig config = topics("anew").withPasses(new Passes(1, true));
        RealBroker.sendPictures("anew.images", 0, 200, PARTITIONS);
        RunningJob job = AugmentJob.start(config);
        await(() -> job.counts().written() == 200);

        admin(admin -> admin.deleteTopics(List.of("anew.images")).all().get());
        try (Topics topics = Topics.at(RealBroker.connection())) {
            await(() -> topics.partitions("anew.images").isEmpty());
        }
        RealBroker.create(Topic.IMAGES, "anew.images", PARTITIONS);
        RealBroker.sendPictures("anew.images", 1000, 400, PARTITIONS);

        assertThatThrownBy(job::awaitEnd)
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Topic anew.images ");
    }

    @Test
    void passesGoOnOverATopicThatGetsMorePartitionsAndIsCompacted() throws Exception {
        AugmentConfig config =
                topics("more").withPasses(new Passes(3, false)).withAhead(new LookAhead(100, "more-reader"));
        RealBroker.sendPictures("more.images", 0, 400, PARTITIONS);
        RunningJob job = AugmentJob.start(config);
        await(() -> job.counts().written() >= 100);

        admin(admin -> admin.createPartitions(Map.of("more.images", NewPartitions.increaseTo(5)))
                .all()
                .get());
        admin(admin -> admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "more.images"),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET))))
                .all()
                .get());
        admin(admin -> admin.alterConsumerGroupOffsets(
                        "more-reader", partitions("more.views", new OffsetAndMetadata(1_000_000)))
                .all()
                .get());

        assertThat(job.awaitEnd().written()).isEqualTo(3 * 400);
        assertThatThrownBy(() -> AugmentJob.start(config))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("more.images")
                .hasMessageContaining("5");
    }

    @Test
    void anImageIsRejectedOnceHoweverManyPassesReadIt() throws Exception {
        AugmentConfig config = topics("barren").withPasses(new Passes(500, false));
        RealBroker.send("barren.images", 1, null, new byte[] {1, 2, 3});

        long rejects = AugmentJob.start(config).awaitEnd().rejects();

        assertThat(rejects).isEqualTo(1);
        assertThat(RealBroker.read("barren.rejects").values().stream()
                        .mapToInt(List::size)
                        .sum())
                .isEqualTo(1);
    }

    private static AugmentConfig topics(String name) {
        RealBroker.create(Topic.IMAGES, name + ".images", PARTITIONS);
        RealBroker.create(Topic.VIEWS, name + ".views", PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, name + ".rejects", PARTITIONS);
        return AugmentConfig.of(RealBroker.connection(), Recipe.parse("cifar"))
                .withTopics(new TopicNames(name + ".images", name + ".views", name + ".rejects"))
                .withCheckpoints(new Checkpoints("", Duration.ofMillis(100)));
    }

    private static <T> Map<TopicPartition, T> partitions(String topic, T what) {
        return IntStream.range(0, PARTITIONS)
                .boxed()
                .collect(Collectors.toMap(partition -> new TopicPartition(topic, partition), partition -> what));
    }

    /** Something to do with the broker's administration. */
    private interface Change {
        void make(Admin admin) throws Exception;
    }

    private static void admin(Change change) throws Exception {
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            change.make(admin);
        }
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofMinutes(5))
                .until(condition::getAsBoolean);
    }
}
