/**
 * What an image is called and which random numbers belong to it. Enter through
 * {@link io.streamclr.schemas.identity.ImageId} and {@link io.streamclr.schemas.identity.Seeds}; both are pure
 * functions, the same on every machine. Knows nothing of topics or records.
 */
package io.streamclr.schemas.identity;
