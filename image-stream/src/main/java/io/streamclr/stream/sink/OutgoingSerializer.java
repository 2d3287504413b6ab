package io.streamclr.stream.sink;

import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.schemas.wire.RecipeHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Names the topic and the partition of each record, and beside views the recipe and when their image arrived; the sink
 * needs the topics' names to clean up transactions.
 */
public final class OutgoingSerializer implements KafkaRecordSerializationSchema<Outgoing>, KafkaDatasetFacetProvider {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private final String rejects;
    private final String recipe;

    private OutgoingSerializer(String topic, String rejects, String recipe) {
        this.topic = topic;
        this.rejects = rejects;
        this.recipe = recipe;
    }

    /** For records without headers. */
    public static OutgoingSerializer to(String topic, String rejects) {
        return new OutgoingSerializer(topic, rejects, "");
    }

    /** @param recipe text of the recipe that views are rendered by */
    public static OutgoingSerializer toViews(String views, String rejects, String recipe) {
        return new OutgoingSerializer(views, rejects, recipe);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Outgoing outgoing, KafkaSinkContext context, Long timestamp) {
        List<Header> headers = outgoing.rejected() || recipe.isEmpty() ? List.of() : headersOfViews(timestamp);
        return new ProducerRecord<>(
                outgoing.rejected() ? rejects : topic, outgoing.partition(), outgoing.key(), outgoing.value(), headers);
    }

    /** @param arrivedAt as the source dated the image; null or negative where it did not */
    private List<Header> headersOfViews(Long arrivedAt) {
        List<Header> headers = new ArrayList<>();
        headers.add(RecipeHeader.of(recipe));
        if (arrivedAt != null && arrivedAt >= 0) {
            headers.add(ArrivalHeader.of(arrivedAt));
        }
        return headers;
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(
                new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic, rejects))));
    }
}
