/**
 * Trains a network on made-up views to see whether it works on this machine, and how fast. Enter through
 * {@link io.streamclr.trainer.bench.TrainBenchmark}. Knows neither topics nor files.
 */
package io.streamclr.trainer.bench;
