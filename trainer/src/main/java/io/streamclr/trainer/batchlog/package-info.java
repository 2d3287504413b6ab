/**
 * Topic {@code batches} as a log: every batch is logged here before it is trained, and can be read, and its block made
 * again, from here. Enter through {@link io.streamclr.trainer.batchlog.BatchLog} to write and
 * {@link io.streamclr.trainer.batchlog.LoggedRun} to read. Knows nothing of networks.
 */
package io.streamclr.trainer.batchlog;
