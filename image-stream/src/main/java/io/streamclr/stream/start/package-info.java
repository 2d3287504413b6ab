/**
 * Starts a job on a cluster or inside this JVM, and stops it. Enter through {@link io.streamclr.stream.start.JobStart}.
 */
package io.streamclr.stream.start;
