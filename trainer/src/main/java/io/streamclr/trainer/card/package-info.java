/**
 * What a published encoder says of itself to people and programs: what {@code encoder.json} says beside the network, and a
 * model card, {@code README.md}, that is made of it alone. Enter through
 * {@link io.streamclr.trainer.card.EncoderCard}, which writes both into a folder with an encoder.
 */
package io.streamclr.trainer.card;
