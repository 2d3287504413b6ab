/**
 * The command line, and with it the whole system on one machine. Enter through
 * {@link io.streamclr.local.Streamclr}; each command has a room of its own or is the front door of a process. Knows
 * every process; no process knows it.
 */
package io.streamclr.local;
