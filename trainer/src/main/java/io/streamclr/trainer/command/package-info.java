/**
 * {@code streamclr train} and its options: what a person says becomes settings. Enter through
 * {@link io.streamclr.trainer.command.TrainCommand}. Decides nothing itself.
 */
package io.streamclr.trainer.command;
