package io.streamclr.schemas.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Who trains a run, as the Kafka header of a record in {@code batches} that has neither key nor value: a trainer writes
 * one when it begins, and now and then to see that nobody took the run over. Whoever reads the batches of a run by its
 * key does not meet them.
 */
public final class OwnerHeader {

    private static final String NAME = "run-owner";
    private static final int MOST_SHOWN = 200;

    /**
     * A trainer at work.
     *
     * @param runId of the run
     * @param id of this start of the trainer, like no other
     * @param place where it runs, for people
     */
    public record Owner(String runId, String id, String place) {}

    private OwnerHeader() {}

    public static Header of(Owner owner) {
        String text = owner.runId() + "\n" + owner.id() + "\n" + owner.place();
        return new RecordHeader(NAME, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The trainer among the headers of a record; empty where there is none. */
    public static Optional<Owner> in(Headers headers) {
        Header found = headers.lastHeader(NAME);
        if (found == null || found.value() == null) {
            return Optional.empty();
        }
        List<String> parts = List.of(new String(found.value(), StandardCharsets.UTF_8).split("\n", 3));
        return parts.size() < 3
                ? Optional.empty()
                : Optional.of(new Owner(parts.get(0), parts.get(1), shown(parts.get(2))));
    }

    /** Whoever may write to the topic chose it, and it goes to a terminal. */
    private static String shown(String place) {
        return place.codePoints()
                .limit(MOST_SHOWN)
                .mapToObj(sign -> Character.isISOControl(sign) ? "?" : Character.toString(sign))
                .collect(Collectors.joining());
    }
}
