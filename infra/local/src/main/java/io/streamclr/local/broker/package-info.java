/**
 * Runs one real Kafka broker on this machine, for a person's first minutes and for tests. Enter through
 * {@link io.streamclr.local.broker.LocalBroker}, which starts Kafka's own program in a child JVM, waits until it answers
 * and takes it down again. Knows nothing of our topics and records.
 */
package io.streamclr.local.broker;
