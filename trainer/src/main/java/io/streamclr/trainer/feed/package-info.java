/**
 * Makes training batches: views shuffled in blocks, cut into batches and logged, or a run's logged batches made again.
 * Enter through {@link io.streamclr.trainer.feed.Feed} and {@link io.streamclr.trainer.feed.BatchReplay}. Knows nothing
 * of networks.
 */
package io.streamclr.trainer.feed;
