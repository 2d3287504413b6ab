package io.streamclr.console.similar;

/** Images that are numbered, and which of them look alike to an encoder. */
public interface Likeness {

    /** Images, numbered from 0. */
    int size();

    Item item(int number);

    /** Gives pairs of images whose embeddings have this cosine or more. */
    void forEachPair(float cosine, Pairs pairs);

    /** Takes two numbers of images, in any order. */
    @FunctionalInterface
    interface Pairs {
        void accept(int one, int other);
    }
}
