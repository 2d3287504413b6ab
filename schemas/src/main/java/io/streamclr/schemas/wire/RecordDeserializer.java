package io.streamclr.schemas.wire;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Kafka's {@code value.deserializer} for the values of our topics, in every schema that was ever released. It needs no
 * settings and no schema registry. Made by its name it takes every kind of record, by the fingerprint that the bytes begin
 * with. A record without a value stays one: marks in {@code batches}, and notes in {@code images.rejected}.
 *
 * @param <T> one kind of record, or {@link SpecificRecord} for all of them
 */
public final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    @FunctionalInterface
    private interface Decoding<T> {
        T of(byte[] bytes) throws ForeignRecordException;
    }

    private final Decoding<T> decoding;

    /** Takes every kind of record; whoever names one kind gets a {@link ClassCastException} where another one lies. */
    @SuppressWarnings("unchecked")
    public RecordDeserializer() {
        this.decoding = bytes -> (T) WireFormat.decodeAny(bytes);
    }

    /** Takes one kind of record and refuses the others. */
    public RecordDeserializer(WireFormat<T> kind) {
        this.decoding = kind::decode;
    }

    /** @throws SerializationException if these bytes are not such a record, or are damaged; the message says what they are */
    @Override
    public T deserialize(String topic, byte[] bytes) {
        try {
            return bytes == null ? null : decoding.of(bytes);
        } catch (ForeignRecordException foreign) {
            throw new SerializationException("A record of topic " + topic + " is " + foreign.getMessage(), foreign);
        }
    }
}
