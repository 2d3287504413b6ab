package io.streamclr.console.drift;

import java.util.OptionalDouble;

/** Says when drift begins and when it is over: once each, and not for a single window. */
public final class DriftAlarm {

    public static final double USUAL_THRESHOLD = 0.001;
    public static final int USUAL_CONSECUTIVE = 3;

    /** What a window changes. */
    public enum Change {
        NONE,
        RAISED,
        OVER,
        /** Another encoder took over, and what it is compared with is its own. */
        OVER_BY_SWITCH
    }

    private final double threshold;
    private final int consecutive;
    private String encoder = "";
    private boolean raised;
    private int against;

    /**
     * An alarm that is not raised.
     *
     * @param threshold a p value up to it speaks of drift, in (0, 1)
     * @param consecutive how many windows in a row raise the alarm, and end it, 1 or more
     */
    public DriftAlarm(double threshold, int consecutive) {
        this.threshold = threshold;
        this.consecutive = consecutive;
    }

    /**
     * Takes the next window.
     *
     * @param digest of its encoder
     * @param pValue empty if there were too few images, which leaves the alarm as it is and breaks the row
     */
    public Change take(String digest, OptionalDouble pValue) {
        boolean switched = !digest.equals(encoder);
        boolean wasRaised = raised;
        if (switched) {
            encoder = digest;
            raised = false;
            against = 0;
        }
        boolean speaksAgainst = pValue.isPresent() && (pValue.getAsDouble() <= threshold) != raised;
        against = speaksAgainst ? against + 1 : 0;
        if (against == consecutive) {
            raised = !raised;
            against = 0;
            return raised ? Change.RAISED : Change.OVER;
        }
        return switched && wasRaised ? Change.OVER_BY_SWITCH : Change.NONE;
    }

    public boolean isRaised() {
        return raised;
    }
}
