package io.streamclr.trainer.feed;

/**
 * What all views of a run have in common.
 *
 * @param recipe fingerprint of the recipe; empty where no view was seen
 * @param height in pixels; 0 where no view was seen
 * @param width in pixels; 0 where no view was seen
 */
record ViewShape(String recipe, int height, int width) {

    static final ViewShape UNKNOWN = new ViewShape("", 0, 0);

    /** Bytes of one view. */
    int viewBytes() {
        return height * width * 3;
    }

    @Override
    public String toString() {
        return "recipe " + recipe + " and " + height + "x" + width + " pixels";
    }
}
