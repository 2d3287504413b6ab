package io.streamclr.process.command;

import io.streamclr.process.place.Place;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets an option take a place of any file system: {@code out} as well as {@code s3://bucket/out}. */
public final class PlaceConverter implements ITypeConverter<Path> {

    @Override
    public Path convert(String name) {
        if (name.isEmpty()) {
            throw new TypeConversionException("it is empty; give a path");
        }
        try {
            return Place.of(name);
        } catch (RefusalException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }
}
