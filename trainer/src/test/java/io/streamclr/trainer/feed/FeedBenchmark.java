package io.streamclr.trainer.feed;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.batchlog.BatchLog;
import io.streamclr.trainer.batchlog.TopicBatchLog;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What naming every batch costs: the same views are fed to runs that name their batches and to runs that do not, in
 * turns. No test: {@code ./mvnw -pl trainer -am test -Dtest=FeedBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class FeedBenchmark {

    private static final int PAIRS = 60_000;
    private static final int BATCH = 256;
    private static final int SIDE = 28;
    private static final int ROUNDS = 5;

    @TempDir
    private Path home;

    /** Hands batches out without a trace. */
    private static final class Unlogged implements BatchLog {

        @Override
        public void claim() {}

        @Override
        public long append(BatchManifest manifest) {
            return manifest.getStep();
        }

        @Override
        public void close() {}
    }

    @Test
    void measure() throws Exception {
        try (TestBroker broker = TestBroker.start(home);
                Topics topics = Topics.at(broker.connection())) {
            topics.create(Topic.VIEWS, "views", 4);
            topics.create(Topic.BATCHES, "batches", 1);
            send(broker);
            double[] logged = new double[ROUNDS];
            double[] unlogged = new double[ROUNDS];
            drained(broker, "warm-up", true);
            drained(broker, "warm-up-unlogged", false);
            for (int round = 0; round < ROUNDS; round++) {
                logged[round] = drained(broker, "logged-" + round, true);
                unlogged[round] = drained(broker, "unlogged-" + round, false);
            }
            Arrays.sort(logged);
            Arrays.sort(unlogged);
            System.out.printf(
                    Locale.ROOT,
                    "feed, pairs/s, median of %d (least to most): logged %.0f (%.0f to %.0f), unlogged %.0f (%.0f to"
                            + " %.0f)%n",
                    ROUNDS,
                    logged[ROUNDS / 2],
                    logged[0],
                    logged[ROUNDS - 1],
                    unlogged[ROUNDS / 2],
                    unlogged[0],
                    unlogged[ROUNDS - 1]);
        }
    }

    private static void send(TestBroker broker) throws Exception {
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.connection().with(Map.of("acks", "all")), bytes, bytes)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < PAIRS; i++) {
                byte[] pair = WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(i % 4, 0, i / 4, "recipe-1", SIDE));
                sent.add(producer.send(new ProducerRecord<>("views", i % 4, null, pair)));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Pairs a second that a run takes from the feed, from the first batch to the last. */
    private static double drained(TestBroker broker, String run, boolean logged) throws InterruptedException {
        FeedConfig config = ViewsOfTests.config(broker.connection(), run, BATCH, 8);
        try (Feed feed = Feed.open(
                config,
                Optional.empty(),
                Optional.empty(),
                new Feed.Means(
                        ViewRenderer.NONE,
                        Optional.empty(),
                        logged ? new TopicBatchLog(config, FeedTopics.owner(config)) : new Unlogged()))) {
            int batches = PAIRS / BATCH / 8 * 8;
            feed.next().close();
            long begin = System.nanoTime();
            for (int step = 2; step <= batches; step++) {
                feed.next().close();
            }
            return (batches - 1) * (double) BATCH / ((System.nanoTime() - begin) / 1e9);
        }
    }
}
