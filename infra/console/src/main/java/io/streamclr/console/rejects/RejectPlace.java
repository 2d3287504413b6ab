package io.streamclr.console.rejects;

import io.streamclr.schemas.record.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of an image in the topic of images, as people and headers write it: {@code 3:1207}.
 *
 * @param partition 0 or more
 * @param offset 0 or more
 */
record RejectPlace(int partition, long offset) implements Comparable<RejectPlace> {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    static RejectPlace of(Origin origin) {
        return new RejectPlace(origin.getPartition(), origin.getOffset());
    }

    /** @throws IllegalArgumentException if the text is no place */
    static RejectPlace parse(String text) {
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no place; write PARTITION:OFFSET, such as 3:1207, as 'streamclr rejects list' shows it");
        }
        return new RejectPlace(Integer.parseInt(numbers.group(1)), Long.parseLong(numbers.group(2)));
    }

    /** The text in a record's header. */
    byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #bytes} wrote. */
    static RejectPlace parse(byte[] header) {
        return parse(new String(header, StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(RejectPlace other) {
        return Comparator.comparingInt(RejectPlace::partition)
                .thenComparingLong(RejectPlace::offset)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
