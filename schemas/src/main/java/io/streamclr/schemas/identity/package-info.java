/**
 * What an image is called, what it looks like and which random numbers belong to it. Enter through
 * {@link io.streamclr.schemas.identity.ImageId}, {@link io.streamclr.schemas.identity.PictureHash} and
 * {@link io.streamclr.schemas.identity.Seeds}, and for digests of other things
 * {@link io.streamclr.schemas.identity.Sha256}; all are pure functions, the same on every machine. Knows nothing of topics or records.
 */
package io.streamclr.schemas.identity;
