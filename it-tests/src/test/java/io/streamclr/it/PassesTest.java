package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.job.PartitionStarts;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.PartitionSplit;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The log is the memory: it is read as often as asked, as it was at a moment if asked, and then as it grows. */
@ExtendWith(RealBroker.class)
class PassesTest {

    private static final int PARTITIONS = 2;
    private static final Recipe RECIPE = Recipe.parse("cifar");

    @Test
    void afterTheLastPassTheJobGoesOnWithImagesAsTheyArrive() throws Exception {
        AugmentConfig config = topics("live").withPasses(new Passes(3, true));
        send("live", 0, 200);

        RunningJob job = AugmentJob.start(config);
        await(() -> pairs(job) == 600);
        send("live", 200, 40);
        await(() -> pairs(job) == 640);
        job.stop();

        Map<Integer, List<ViewPair>> views = views("live");
        views.values().forEach(partition -> {
            assertThat(partition)
                    .extracting(pair ->
                            ((long) pair.getPass() << 32) + pair.getOrigin().getOffset())
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(partition.stream().filter(pair -> pair.getPass() == 2)).hasSize(120);
        });
    }

    @Test
    void aRunAsOfAMomentIsTheRunThatWasMadeThen() throws Exception {
        AugmentConfig then = topics("then").withPasses(new Passes(2, false));
        Instant moment = send("then", 0, 100);
        AugmentJob.start(then).awaitEnd();
        send("then", 100, 60);
        AugmentConfig now = onImagesOf("then", "again").withPasses(new Passes(2, false).asOf(moment));

        RunningJob.Counts rendered = AugmentJob.start(now).awaitEnd();

        assertThat(rendered.written()).isEqualTo(200);
        assertThat(views("again")).isEqualTo(views("then"));
    }

    @Test
    void nothingCanBeRenderedAsOfAMomentBeforeTheFirstImage() throws Exception {
        AugmentConfig config = topics("early").withPasses(Passes.once().asOf(Instant.parse("2001-01-01T00:00:00Z")));
        send("early", 0, 2);

        assertThatThrownBy(() -> AugmentJob.start(config))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic early.images holds no image from before 2001-01-01T00:00:00Z; name a later moment"
                        + " with --as-of");
    }

    /** A second pass that had to be waited for would show as a hole between two views. */
    @Test
    void aNewPassFollowsTheOneBeforeWithoutAPause() throws Exception {
        AugmentConfig config = topics("gapless").withPasses(new Passes(4, false));
        send("gapless", 0, 1000);

        AugmentJob.start(config).awaitEnd();

        List<Long> gaps = new ArrayList<>();
        for (List<ConsumerRecord<byte[], byte[]>> partition :
                RealBroker.read("gapless.views").values()) {
            for (int i = 1; i < partition.size(); i++) {
                if (pass(partition.get(i)) > pass(partition.get(i - 1))) {
                    gaps.add(partition.get(i).timestamp() - partition.get(i - 1).timestamp());
                }
            }
        }
        assertThat(gaps).hasSize(3 * PARTITIONS).allSatisfy(millis -> assertThat(millis)
                .isLessThan(1000L));
    }

    @Test
    void viewsAreRenderedOnlySoFarAheadOfWhoReadsThem() throws Exception {
        AugmentConfig config = topics("ahead").withAhead(new LookAhead(100, "reader"));
        send("ahead", 0, 1000);

        RunningJob job = AugmentJob.start(config);
        await(() -> pairs(job) >= 100);
        job.awaitEnd(Duration.ofSeconds(2));
        long ahead = pairs(job);
        commit("ahead.views", 400);
        await(() -> pairs(job) >= 900);
        commit("ahead.views", 500);
        RunningJob.Counts all = job.awaitEnd();

        // The limit and, in each partition, about a hundred on their way.
        assertThat(ahead).isBetween(100L, 100L + 100 * PARTITIONS);
        assertThat(all.written()).isEqualTo(1000);
    }

    @Test
    void aJobWithoutCheckpointsBeginsAfterTheLastViewOfItsOwnRun() throws Exception {
        AugmentConfig config = topics("starts").withPasses(new Passes(2, false));
        send("starts", 0, 100);
        AugmentJob.start(config).awaitEnd();

        List<PartitionSplit> sameRun = starts("starts", 1, RECIPE.fingerprint());
        List<PartitionSplit> otherSeed = starts("starts", 2, RECIPE.fingerprint());
        List<PartitionSplit> otherRecipe =
                starts("starts", 1, Recipe.parse("grey").fingerprint());

        List<PartitionSplit> unread = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> PartitionSplit.unread("starts.images", partition, 0, 50))
                .toList();
        assertThat(sameRun)
                .isEqualTo(unread.stream().map(split -> split.from(1, 50)).toList());
        assertThat(otherSeed).isEqualTo(unread);
        assertThat(otherRecipe).isEqualTo(unread);
    }

    private static List<PartitionSplit> starts(String name, long seed, String recipe) {
        return PartitionStarts.find(
                RealBroker.connection(), name + ".images", Passes.NOW, name + ".views", seed, recipe);
    }

    private static AugmentConfig topics(String name) {
        RealBroker.create(Topic.IMAGES, name + ".images", PARTITIONS);
        return onImagesOf(name, name);
    }

    private static AugmentConfig onImagesOf(String images, String name) {
        RealBroker.create(Topic.VIEWS, name + ".views", PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, name + ".rejects", PARTITIONS);
        return AugmentConfig.of(RealBroker.connection(), RECIPE)
                .withTopics(new TopicNames(images + ".images", name + ".views", name + ".rejects"))
                // A job ends with a checkpoint.
                .withCheckpoints(new Checkpoints("", Duration.ofMillis(100)));
    }

    /** Sends pictures; a moment after the broker has dated the last and before the next. */
    private static Instant send(String name, int first, int count) throws Exception {
        Instant moment = RealBroker.sendPictures(name + ".images", first, count, PARTITIONS)
                .plusMillis(1);
        await(() -> Instant.now().isAfter(moment));
        return moment;
    }

    private static void commit(String topic, long offset) throws Exception {
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            admin.alterConsumerGroupOffsets(
                            "reader",
                            IntStream.range(0, PARTITIONS)
                                    .boxed()
                                    .collect(Collectors.toMap(
                                            partition -> new TopicPartition(topic, partition),
                                            partition -> new OffsetAndMetadata(offset))))
                    .all()
                    .get();
        }
    }

    private static long pairs(RunningJob job) {
        return job.counts().written();
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofMinutes(5))
                .until(condition::getAsBoolean);
    }

    private static int pass(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return WireFormat.VIEW_PAIR.decode(record.value()).getPass();
    }

    private static Map<Integer, List<ViewPair>> views(String name) throws Exception {
        Map<Integer, List<ViewPair>> views = new TreeMap<>();
        for (var partition : RealBroker.read(name + ".views").entrySet()) {
            List<ViewPair> pairs = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : partition.getValue()) {
                pairs.add(WireFormat.VIEW_PAIR.decode(record.value()));
            }
            views.put(partition.getKey(), pairs);
        }
        return views;
    }
}
