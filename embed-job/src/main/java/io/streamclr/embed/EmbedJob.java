package io.streamclr.embed;

import io.streamclr.embed.encoders.FirstSwitch;
import io.streamclr.embed.job.EmbedOperatorFactory;
import io.streamclr.embed.job.EmbedStarts;
import io.streamclr.embed.job.LogSwitches;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.stream.sink.Compression;
import io.streamclr.stream.sink.KafkaSinks;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.sink.OutgoingSerializer;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.PassSource;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.JobStart;
import io.streamclr.stream.start.RunningJob;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/**
 * The Flink job, of two pipelines that meet at a topic. One, without a shuffle, embeds the images of partition p into partition p,
 * in their order, at any parallelism. The other logs encoders that are published meanwhile.
 */
public final class EmbedJob {

    private EmbedJob() {}

    /**
     * Starts the job, on the Flink cluster that this program runs in, or else on one inside this JVM. It goes on from the
     * newest complete checkpoint in the folder of checkpoints; where there is none, after the last embeddings that are there.
     *
     * @return empty while no encoder has passed yet: ask again
     * @throws io.streamclr.schemas.RefusalException if topics are missing, differ in partitions or are not dated by the broker, no broker
     *     answers, or an encoder cannot be kept
     */
    public static Optional<RunningJob> start(EmbedConfig config) {
        int partitions = requireTopics(config);
        FirstSwitch first = new FirstSwitch(
                config.kafka(), config.topics().encoders(), config.topics().switches(), config.choice());
        OptionalLong logged;
        if (config.pin().isPresent()) {
            first.pinned(config.pin().get());
            logged = OptionalLong.of(0);
        } else {
            logged = first.newest();
        }
        if (logged.isEmpty()) {
            return Optional.empty();
        }
        JobStart start = JobStart.of(config.job(), partitions);
        defineEmbedding(start.flink(), config);
        // Also where one is pinned: a job that goes on from a checkpoint has the operators that it had.
        defineLogging(start.flink(), config, logged.getAsLong());
        return Optional.of(start.start());
    }

    private static int requireTopics(EmbedConfig config) {
        EmbedConfig.TopicNames names = config.topics();
        try (Topics topics = Topics.at(config.kafka())) {
            int partitions = topics.requireAlike(names.images(), names.embeddings());
            topics.requireAlike(names.images(), names.rejects());
            topics.require(names.encoders());
            topics.require(names.switches());
            topics.requireDatedByBroker(names.images());
            topics.requireDatedByBroker(names.switches());
            return partitions;
        }
    }

    private static void defineEmbedding(StreamExecutionEnvironment flink, EmbedConfig config) {
        EmbedConfig.TopicNames names = config.topics();
        PassSource images = new PassSource(
                config.kafka().properties(),
                EmbedStarts.find(config.kafka(), names.images(), config.from(), names.embeddings()),
                new Passes(1, true),
                names.embeddings(),
                LookAhead.unlimited());
        flink.fromSource(images, WatermarkStrategy.noWatermarks(), "images")
                .uid("images")
                .transform("embed", TypeInformation.of(Outgoing.class), new EmbedOperatorFactory(config.embedding()))
                .uid("embed")
                .sinkTo(embeddings(config))
                .name("embeddings")
                .uid("embeddings");
    }

    private static KafkaSink<Outgoing> embeddings(EmbedConfig config) {
        String embeddings = config.topics().embeddings();
        OutgoingSerializer topics =
                OutgoingSerializer.to(embeddings, config.topics().rejects());
        return config.exactlyOnce()
                ? KafkaSinks.writingExactlyOnce(
                        config.kafka(), topics, Compression.NONE, "streamclr-embed-" + embeddings + "-")
                : KafkaSinks.writingAtLeastOnce(config.kafka(), topics, Compression.NONE);
    }

    /** @param next offset in the topic of encoders from which on nobody has logged any */
    private static void defineLogging(StreamExecutionEnvironment flink, EmbedConfig config, long next) {
        EmbedConfig.TopicNames names = config.topics();
        flink.fromSource(encoders(config.kafka(), names.encoders(), next), WatermarkStrategy.noWatermarks(), "encoders")
                .uid("encoders")
                .setParallelism(1)
                .flatMap(new LogSwitches(config.choice(), config.pin().isEmpty()))
                .name("choose")
                .uid("choose")
                .setParallelism(1)
                .sinkTo(KafkaSinks.writingAtLeastOnce(
                        config.kafka(), OutgoingSerializer.to(names.switches(), names.rejects()), Compression.NONE))
                .name("switches")
                .uid("switches")
                .setParallelism(1);
    }

    private static KafkaSource<byte[]> encoders(KafkaConnection kafka, String topic, long next) {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put("register.consumer.metrics", "false");
        return KafkaSource.<byte[]>builder()
                .setProperties(properties)
                .setBootstrapServers(kafka.bootstrapServers())
                .setTopics(topic)
                .setStartingOffsets(OffsetsInitializer.offsets(Map.of(new TopicPartition(topic, 0), next)))
                .setValueOnlyDeserializer(new Bytes())
                .build();
    }

    private static final class Bytes extends AbstractDeserializationSchema<byte[]> {

        private static final long serialVersionUID = 1L;

        @Override
        public byte[] deserialize(byte[] value) {
            return value;
        }
    }
}
