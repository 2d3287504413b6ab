/**
 * What a person sees while a data set is fetched. Enter through {@link io.streamclr.local.screen.Fetching}. Knows nothing
 * of what becomes of it.
 */
package io.streamclr.local.screen;
