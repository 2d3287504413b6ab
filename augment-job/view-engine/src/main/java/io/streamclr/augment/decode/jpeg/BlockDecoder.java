package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/** Decodes the blocks of one scan, one after the other. */
interface BlockDecoder {

    /**
     * Decodes what the scan brings for one block.
     *
     * @param which of the scan's components
     * @param coefficients of the component, in rows of the blocks
     * @param at where the block begins
     */
    void decode(int which, short[] coefficients, int at) throws IOException;

    /** Forgets what was before: a restart marker was passed. */
    void restart();
}
