package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.settings.SaveEvery;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how often a run saves: steps such as {@code 500}, a time such as {@code 10m}, or both with a comma. */
final class SaveEveryConverter implements ITypeConverter<SaveEvery> {

    private static final Pattern RULE = Pattern.compile("(\\d{1,9})([smh]?)");

    @Override
    public SaveEvery convert(String text) {
        int steps = 0;
        Duration time = Duration.ZERO;
        String[] rules = text.split(",", -1);
        for (String rule : rules) {
            Matcher parts = RULE.matcher(rule.strip());
            if (!parts.matches() || rules.length > 2) {
                throw wrong(text);
            }
            int number = Integer.parseInt(parts.group(1));
            switch (parts.group(2)) {
                case "s" -> time = Duration.ofSeconds(number);
                case "m" -> time = Duration.ofMinutes(number);
                case "h" -> time = Duration.ofHours(number);
                default -> steps = number;
            }
        }
        if (rules.length == 2 && (steps == 0 || time.isZero())) {
            throw wrong(text);
        }
        try {
            return new SaveEvery(steps, time);
        } catch (RefusalException zero) {
            throw wrong(text);
        }
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text
                + "' does not say how often to save; give steps such as 500, a time such as 10m, or both: 500,10m");
    }
}
