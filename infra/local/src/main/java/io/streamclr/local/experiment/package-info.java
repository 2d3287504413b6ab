/**
 * Does many small runs of the whole system and compares what they learned: views through Kafka and Flink, training,
 * probes, a table and charts; beside them, where a experiment asks for it, runs that learn from labels. A {@link io.streamclr.local.experiment.Experiment} says which runs there are and how their
 * figures are drawn; a plan file lists them, and a {@link io.streamclr.local.experiment.ExperimentRunner} does those that are
 * not done yet. Enter through {@link io.streamclr.local.experiment.ExperimentCommand}; a new experiment is a command
 * with {@link io.streamclr.local.experiment.ExperimentOptions} and an experiment of its own.
 */
package io.streamclr.local.experiment;
