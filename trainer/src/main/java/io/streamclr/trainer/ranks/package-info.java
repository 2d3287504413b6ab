/**
 * How the ranks of a run find each other and exchange bytes. Enter through {@link io.streamclr.trainer.ranks.Collective};
 * {@link io.streamclr.trainer.ranks.Launch} says whether this process is a rank at all. Knows nothing of batches, networks
 * or topics, and adds up numbers in one order only, that of the ranks.
 */
package io.streamclr.trainer.ranks;
