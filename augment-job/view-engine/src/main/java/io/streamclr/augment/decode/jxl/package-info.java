/**
 * Decodes JPEG XL by the system's libjxl: enter through {@link io.streamclr.augment.decode.jxl.JpegXl}. The standard says
 * to the bit what a file without losses shows, and which JPEG file one was made from that can be turned back; other files
 * look a little different by each version and on each processor, and are left out unless somebody wants them all the same.
 */
package io.streamclr.augment.decode.jxl;
