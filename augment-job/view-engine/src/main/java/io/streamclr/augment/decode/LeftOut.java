package io.streamclr.augment.decode;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.record.RejectReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts the images that somebody who walks over many leaves out because they cannot be decoded, and says why. */
public final class LeftOut {

    private final Map<RejectReason, Long> reasons = new EnumMap<>(RejectReason.class);
    private String first = "";

    /**
     * One more.
     *
     * @param source where it was found, for people
     */
    public void add(String source, Decoding.Rejected rejected) {
        if (reasons.isEmpty()) {
            first = source + ": " + rejected.detail();
        }
        reasons.merge(rejected.reason(), 1L, Long::sum);
    }

    /** How many. */
    public long count() {
        return reasons.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many of each reason, such as {@code BROKEN 2, UNSUPPORTED 1}. */
    public String reasons() {
        return reasons.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Everything in one line; empty if nothing is left out. */
    public String sentence() {
        long count = count();
        if (count == 0) {
            return "";
        }
        return OneLine.of(String.format(
                "%,d image%s cannot be decoded and %s left out (%s), the first is %s",
                count, count == 1 ? "" : "s", count == 1 ? "is" : "are", reasons(), first));
    }
}
