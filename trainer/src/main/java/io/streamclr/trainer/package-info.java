/**
 * The training process: view pairs in, encoders out. Enter through {@link io.streamclr.trainer.command.TrainCommand} from
 * a shell and through {@link io.streamclr.trainer.run.Training} from Java. A batch goes through the rooms {@code views}
 * (read from the topic), {@code batchlog} (logged before it is trained), {@code feed} (assembled), {@code step}
 * (trained), {@code checkpoint} (saved) and {@code publish} (announced).
 */
package io.streamclr.trainer;
