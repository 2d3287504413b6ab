package io.streamclr.console.sink;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file with embeddings of consecutive offsets.
 *
 * @param series the files in which each embedding is once
 * @param partition of {@code embeddings}
 * @param from the first offset that was looked at
 * @param to the offset after the last, more than {@code from}
 */
record RangeFile(String series, int partition, long from, long to) {

    private static final Pattern NAME = Pattern.compile("(.+)-p(\\d{5,9})-(\\d{12,18})-(\\d{12,18})\\.parquet");

    /** Such as {@code embeddings-p00003-000000012000-000000024000.parquet}; names sort as their ranges. */
    String name() {
        return String.format(Locale.ROOT, "%s-p%05d-%012d-%012d.parquet", series, partition, from, to);
    }

    /** Empty if this is no such name. */
    static Optional<RangeFile> parse(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? Optional.of(new RangeFile(
                        parts.group(1),
                        Integer.parseInt(parts.group(2)),
                        Long.parseLong(parts.group(3)),
                        Long.parseLong(parts.group(4))))
                : Optional.empty();
    }
}
