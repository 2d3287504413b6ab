/**
 * What happens to an image on its way through Flink: one operator decodes it and draws its views, or rejects it, and
 * one sink writes both kinds to the partition that the image came from. Enter through
 * {@link io.streamclr.augment.job.AugmentFunction}; {@link io.streamclr.augment.job.PartitionStarts} says where to begin. Knows nothing of
 * command lines, and not how pixels are made.
 */
package io.streamclr.augment.job;
