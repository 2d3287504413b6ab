package io.streamclr.process.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets an option take a path on this machine. To Java an empty one is the current folder, which nobody means by nothing. */
public final class PathConverter implements ITypeConverter<Path> {

    @Override
    public Path convert(String name) {
        if (name.isEmpty()) {
            throw new TypeConversionException("it is empty; give a path");
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException wrong) {
            throw new TypeConversionException("it is no path (" + wrong.getReason() + ")");
        }
    }
}
