package io.streamclr.local.experiment;

import io.streamclr.trainer.form.Word;

/** What can be measured on a trained encoder: accuracies, all in [0, 1]. */
public enum TrialMetric implements Word {
    /** Of a linear classifier of the labels, on the features h. */
    LINEAR_H("linear-h", Task.LABELS, false),
    /** The same on the embeddings z, after the head. */
    LINEAR_Z("linear-z", Task.LABELS, true),
    /** Of the 20 nearest training images by cosine, one vote each, on h. */
    KNN_H("knn-h", Task.LABELS, false),
    /** The same on z. */
    KNN_Z("knn-z", Task.LABELS, true),
    /** Of a linear classifier on h that says by how many quarters an image was turned; 1 in 4 by chance. */
    ROTATION_H("rotation-h", Task.ROTATION, false),
    /** The same on z. */
    ROTATION_Z("rotation-z", Task.ROTATION, true),
    /** Of a linear classifier on h that says how much of an image a crop shows; 1 in 4 by chance. */
    CROP_H("crop-h", Task.CROP, false),
    /** The same on z. */
    CROP_Z("crop-z", Task.CROP, true),
    /**
     * The share of test images of which a view's nearest one by cosine on z, among one view of each of up to 1,000 test
     * images, is the other view of the same image: the paper's contrastive accuracy, but among the same images for every
     * run.
     */
    CONTRASTIVE_Z("contrastive-z", Task.VIEWS, true),
    /** As {@link #LINEAR_H}, of the labels of the experiment's other data set. */
    OTHER_LINEAR_H("other-linear-h", Task.OTHER_LABELS, false),
    /** As {@link #KNN_H}, of the labels of the experiment's other data set. */
    OTHER_KNN_H("other-knn-h", Task.OTHER_LABELS, false),
    /** Of the classifier that a supervised run has trained with its network, on test images of the set that it learned. */
    SUPERVISED("supervised", Task.TRAINING, false);

    /** What is classified. */
    enum Task {
        LABELS,
        ROTATION,
        CROP,
        /** Whether two views show one image. */
        VIEWS,
        OTHER_LABELS,
        /** What the run itself was trained for; measured at its end and not by a probe. */
        TRAINING
    }

    private final String text;
    private final Task task;
    private final boolean embedding;

    TrialMetric(String text, Task task, boolean embedding) {
        this.text = text;
        this.task = task;
        this.embedding = embedding;
    }

    Task task() {
        return task;
    }

    /** Whether it looks at z and not at h. */
    boolean embedding() {
        return embedding;
    }

    /** As plans and tables have it, such as {@code linear-h}. */
    @Override
    public String word() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
