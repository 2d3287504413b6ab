/**
 * Finds ports of this machine that a server can listen on. Enter through {@link io.streamclr.process.port.ServerPort}.
 * Listens on nothing itself.
 */
package io.streamclr.process.port;
