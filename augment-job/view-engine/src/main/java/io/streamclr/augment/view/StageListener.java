package io.streamclr.augment.view;

/** Hears when a stage of the work on an image ends; the next stage begins there. */
interface StageListener {

    /** Hears nothing. */
    StageListener NONE = stage -> {};

    /**
     * A stage has ended.
     *
     * @param stage decode, crop, an operation's name, or pack
     */
    void ended(String stage);
}
