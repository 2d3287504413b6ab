/**
 * Makes what a run was fed again: batches from the topics, and views that expired from their images. Enter through
 * {@link io.streamclr.console.replay.ReplayCommand}; {@link io.streamclr.console.replay.RenderedViews} is what a trainer is
 * given for views that its topic lost, and {@link io.streamclr.console.replay.StoredImages} reads the memory behind both.
 */
package io.streamclr.console.replay;
