package io.streamclr.trainer.views;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first view of a partition that a run needs if it goes on from its newest checkpoint. It stands beside the offset that
 * the run commits for lag monitors, as its metadata: that offset counts what is trained, and a run that is killed goes
 * back before it.
 */
public final class NeededFrom {

    private static final Pattern WRITTEN = Pattern.compile("needed from (\\d{1,18})");

    private NeededFrom() {}

    /** As a run commits it. */
    public static String metadata(long offset) {
        return "needed from " + offset;
    }

    /** What a run has committed; empty if it said nothing of the kind, as older releases. */
    public static OptionalLong read(String metadata) {
        Matcher written = WRITTEN.matcher(metadata);
        return written.matches() ? OptionalLong.of(Long.parseLong(written.group(1))) : OptionalLong.empty();
    }
}
