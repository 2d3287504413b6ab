/**
 * Turns topic {@code views} into training batches, each of them named in topic {@code batches} before it is handed
 * out, so that it can be made again. Enter through {@link io.streamclr.trainer.feed.Feed}. Knows nothing of networks,
 * losses or checkpoints: where it stands is a {@link io.streamclr.trainer.feed.FeedPosition} that others keep.
 */
package io.streamclr.trainer.feed;
