package io.streamclr.stream.options;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a moment off the command line: ISO 8601 with a time and an offset, or milliseconds since 1970. */
public final class MomentConverter implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String text) {
        try {
            return text.chars().allMatch(Character::isDigit)
                    ? Instant.ofEpochMilli(Long.parseLong(text))
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException | NumberFormatException unclear) {
            throw new TypeConversionException("'" + text + "' is no moment; write it like 2026-11-22T12:00:00Z or"
                    + " 2026-11-22T13:00:00+01:00, or as milliseconds since 1970");
        }
    }
}
