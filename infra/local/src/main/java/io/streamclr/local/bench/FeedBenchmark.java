package io.streamclr.local.bench;

import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The trainer's feed between a broker's topics and a trainer that does nothing: made-up view pairs of one size, fed again
 * and again to a run of its own each time.
 *
 * @param side height and width of the views, in pixels
 * @param batchPairs in a batch
 * @param blocks of two batches each that a turn measures, between one that is fed before and others that lie ready
 * @param turns that count, after those to warm up; 1 or more
 */
record FeedBenchmark(int side, int batchPairs, int blocks, int turns) {

    private static final int PARTITIONS = 4;
    private static final int BLOCK_BATCHES = 2;
    /** The feed opens with the first; the others are read ahead, so that it has as much to do at the end as at first. */
    private static final int MORE_BLOCKS = 1 + FeedConfig.BLOCKS_IN_FLIGHT;
    /** Turns until the compilers of Java are done with most of it. */
    private static final int WARM_UP = 5;

    /**
     * The turn whose processor time is the median.
     *
     * @param pairs that it measured
     * @param recordBytes of a pair in the topic, on average
     * @param milliseconds of processor time a pair
     */
    record Figures(int pairs, double pairsPerSecond, double recordBytes, FeedTime milliseconds) {}

    /** Measures with a broker whose data lies in this folder. */
    Figures measure(Path folder) throws InterruptedException, ExecutionException {
        try (LocalBroker broker = LocalBroker.start(folder)) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            try (Topics topics = Topics.at(kafka)) {
                topics.create(Topic.VIEWS, Topic.VIEWS.defaultName(), PARTITIONS);
                topics.create(Topic.BATCHES, Topic.BATCHES.defaultName(), 1);
            }
            double recordBytes = (double) send(kafka) / sentPairs();
            List<Figures> measured = new ArrayList<>();
            for (int turn = 0; turn < WARM_UP; turn++) {
                try (Feed feed = open(kafka, "warm-up-" + turn)) {
                    drain(feed, 1 + blocks);
                }
            }
            for (int turn = 0; turn < turns; turn++) {
                try (Feed feed = open(kafka, "turn-" + turn)) {
                    measured.add(measure(feed, recordBytes));
                }
            }
            measured.sort(Comparator.comparingDouble(each -> each.milliseconds().all()));
            return measured.get(measured.size() / 2);
        }
    }

    private int pairs() {
        return blocks * BLOCK_BATCHES * batchPairs;
    }

    private int sentPairs() {
        return (blocks + MORE_BLOCKS) * BLOCK_BATCHES * batchPairs;
    }

    /** Returns how many bytes the records have together. */
    private long send(KafkaConnection kafka) throws InterruptedException, ExecutionException {
        ByteArraySerializer bytes = new ByteArraySerializer();
        Map<String, Object> settings = kafka.with(Map.of("max.request.size", Topic.MAX_MESSAGE_BYTES));
        long sum = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int pair = 0; pair < sentPairs(); pair++) {
                byte[] encoded = MadeUpPairs.encoded(pair % PARTITIONS, pair / PARTITIONS, side);
                sum += encoded.length;
                sent.add(producer.send(
                        new ProducerRecord<>(Topic.VIEWS.defaultName(), pair % PARTITIONS, null, encoded)));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
        return sum;
    }

    private Feed open(KafkaConnection kafka, String run) throws InterruptedException {
        String batches = Topic.BATCHES.defaultName();
        FeedConfig config = new FeedConfig(
                kafka, Topic.VIEWS.defaultName(), batches, run, batchPairs, BLOCK_BATCHES, 1, "streamclr-bench");
        return Feed.open(RunOwner.of(kafka, batches, run), config, Optional.empty(), ViewRenderer.NONE);
    }

    private Figures measure(Feed feed, double recordBytes) throws InterruptedException {
        drain(feed, 1);
        FeedTime.Clock clock = FeedTime.start();
        long begin = System.nanoTime();
        drain(feed, blocks);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Figures(pairs(), pairs() / seconds, recordBytes, clock.stop(pairs(), side));
    }

    private static void drain(Feed feed, int blocks) throws InterruptedException {
        for (int batch = 0; batch < blocks * BLOCK_BATCHES; batch++) {
            feed.next().close();
        }
    }
}
