package io.streamclr.trainer.feed;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.RecipeHeader;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.batchlog.BatchLogReader;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** Topics of views and batches for one test, on a real broker; views have two partitions. */
final class FeedTopics implements AutoCloseable {

    static final int PARTITIONS = 2;

    /** Renders the views of {@link ViewsOfTests} again; what it is given of their recipe must be what they said. */
    static final ViewRenderer DRAWN_AGAIN = (lost, into) -> {
        if (!lost.recipe().equals("recipe-1") || !lost.recipeText().equals("the recipe of tests")) {
            throw new IllegalArgumentException("Nobody drew by " + lost);
        }
        for (OriginRange range : lost.origins()) {
            for (long origin = range.getFirstOffset(); origin <= range.getLastOffset(); origin++) {
                into.accept(encoded(lost.partition(), range.getPass(), origin));
            }
        }
    };

    private final TestBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics topics;
    private final FeedConfig config;

    /** What a test remembers of a batch. */
    record Fed(BatchManifest manifest, List<Integer> images, String pixels) {

        static Fed of(Batch batch) {
            List<Integer> images = new ArrayList<>();
            for (int image : batch.images()) {
                images.add(image);
            }
            String pixels = new String(
                    ViewsOfTests.bytes(batch.views().together(0, batch.views().rows())), StandardCharsets.ISO_8859_1);
            return new Fed(batch.manifest(), images, pixels);
        }

        static Fed next(Feed feed) throws InterruptedException {
            try (Batch batch = feed.next()) {
                return of(batch);
            }
        }

        static List<Fed> next(Feed feed, int batches) throws InterruptedException {
            List<Fed> fed = new ArrayList<>();
            for (int i = 0; i < batches; i++) {
                fed.add(next(feed));
            }
            return fed;
        }
    }

    /** @param name of this test's topics */
    FeedTopics(TestBroker broker, String name, int batchPairs, int blockBatches) {
        this.broker = broker;
        this.config = new FeedConfig(
                broker.connection(),
                "views-" + name,
                "batches-" + name,
                "run",
                batchPairs,
                blockBatches,
                42,
                "monitor-" + name);
        this.producer = new KafkaProducer<>(
                broker.connection().with(Map.of("linger.ms", 0)), new ByteArraySerializer(), new ByteArraySerializer());
        this.topics = Topics.at(broker.connection());
        topics.create(Topic.VIEWS, config.viewsTopic(), PARTITIONS);
        topics.create(Topic.BATCHES, config.batchesTopic(), 1);
    }

    /** A feed that names batches as a trainer of its own. */
    static Feed feed(FeedConfig config, Optional<FeedPosition> from, ViewRenderer lost) throws InterruptedException {
        return Feed.open(owner(config), config, from, lost);
    }

    static RunOwner owner(FeedConfig config) {
        return RunOwner.of(config.kafka(), config.batchesTopic(), config.runId());
    }

    FeedConfig config() {
        return config;
    }

    Topics topics() {
        return topics;
    }

    /** The same settings for another run. */
    FeedConfig config(String run) {
        return new FeedConfig(
                config.kafka(),
                config.viewsTopic(),
                config.batchesTopic(),
                run,
                config.batchPairs(),
                config.blockBatches(),
                config.seed(),
                "monitor-of-" + run);
    }

    private static byte[] encoded(int partition, int pass, long origin) {
        return WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(partition, pass, origin));
    }

    Future<RecordMetadata> send(int partition, byte[] value) {
        return producer.send(new ProducerRecord<>(
                config.viewsTopic(), partition, new byte[0], value, List.of(RecipeHeader.of("the recipe of tests"))));
    }

    /** Writes something into the topic of batches in the name of a run. */
    void name(String run, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(config.batchesTopic(), 0, run.getBytes(StandardCharsets.UTF_8), value))
                .get(30, TimeUnit.SECONDS);
    }

    /** Deletes the topic of views and makes an empty one of its name. */
    void makeViewsAnew() {
        topics.delete(config.viewsTopic());
        Awaitility.await().until(() -> topics.partitions(config.viewsTopic()).isEmpty());
        topics.create(Topic.VIEWS, config.viewsTopic(), PARTITIONS);
    }

    /** The pairs of these origins, in these partitions. */
    void sendViews(int from, int to, int... partitions) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int origin = from; origin < to; origin++) {
            for (int partition : partitions) {
                sent.add(send(partition, encoded(partition, 0, origin)));
            }
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    /** The pairs of these origins, in every partition. */
    void sendViews(int from, int to) throws Exception {
        sendViews(from, to, 0, 1);
    }

    void expire(int partition, long before) throws Exception {
        try (Admin admin = Admin.create(broker.connection().with(Map.of()))) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(config.viewsTopic(), partition), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /** What the topic of batches holds of a run. */
    List<BatchManifest> logged(String run) {
        List<BatchManifest> logged = new ArrayList<>();
        new BatchLogReader(config.kafka(), config.batchesTopic(), run)
                .visit(0, topics, entry -> logged.add(entry.manifest()));
        return logged;
    }

    @Override
    public void close() {
        producer.close();
        topics.close();
    }
}
