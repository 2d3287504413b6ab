/**
 * Shows what the decoder of the augment job sees in images, and why it rejects others. Enter through
 * {@link io.streamclr.local.decode.DecodeCommand}. Needs no broker.
 */
package io.streamclr.local.decode;
