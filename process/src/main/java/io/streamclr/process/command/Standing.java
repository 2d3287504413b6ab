package io.streamclr.process.command;

import java.util.Optional;

/**
 * Options that know what holds where they are not given, though that is no default of theirs: it may stand in a file or in
 * a variable of the environment.
 */
@FunctionalInterface
public interface Standing {

    /** What holds for an option, such as {@code --bootstrap-server}, that is not given; empty if nothing does. */
    Optional<String> standing(String option);
}
