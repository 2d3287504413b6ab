/**
 * Says where files are when people name them: on this machine, or wherever a {@code java.nio.file} provider on the class
 * path reaches. Enter through {@link io.streamclr.process.place.Place}. Opens nothing.
 */
package io.streamclr.process.place;
