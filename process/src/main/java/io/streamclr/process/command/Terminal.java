package io.streamclr.process.command;

/** Whether a person looks on at a terminal, where a line may move; elsewhere whole lines are written, which a log keeps. */
public final class Terminal {

    private static final String KNOWN = "streamclr.terminal";

    private Terminal() {}

    /** Also right in a process that {@link #option} was given to. */
    public static boolean isThere() {
        String known = System.getProperty(KNOWN);
        return known == null ? System.console() != null : Boolean.parseBoolean(known);
    }

    /** For a Java process that this one starts: it shows what this one would, but is not connected to the terminal in full. */
    public static String option() {
        return "-D" + KNOWN + "=" + isThere();
    }
}
