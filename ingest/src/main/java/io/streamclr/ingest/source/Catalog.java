package io.streamclr.ingest.source;

import java.io.Closeable;

/** Things of which each can be read at any time, so that any order of them can be had. */
interface Catalog extends Closeable {

    int count();

    /** Of one thing, a number that looks random and is a function of its name and the seed of the catalog. */
    long key(int thing);

    /** What one of them holds; to be closed before the next is opened. */
    ImageSource open(int thing);

    @Override
    void close();
}
