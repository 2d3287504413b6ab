/**
 * Remembers images that were trained, so that later steps are trained on them again: which images stay is a policy's
 * choice, and no pixel is kept. Enter through {@link io.streamclr.trainer.memory.ImageMemory}. Knows nothing of Kafka,
 * of networks or of how views are rendered; its every choice follows from a seed, a step and what it was given.
 */
package io.streamclr.trainer.memory;
