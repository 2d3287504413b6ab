/**
 * What the commands of several processes have in common, so that each says it in the same words: how they reach a broker
 * ({@link io.streamclr.process.command.BrokerOptions}), where they show metrics
 * ({@link io.streamclr.process.command.MetricsOptions}), how they name places
 * ({@link io.streamclr.process.command.PlaceConverter}) and what they do at Ctrl-C
 * ({@link io.streamclr.process.command.Stoppable}). Knows no command; it is the one room of this module that knows picocli.
 */
package io.streamclr.process.command;
