package io.streamclr.embed.encoders;

import io.streamclr.schemas.record.EncoderSwitch;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which encoder embeds which image: a pure function of the entries of topic {@code embeddings.encoders} and of when the
 * broker dated the image. So it is the same before and after any crash, in any worker, and when all is done again.
 */
public final class SwitchLog {

    private final TreeMap<Long, EncoderSwitch> since = new TreeMap<>();
    private long delay;
    private EncoderSwitch last;

    /**
     * Adds the next entry of the topic. One that was published before its predecessor is passed over, unless it was pinned,
     * as is a repetition.
     *
     * @param datedAt when the broker dated it, in milliseconds since 1970
     */
    public void add(long datedAt, EncoderSwitch entry) {
        if (last == null) {
            delay = Math.max(0, entry.getDelay());
            since.put(Long.MIN_VALUE, entry);
        } else if (isSame(entry) || (isOlder(entry) && !entry.getPinned())) {
            return;
        } else {
            // Brokers' clocks differ, and a new leader's may be behind the old one's.
            since.put(Math.max(since.lastKey(), datedAt + delay), entry);
        }
        last = entry;
    }

    private boolean isSame(EncoderSwitch entry) {
        return entry.getDigest().equals(last.getDigest())
                && entry.getRunId().equals(last.getRunId())
                && entry.getStep() == last.getStep();
    }

    private boolean isOlder(EncoderSwitch entry) {
        return entry.getPublishedAt().isBefore(last.getPublishedAt());
    }

    /** The encoder of an image that the broker dated then; empty while there is no entry. */
    public Optional<EncoderSwitch> at(long arrivedAt) {
        return Optional.ofNullable(since.floorEntry(arrivedAt)).map(Map.Entry::getValue);
    }

    /** The newest entry that counts, in effect or not; empty while there is none. */
    public Optional<EncoderSwitch> newest() {
        return Optional.ofNullable(last);
    }

    /** Milliseconds from an entry to its effect; 0 while there is none. */
    public long delay() {
        return delay;
    }
}
