/**
 * Tells how a process of ours ended that could not say so itself, because a signal ended it. Enter through
 * {@link io.streamclr.console.guard.Guard}, which does a command in a JVM of its own and waits, and through
 * {@link io.streamclr.console.guard.Ending} with the exit code of any other child. Knows no command.
 */
package io.streamclr.console.guard;
