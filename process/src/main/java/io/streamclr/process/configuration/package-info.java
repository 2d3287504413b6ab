/**
 * Reads values of options from a file, and writes those that a command has.
 *
 * <p>Enter through {@link io.streamclr.process.configuration.ConfigurableCommand}. What a file says counts as if it were
 * written on the command line, which outranks it. Knows no command.
 */
package io.streamclr.process.configuration;
