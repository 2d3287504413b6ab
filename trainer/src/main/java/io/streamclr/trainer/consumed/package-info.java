/**
 * Deletes from the topic of views what no reader needs any more. Enter through
 * {@link io.streamclr.trainer.consumed.ConsumedViews}. Knows of other readers what they have shown to the broker.
 */
package io.streamclr.trainer.consumed;
