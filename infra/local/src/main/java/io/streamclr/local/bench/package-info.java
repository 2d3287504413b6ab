/**
 * Measures how fast the parts are on this machine, in figures that can be compared with other systems'. Enter through
 * {@link io.streamclr.local.bench.BenchCommand}. Needs no broker; where one is measured, it starts its own.
 */
package io.streamclr.local.bench;
