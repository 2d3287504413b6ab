package io.streamclr.trainer.model;

import io.streamclr.trainer.form.Word;

/**
 * How an encoder begins. Described is a ResNet's first convolution, and whether a max-pool follows it; {@link ConvNext} says
 * what they are there.
 */
public enum Stem implements Word {
    /** 7x7 of stride 2 and a max-pool of stride 2, as for ImageNet; images of 64 pixels and more. */
    IMAGENET("imagenet", 7, 2, true),
    /** 3x3 of stride 1 and no pool, SimCLR's choice for images of 32 pixels. */
    SMALL("small", 3, 1, false),
    /** 3x3 of stride 2 and no pool: a quarter of the work of {@link #SMALL}. */
    SMALL2("small2", 3, 2, false);

    private final String word;
    private final int side;
    private final int stride;
    private final boolean pool;

    Stem(String word, int side, int stride, boolean pool) {
        this.word = word;
        this.side = side;
        this.stride = stride;
        this.pool = pool;
    }

    /** Of the first convolution, in pixels. */
    public int side() {
        return side;
    }

    /** Of the first convolution. */
    public int stride() {
        return stride;
    }

    /** Whether a max-pool of 3x3 and stride 2 follows. */
    public boolean pool() {
        return pool;
    }

    @Override
    public String word() {
        return word;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return word;
    }
}
