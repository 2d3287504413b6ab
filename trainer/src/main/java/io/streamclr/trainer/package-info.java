/**
 * The training process: view pairs in, encoders out. Enter through {@link io.streamclr.trainer.TrainCommand} from a
 * shell and through {@link io.streamclr.trainer.Training} from Java; {@link io.streamclr.trainer.TrainConfig} says what
 * to train and {@link io.streamclr.trainer.TrainBenchmark} how fast this machine does it. The rooms inside decide, this
 * one wires.
 */
package io.streamclr.trainer;
