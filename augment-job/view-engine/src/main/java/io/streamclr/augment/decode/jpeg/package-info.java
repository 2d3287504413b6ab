/**
 * Decodes JPEG files (ITU-T T.81) in Java alone, to the pixels that libjpeg-turbo makes: Huffman and arithmetic coding,
 * sequential and progressive, 8 and 12 bits, lossless, any sampling. Slower than the readers that platforms bring, and for the files
 * that those refuse or see differently. Enter through {@link io.streamclr.augment.decode.jpeg.JpegFormat}; knows nothing
 * of metadata and of who asks.
 */
package io.streamclr.augment.decode.jpeg;
