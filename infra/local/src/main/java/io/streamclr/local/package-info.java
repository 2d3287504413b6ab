/**
 * The whole system on one machine: a broker, data to try it with, the demo, experiments and benchmarks. Enter through
 * {@link io.streamclr.local.Streamclr}, which has the commands of {@code console} too. Knows the console; the console
 * does not know it.
 */
package io.streamclr.local;
