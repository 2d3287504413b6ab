/**
 * What a person sees while something works for minutes. Enter through {@link io.streamclr.local.screen.Status}. Knows
 * nothing of what works.
 */
package io.streamclr.local.screen;
