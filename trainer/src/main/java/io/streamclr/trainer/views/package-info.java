/**
 * Reads topic {@code views} into blocks and knows how far each partition was read. Enter through
 * {@link io.streamclr.trainer.views.BlockFiller}, which decides what makes a block, and
 * {@link io.streamclr.trainer.views.FeedPosition}, which a checkpoint keeps; {@link io.streamclr.trainer.views.ViewRenderer}
 * is the port to views that no topic holds. Knows nothing of batches.
 */
package io.streamclr.trainer.views;
