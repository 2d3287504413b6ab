/**
 * The command line for any cluster. Enter through {@link io.streamclr.console.Console}; each command has a room of its
 * own or is the front door of a process. Knows every process; no process knows it. Has no broker and makes no
 * data: that is {@code local}'s.
 */
package io.streamclr.console;
