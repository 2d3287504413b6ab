package io.streamclr.local.screen;

import io.streamclr.console.screen.Status;
import io.streamclr.local.dataset.FetchListener;

/** Says on the screen where the data set comes from, once for each place. */
public final class Fetching implements FetchListener {

    private final Status status;
    private String before = "";

    public Fetching(Status status) {
        this.status = status;
    }

    @Override
    public void fetching(String from, long bytes) {
        if (!from.equals(before)) {
            before = from;
            status.say("data set", "fetching from " + from);
        }
    }
}
