package io.streamclr.trainer.command;

import io.streamclr.trainer.form.Numbers;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number, or a fraction such as {@code 1/8}. */
final class FractionConverter implements ITypeConverter<Double> {

    @Override
    public Double convert(String text) {
        try {
            return Numbers.parse(text);
        } catch (NumberFormatException neither) {
            throw new TypeConversionException("'" + text + "' is neither a number nor a fraction such as 1/8");
        }
    }
}
