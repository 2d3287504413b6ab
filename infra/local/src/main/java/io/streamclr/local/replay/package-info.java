/**
 * Makes what a run was fed again: batches from the topics, and views that expired from their images. Enter through
 * {@link io.streamclr.local.replay.ReplayCommand}; {@link io.streamclr.local.replay.RenderedViews} is what a trainer is
 * given for views that its topic lost, and {@link io.streamclr.local.replay.StoredImages} reads the memory behind both.
 */
package io.streamclr.local.replay;
