/**
 * What crosses a topic. The rooms inside: {@code record} (generated from {@code streamclr.avdl}), {@code wire} (bytes
 * to records and back), {@code identity} (image ids, picture hashes and seeds) and {@code topic} (names, settings, how
 * to reach a broker). At the door stands {@link io.streamclr.schemas.RefusalException}, the one way in which every
 * process tells a person what it will not do. Knows no process, no Flink and no DJL.
 */
package io.streamclr.schemas;
