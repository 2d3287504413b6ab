/**
 * Makes what a run was fed again and says whether it is the same. Enter through
 * {@link io.streamclr.console.replay.ReplayCommand}; {@link io.streamclr.console.replay.RunTopicOptions} are the options of
 * every command that follows a run's traces.
 */
package io.streamclr.console.replay;
