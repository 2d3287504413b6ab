package io.streamclr.trainer.model;

import java.util.Optional;

/** What a forward pass, written as text, calls its tensors and its switches. */
@FunctionalInterface
interface Names {

    /** The expression that stands for a tensor. @param name such as {@code layer1.0.bn1.weight} */
    String tensor(String name);

    /**
     * The expression for whether a batch normalisation goes by the batch's own statistics, and moves the running ones.
     *
     * @param norm such as {@code layer1.0.bn1}
     */
    default String training(String norm) {
        return "training";
    }

    /** The expression for how many batches a batch normalisation of the encoder was trained on; empty if nobody counts. */
    default Optional<String> batches(String norm) {
        return Optional.empty();
    }
}
