/**
 * Says whether a graphics card can train here, and if not, what is missing. Enter through
 * {@link io.streamclr.console.device.CheckGpuCommand}. Training itself happens in a child process.
 */
package io.streamclr.console.device;
