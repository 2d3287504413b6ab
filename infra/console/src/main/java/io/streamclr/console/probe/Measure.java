package io.streamclr.console.probe;

/** What is measured of a way of looking at images; each is a share of the test images, in [0, 1]. */
public enum Measure {
    /** Classified rightly by the 200 nearest training images, each vote of weight exp(cosine / 0.1). */
    KNN_200("knn_200", "kNN (k=200)"),
    /** Classified rightly by the 20 nearest training images, one vote each. */
    KNN_20("knn", "kNN (k=20)"),
    /** Likewise by the 10 nearest. */
    KNN_10("knn_10", "kNN (k=10)"),
    /** Classified rightly by a linear classifier on the features. */
    LINEAR("linear", "linear"),
    /** Classified rightly by a linear layer that was trained on features of random crops, as in the SimCLR paper. */
    SIMCLR_TOP_1("simclr_top_1", "SimCLR top-1"),
    /** Its class among the five likeliest of that layer. */
    SIMCLR_TOP_5("simclr_top_5", "SimCLR top-5"),
    /** Classified rightly by the network after all of it was trained with labels. */
    WHOLE("whole_network", "whole network"),
    /** Found first among all of them by one fresh random view. */
    RETRIEVAL("retrieval", "retrieval");

    private final String key;
    private final String title;

    Measure(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** As programs read it. */
    String key() {
        return key;
    }

    /** As people read it. */
    String title() {
        return title;
    }
}
