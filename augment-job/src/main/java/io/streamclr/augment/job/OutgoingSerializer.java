package io.streamclr.augment.job;

import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Names the topic and the partition of each record; the sink needs the topics' names to clean up transactions. */
final class OutgoingSerializer implements KafkaRecordSerializationSchema<Outgoing>, KafkaDatasetFacetProvider {

    private static final long serialVersionUID = 1L;

    private final String views;
    private final String rejects;

    OutgoingSerializer(String views, String rejects) {
        this.views = views;
        this.rejects = rejects;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Outgoing outgoing, KafkaSinkContext context, Long timestamp) {
        String topic = outgoing.rejected() ? rejects : views;
        return new ProducerRecord<>(topic, outgoing.partition(), outgoing.key(), outgoing.value());
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(views, rejects))));
    }
}
