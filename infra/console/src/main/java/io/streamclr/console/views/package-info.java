/**
 * Looks at the views in a topic: as pictures beside their original, and by rendering them again. Enter through
 * {@link io.streamclr.console.views.ViewsCommand}. Knows the view engine, but no training.
 */
package io.streamclr.console.views;
