/**
 * The settings of a run, as values, as JSON in its journal and in the words of the options. Enter through
 * {@link io.streamclr.trainer.settings.TrainConfig}. Knows neither the command line nor what is done with them.
 */
package io.streamclr.trainer.settings;
