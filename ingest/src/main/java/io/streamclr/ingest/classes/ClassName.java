package io.streamclr.ingest.classes;

import java.util.Comparator;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A class of images.
 *
 * @param number its place among the classes, as torchvision's ImageFolder counts: sorted by name, from 0 on; empty where
 *     not all of them are known
 * @param name what it is called
 */
public record ClassName(OptionalInt number, String name) {

    /** By code points, as Python sorts. */
    public static final Comparator<String> ORDER = (one, other) -> {
        int at = 0;
        while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        if (at == one.length() || at == other.length()) {
            return Integer.compare(one.length(), other.length());
        }
        int from = at > 0 && Character.isHighSurrogate(one.charAt(at - 1)) ? at - 1 : at;
        return Integer.compare(one.codePointAt(from), other.codePointAt(from));
    };

    public ClassName {
        Objects.requireNonNull(number, "number");
        Objects.requireNonNull(name, "name");
    }
}
