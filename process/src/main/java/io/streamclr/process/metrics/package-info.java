/**
 * Shows what a process counts to Prometheus, and leaves it uncounted where nobody asked. Enter through
 * {@link io.streamclr.process.metrics.MetricsEndpoint}. Knows no process: each names its own meters,
 * {@code streamclr.PROCESS.WHAT}, which Prometheus sees as {@code streamclr_process_what}.
 */
package io.streamclr.process.metrics;
