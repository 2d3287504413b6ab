/**
 * Shows what the decoder of the augment job sees in images, and why it rejects others. Enter through
 * {@link io.streamclr.console.decode.DecodeCommand}. Needs no broker.
 */
package io.streamclr.console.decode;
