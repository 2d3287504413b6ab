/**
 * What the processes have in common and no topic carries. The rooms inside: {@code command} (options that mean the same
 * everywhere), {@code place} (where files are) and {@code metrics} (what Prometheus reads). Knows no process.
 */
package io.streamclr.process;
