package io.streamclr.trainer.torch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which arguments of a script's methods are read as numbers of the host, by {@code int(x)}, {@code float(x[0])} and {@code
 * bool(x)}. They belong into the host's memory: to read one from a card waits until the card has done all that it was
 * given, once for each call. What a method hands on to another one of the script is not followed.
 *
 * @param arguments by the name of the method, counted from 0 without {@code self}
 */
record NumbersRead(Map<String, Set<Integer>> arguments) {

    private static final Pattern METHOD = Pattern.compile("(?m)^ *def (\\w+)\\(self,? ?([^)]*)\\) *->");
    private static final Pattern READ = Pattern.compile("\\b(?:int|float|bool)\\((\\w+)(?:\\[[^\\]]*\\])?\\)");
    private static final String TENSOR = ": Tensor";

    static NumbersRead in(String methods) {
        Map<String, Set<Integer>> read = new HashMap<>();
        Matcher method = METHOD.matcher(methods);
        boolean found = method.find();
        while (found) {
            String name = method.group(1);
            List<String> arguments = Arrays.asList(method.group(2).split(", ", -1));
            int begin = method.end();
            found = method.find();
            Matcher number = READ.matcher(methods.substring(begin, found ? method.start() : methods.length()));
            while (number.find()) {
                int argument = arguments.indexOf(number.group(1) + TENSOR);
                if (argument >= 0) {
                    read.computeIfAbsent(name, first -> new HashSet<>()).add(argument);
                }
            }
        }
        return new NumbersRead(read);
    }

    /** Holds a call against it; on a processor too, so that no card is needed to see what is wrong. */
    void requireOnHost(String method, int argument, Tensor tensor) {
        if (!tensor.ofHost() && arguments.getOrDefault(method, Set.of()).contains(argument)) {
            throw new IllegalArgumentException(
                    "Argument " + argument + " of " + method
                            + " is read as a number, for which a card would be waited for; make it by hostLongs or hostDoubles");
        }
    }
}
