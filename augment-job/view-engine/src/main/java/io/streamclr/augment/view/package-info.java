/**
 * Renders augmented views of an image: a view is a pure function of the image, the recipe, the run seed, the pass and the
 * view's index, the same bytes on every machine. Enter through {@link io.streamclr.augment.view.ViewEngine} with a
 * {@link io.streamclr.augment.view.Recipe}; an operation of one's own is a class that implements {@code Operation} and a line in
 * {@code Recipe}. Knows nothing of Kafka, Flink or image formats.
 */
package io.streamclr.augment.view;
