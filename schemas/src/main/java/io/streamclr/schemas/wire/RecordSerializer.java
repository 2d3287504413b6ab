package io.streamclr.schemas.wire;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka's {@code value.serializer} for the records of our topics. It needs no settings and no schema registry; a record
 * without a value stays one.
 *
 * @param <T> one kind of record, or {@link SpecificRecord} for all of them
 */
public final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {

    /** @throws SerializationException if this is a record of some other schema */
    @Override
    public byte[] serialize(String topic, T record) {
        return record == null
                ? null
                : WireFormat.encodeAny(record)
                        .orElseThrow(() -> new SerializationException(
                                "A " + record.getSchema().getName() + " cannot be sent to topic " + topic
                                        + ": it is no record of StreamCLR"));
    }
}
