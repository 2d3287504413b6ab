/**
 * Knows what room on a disk something needs, and says so before it begins. Enter through
 * {@link io.streamclr.local.disk.Needs}. Knows nothing of what is kept there.
 */
package io.streamclr.local.disk;
