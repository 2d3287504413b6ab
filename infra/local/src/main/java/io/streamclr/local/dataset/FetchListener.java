package io.streamclr.local.dataset;

/** Hears how far a download has come, a few times a second. */
@FunctionalInterface
public interface FetchListener {

    /**
     * @param from where the data comes from, for people
     * @param bytes how much is there
     */
    void fetching(String from, long bytes);
}
