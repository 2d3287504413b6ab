package io.streamclr.trainer.mlflow;

import java.util.regex.Pattern;

/** Names and values within MLflow's limits, those of its older servers. */
final class Names {

    /** Of a parameter's value; newer servers take 6,000. */
    static final int MOST_OF_A_VALUE = 500;

    private static final int MOST_OF_A_NAME = 250;
    private static final Pattern ODD = Pattern.compile("[^\\w./ -]", Pattern.UNICODE_CHARACTER_CLASS);
    /** What would lead elsewhere if the name were a path: servers keep metrics in files of their names. */
    private static final Pattern STEPS = Pattern.compile("(?<=^|/)(\\.{0,2})(?=/|$)");

    private Names() {}

    /** A name that may have characters from outside, such as that of a class, with underscores for what is not taken. */
    static String of(String name) {
        String legal = STEPS.matcher(ODD.matcher(name).replaceAll("_")).replaceAll("_");
        return legal.substring(0, Math.min(MOST_OF_A_NAME, legal.length()));
    }

    /** A value, cut where it is too long. */
    static String value(String text) {
        return text.length() <= MOST_OF_A_VALUE ? text : text.substring(0, MOST_OF_A_VALUE - 3) + "...";
    }
}
