package io.streamclr.trainer.form;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A constant that files and command lines know by a word of its own. */
public interface Word {

    /** Small letters, digits and dashes; stays what it is while any file has it. */
    String word();

    /**
     * The constant of a word. Files of release 0.1 have some words in capitals.
     *
     * @throws IllegalArgumentException if there is none
     */
    static <E extends Enum<E> & Word> E of(Class<E> kind, String word) {
        return Arrays.stream(kind.getEnumConstants())
                .filter(known -> known.word().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is none of "
                        + Arrays.stream(kind.getEnumConstants()).map(Word::word).collect(Collectors.joining(", "))));
    }
}
