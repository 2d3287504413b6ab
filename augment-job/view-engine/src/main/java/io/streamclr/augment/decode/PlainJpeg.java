package io.streamclr.augment.decode;

/** Decodes JPEG files whose colours are beyond doubt. Each thread needs its own. */
interface PlainJpeg {

    /**
     * Decodes what is wanted of an image.
     *
     * @param file plain and without a flaw
     */
    Decoding decode(JpegSegments file, DecodeRegion wanted);
}
