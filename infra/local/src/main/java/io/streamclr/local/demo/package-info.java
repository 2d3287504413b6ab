/**
 * The whole system at work on this machine: broker, job and trainer, and what the encoder has learned in the end. Enter
 * through {@link io.streamclr.local.demo.DemoCommand}. Knows every process; wires, watches and measures, and trains
 * nothing itself.
 */
package io.streamclr.local.demo;
