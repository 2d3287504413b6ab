/**
 * Says which image stood in a slot of a batch and how its views were rendered, and which steps an image was in. Enter
 * through {@link io.streamclr.console.lineage.LineageCommand}. Needs the topics of batches and images alone: views may
 * have expired.
 */
package io.streamclr.console.lineage;
