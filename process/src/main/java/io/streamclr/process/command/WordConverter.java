package io.streamclr.process.command;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Lets options take constants of an enum by the words that the help shows, in letters of any size, and says those words
 * where a value is none of them; picocli would say how the constants are called in Java.
 */
public final class WordConverter<E extends Enum<E>> implements ITypeConverter<E> {

    private final List<E> constants;

    private WordConverter(Class<E> type) {
        this.constants = List.of(type.getEnumConstants());
    }

    /** For every enum that an option or a place of a command, or of one below it, takes. */
    public static void addTo(CommandLine command) {
        for (ArgSpec value : command.getCommandSpec().args()) {
            Stream.concat(Stream.of(value.type()), Arrays.stream(value.auxiliaryTypes()))
                    .filter(Class::isEnum)
                    .forEach(type -> register(command, type));
        }
        command.getSubcommands().values().forEach(WordConverter::addTo);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class that isEnum says is one of an enum
    private static void register(CommandLine command, Class<?> type) {
        command.registerConverter((Class) type, new WordConverter(type));
    }

    @Override
    public E convert(String word) {
        return constants.stream()
                .filter(constant -> constant.toString().equalsIgnoreCase(word)
                        || constant.name().equalsIgnoreCase(word)) // as files of release 0.1 may have it
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + word + "' is none of "
                        + constants.stream().map(E::toString).collect(Collectors.joining(", "))));
    }
}
