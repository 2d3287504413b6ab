/**
 * Runs libraries of the system in a process of their own, so that what a file does to them it does to nobody else: a process
 * that dies, takes more memory than it may or does not come to an end costs one image. Enter through
 * {@link io.streamclr.augment.decode.child.LibraryProcess} to ask, and through
 * {@link io.streamclr.augment.decode.child.Serving} to answer, in the process that is started for that. Knows no format. It
 * is no sandbox: what takes a library over may do there what its user may.
 */
package io.streamclr.augment.decode.child;
