package io.streamclr.process.command;

import io.streamclr.process.port.ListeningPort;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What options ask for that can be seen to be impossible before a command does anything: ports that are taken, names that
 * no topic and no run can have, images that are not there, files that cannot be written.
 */
public final class Premises {

    /** Which option says the address that a port is opened at. */
    private static final Map<String, String> HOSTS =
            Map.of("--port", "--host", "--page-port", "--page-host", "--metrics-port", "--metrics-host");

    /** Which option says it where a command has no such option. */
    private static final Map<String, String> ELSE = Map.of("--host", "--page-host");

    /** Options that name images, which have to be there. */
    private static final Set<String> IMAGES = Set.of("--data", "--test", "--other", "--other-test", "--probe-data");

    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern RUN = Pattern.compile("(?!\\.)[a-zA-Z0-9._-]{1,64}");

    /** Behind the name of a run: one of its later ranks. */
    private static final Pattern RANK = Pattern.compile("/[1-9][0-9]{0,3}$");

    private Premises() {}

    /** @throws RefusalException if one of them cannot be, with the first that cannot */
    public static void require(ParseResult parsed) {
        for (OptionSpec option : parsed.commandSpec().options()) {
            String name = option.longestName();
            Object value = value(option);
            // The usual port may be taken too, but a usual name and the usual file are fine.
            if (HOSTS.containsKey(name) && value instanceof Integer port) {
                ListeningPort.require(name, host(parsed.commandSpec(), HOSTS.get(name)), port);
            } else if (value == null || !parsed.hasMatchedOption(option)) {
                continue;
            } else if (name.endsWith("-topic")) {
                requireName(name, value.toString(), TOPIC, "a topic", "249");
            } else if (name.equals("--run") && value instanceof String run && !takesPaths(option)) {
                requireName(name, takesRanks(option) ? RANK.matcher(run).replaceFirst("") : run, RUN, "a run", "64");
            } else if (IMAGES.contains(name)
                    && value instanceof Path path
                    && option.paramLabel().equals("PATH")) {
                requireThere(path);
            } else if (name.equals("--out") && value instanceof Path path) {
                requireWritable(path, option.paramLabel().equals("DIR"));
            }
        }
    }

    private static Object value(OptionSpec option) {
        return option.getValue() instanceof Optional<?> optional ? optional.orElse(null) : option.getValue();
    }

    private static boolean takesPaths(OptionSpec option) {
        return option.paramLabel().contains("PATH");
    }

    private static boolean takesRanks(OptionSpec option) {
        return option.paramLabel().contains("/RANK");
    }

    private static String host(CommandSpec spec, String option) {
        OptionSpec own = spec.findOption(option);
        OptionSpec host = own == null && ELSE.containsKey(option) ? spec.findOption(ELSE.get(option)) : own;
        return host == null || host.getValue() == null
                ? "127.0.0.1"
                : host.getValue().toString();
    }

    private static void requireName(String option, String name, Pattern legal, String what, String most) {
        if (!legal.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw RefusalException.ofUsage(option + " is '" + name + "', but the name of " + what + " has 1 to " + most
                    + " letters, digits, dots, dashes and underscores"
                    + (what.equals("a run") ? ", and does not begin with a dot" : ""));
        }
    }

    private static void requireThere(Path path) {
        if (!Files.exists(path)) {
            throw new RefusalException("There is no folder or file " + path + "; check the path");
        }
    }

    private static void requireWritable(Path path, boolean folder) {
        Path whole = path.toAbsolutePath().normalize();
        Path place = folder ? whole : whole.getParent();
        while (folder && place.getParent() != null && !Files.exists(place)) {
            place = place.getParent();
        }
        boolean fits = place == null || (Files.isDirectory(place) && Files.isWritable(place));
        if (!fits || (!folder && Files.isDirectory(whole))) {
            String why = !folder && Files.isDirectory(whole)
                    ? "it is a folder"
                    : place + (Files.exists(place) ? " is no folder that this user may write to" : " does not exist");
            throw new RefusalException("Cannot write " + path + ": " + why + "; name another place with --out");
        }
    }
}
