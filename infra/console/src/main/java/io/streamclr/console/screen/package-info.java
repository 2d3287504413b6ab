/**
 * What a person sees while something works for minutes. Enter through {@link io.streamclr.console.screen.Status}. Knows
 * nothing of what works.
 */
package io.streamclr.console.screen;
