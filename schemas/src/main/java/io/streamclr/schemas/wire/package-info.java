/**
 * Turns records into bytes and back: Avro single-object encoding (marker, CRC-64 fingerprint of the writer's schema,
 * body), so that a record describes itself and no schema registry is needed. Enter through
 * {@link io.streamclr.schemas.wire.WireFormat}; programs of others enter through {@link
 * io.streamclr.schemas.wire.RecordDeserializer} and {@link io.streamclr.schemas.wire.RecordSerializer}, which are Kafka's
 * interfaces around it. Knows nothing of topics.
 */
package io.streamclr.schemas.wire;
