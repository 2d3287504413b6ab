package io.streamclr.console.embeddings;

import io.streamclr.console.drift.TimeRange;
import io.streamclr.stream.options.MomentConverter;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads two moments with two dots between them. */
final class TimeRangeConverter implements ITypeConverter<TimeRange> {

    private static final String BETWEEN = "..";

    @Override
    public TimeRange convert(String text) {
        int between = text.indexOf(BETWEEN);
        if (between < 0) {
            throw new TypeConversionException(
                    "'" + text + "' is no FROM..TO; write it like 2026-11-22T12:00:00Z..2026-11-22T18:00:00Z");
        }
        MomentConverter moments = new MomentConverter();
        Instant from = moments.convert(text.substring(0, between));
        Instant to = moments.convert(text.substring(between + BETWEEN.length()));
        if (!from.isBefore(to)) {
            throw new TypeConversionException("'" + text + "' ends before it begins");
        }
        return new TimeRange(from, to);
    }
}
