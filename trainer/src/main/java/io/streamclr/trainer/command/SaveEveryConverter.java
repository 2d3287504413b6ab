package io.streamclr.trainer.command;

import io.streamclr.process.command.DurationConverter;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.settings.SaveEvery;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how often a run saves: steps such as {@code 500}, a time such as {@code 10m}, or both with a comma. */
final class SaveEveryConverter implements ITypeConverter<SaveEvery> {

    private final DurationConverter times = new DurationConverter();

    @Override
    public SaveEvery convert(String text) {
        int steps = 0;
        Duration time = Duration.ZERO;
        String[] rules = text.split(",", -1);
        try {
            for (String rule : rules) {
                if (rule.strip().matches("\\d{1,9}")) {
                    steps = Integer.parseInt(rule.strip());
                } else {
                    time = times.convert(rule);
                }
            }
            if (rules.length > 1 && (rules.length > 2 || steps == 0 || time.isZero())) {
                throw wrong(text);
            }
            return new SaveEvery(steps, time);
        } catch (RefusalException | TypeConversionException neither) {
            throw wrong(text);
        }
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException("'" + text
                + "' does not say how often to save; give steps such as 500, a time such as 10m, or both: 500,10m");
    }
}
