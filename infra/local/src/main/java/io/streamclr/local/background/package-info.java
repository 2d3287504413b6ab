/**
 * Does long work in the background of a command that shows how it goes. Enter through
 * {@link io.streamclr.local.background.Background}. Knows nothing of what is done.
 */
package io.streamclr.local.background;
