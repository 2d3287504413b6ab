package io.streamclr.augment;

import io.streamclr.augment.job.AugmentFunction;
import io.streamclr.augment.job.PartitionStarts;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.sink.KafkaSinks;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.sink.OutgoingSerializer;
import io.streamclr.stream.source.PartitionSplit;
import io.streamclr.stream.source.PassSource;
import io.streamclr.stream.source.RawImage;
import io.streamclr.stream.start.JobStart;
import io.streamclr.stream.start.RunningJob;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The Flink job: one chained vertex from the images to the views, without a shuffle, so that partition p becomes
 * partition p in its order at any parallelism.
 */
public final class AugmentJob {

    private AugmentJob() {}

    /**
     * Starts the job, on the Flink cluster that this program runs in, or else on one inside this JVM. It goes on from
     * the newest complete checkpoint in the folder of checkpoints; where there is none, after the last views that the
     * same run has written. A cluster decides the parallelism where the configuration leaves it open.
     *
     * @throws RefusalException if topics are missing or differ in partitions, no broker answers, or the folder cannot
     *     be used
     */
    public static RunningJob start(AugmentConfig config) {
        JobStart start = JobStart.of(config.job(), requireTopics(config));
        List<PartitionSplit> splits = PartitionStarts.find(
                config.kafka(),
                config.topics().images(),
                config.passes().asOf(),
                config.topics().views(),
                config.drawing().seed(),
                config.drawing().recipe().fingerprint());
        PassSource images = new PassSource(
                config.kafka().properties(),
                splits,
                config.passes(),
                config.topics().views(),
                config.ahead());
        define(start.flink(), config, images, sink(config));
        return start.start();
    }

    /** Draws the job between the given ends: Kafka in production, bounded lists in tests. */
    static void define(
            StreamExecutionEnvironment flink,
            AugmentConfig config,
            Source<RawImage, ?, ?> images,
            Sink<Outgoing> sink) {
        flink.fromSource(images, WatermarkStrategy.noWatermarks(), "images")
                .uid("images")
                .flatMap(new AugmentFunction(config.drawing()))
                .name("augment")
                .uid("augment")
                .sinkTo(sink)
                .name("views")
                .uid("views");
    }

    private static Sink<Outgoing> sink(AugmentConfig config) {
        String views = config.topics().views();
        OutgoingSerializer topics = OutgoingSerializer.toViews(
                views, config.topics().rejects(), config.drawing().recipe().shortText());
        return config.exactlyOnce()
                ? KafkaSinks.writingExactlyOnce(
                        config.kafka(), topics, config.compression(), "streamclr-augment-" + views + "-")
                : KafkaSinks.writingAtLeastOnce(config.kafka(), topics, config.compression());
    }

    private static int requireTopics(AugmentConfig config) {
        try (Topics topics = Topics.at(config.kafka())) {
            int partitions = topics.requireAlike(
                    config.topics().images(), config.topics().views());
            topics.requireAlike(config.topics().images(), config.topics().rejects());
            return partitions;
        }
    }
}
