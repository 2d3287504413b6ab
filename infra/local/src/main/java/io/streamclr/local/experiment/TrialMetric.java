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
    CROP_Z("crop-z", Task.CROP, true);

    /** What is classified. */
    enum Task {
        LABELS,
        ROTATION,
        CROP
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
