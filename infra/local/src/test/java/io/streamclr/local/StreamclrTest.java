package io.streamclr.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.console.CommandsBelow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class StreamclrTest {

    /** Of options whose values look like nothing else. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("--least-score", "held-out-knn=0.5"),
            Map.entry("--attribute", "site=one"),
            Map.entry("--as-of", "2026-11-29T10:00:00Z"),
            Map.entry("--labels", "auto"),
            Map.entry("--recipe", "cifar"),
            Map.entry("--zero-gamma", "true"),
            Map.entry("--nesterov", "true"),
            Map.entry("--trainer-absence", "2h"),
            Map.entry("--every", "2h"),
            Map.entry("--reference", "2026-11-29T10:00:00Z..2026-11-29T11:00:00Z"),
            Map.entry("--window", "1h"));

    @TempDir
    private Path folder;

    @Test
    void theHelpOfEveryCommandIsFormatted() {
        List<CommandLine> commands = new ArrayList<>(List.of(Streamclr.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        // picocli shows a text that it cannot format as it was written, with every percent sign twice
        assertThat(commands).hasSizeGreaterThan(30).allSatisfy(command -> assertThat(command.getUsageMessage())
                .as(command.getCommandName())
                .doesNotContain("%%"));
    }

    @Test
    void linesOfHelpEndBetweenWords() {
        assertThat(commands()).allSatisfy(command -> {
            String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
            Set<String> words = new HashSet<>(List.of(help.strip().split("\\s+")));
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!option.hidden()) {
                    assertThat(words)
                            .as(command.getCommandName() + " " + option.longestName())
                            .containsAll(List.of(
                                    String.join(" ", described(option)).strip().split("\\s+")));
                }
            }
        });
    }

    /** As picocli writes it, in one line. */
    private static String[] described(OptionSpec option) {
        CommandLine.Help.ColorScheme plain = CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF);
        CommandLine.Help help = new CommandLine.Help(CommandSpec.create(), plain);
        return Arrays.stream(help.createDefaultOptionRenderer().render(option, help.parameterLabelRenderer(), plain))
                .map(row -> row[row.length - 1].plainString())
                .toArray(String[]::new);
    }

    @Test
    void everyOptionOfALongHelpIsInAGroup() {
        assertThat(usage("train"))
                .contains("Topics:", "Loss:", "Optimisation:", "Page:")
                .doesNotContain("Not in a group:");
        assertThat(usage("probe"))
                .contains("Encoder and images:", "Training of whole networks:", "Other:")
                .doesNotContain("Not in a group:");
    }

    private static String usage(String command) {
        return Streamclr.commandLine().getSubcommands().get(command).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /** Units differ where what is counted does, and so does what a label stands for. */
    @Test
    void anOptionHasOneLabelInAllCommands() {
        Map<String, Set<String>> labels = new TreeMap<>();
        commands().forEach(command -> command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden() && option.arity().max() > 0)
                .forEach(option -> labels.computeIfAbsent(option.longestName(), name -> new TreeSet<>())
                        .add(option.paramLabel())));
        labels.values().removeIf(each -> each.size() == 1);

        assertThat(labels)
                .isEqualTo(Map.of(
                        "--batch-size", Set.of("PAIRS", "IMAGES"),
                        "--data", Set.of("PATH", "PATH|NAME"),
                        "--labels", Set.of("auto|folders|none", "SHARE"),
                        "--measured", Set.of("FILE", "N"),
                        "--out", Set.of("DIR", "FILE"),
                        "--passes", Set.of("N", "NUMBERS"),
                        "--run", Set.of("ID", "ID[/RANK]", "PATH|NAME")));
    }

    @Test
    void everyCommandThatHasThreadsSaysOnWhatTheyCompute() {
        assertThat(commands().stream()
                        .filter(command -> command.getCommandSpec().findOption("--threads") != null))
                .hasSizeGreaterThan(5)
                .allSatisfy(command -> {
                    CommandSpec spec = command.getCommandSpec();
                    String text = String.join(" ", spec.findOption("--threads").description());
                    assertThat(spec.findOption("--device") != null || text.contains("no graphics card"))
                            .as(command.getCommandName() + ": " + text)
                            .isTrue();
                });
    }

    @Test
    void helpOfACommandIsTheSameHoweverItIsAskedFor() {
        String usage = run("topics", "create", "--help");

        assertThat(usage).startsWith("Usage: streamclr topics create ");
        assertThat(run("help", "topics", "create")).isEqualTo(usage);
        assertThat(run("topics", "help", "create")).isEqualTo(usage);
    }

    @Test
    void whatOnlyHasCommandsBelowItPrintsItsHelp() {
        List<CommandLine> groups = commands().stream()
                .filter(command -> command.getCommand() instanceof CommandsBelow)
                .toList();

        assertThat(groups).hasSizeGreaterThan(5).allSatisfy(group -> {
            List<String> words = new ArrayList<>(
                    List.of(group.getCommandSpec().qualifiedName().split(" ")));
            words.remove(0);
            String usage = group.getUsageMessage(CommandLine.Help.Ansi.OFF);
            assertThat(run(words.toArray(String[]::new))).isEqualTo(usage);
            words.add("help");
            assertThat(run(words.toArray(String[]::new))).isEqualTo(usage);
        });
    }

    @Test
    void helpOfACommandThatThereIsNotSaysThoseThatThereAre() {
        assertThat(refusal("help", "topics", "make"))
                .contains("'streamclr topics' has no command 'make'; it has list, create, release");
    }

    @Test
    void anOptionThatWouldDoNothingIsRefused() {
        assertThat(refusal("views", "show", "--tile=100", "--bootstrap-server=none:1"))
                .contains("--tile is for the picture, so it needs --out FILE");
        assertThat(refusal(
                        "lineage",
                        "--run=first",
                        "--image=0123456789abcdef0123456789abcdef",
                        "--out=" + folder.resolve("slot.png"),
                        "--bootstrap-server=none:1"))
                .contains("--out draws what is in a slot, so it needs --step and --slot, and not --image");
        assertThat(refusal("demo", "--no-page", "--page-port=0"))
                .contains("--no-page and --page-port contradict each other; give one of them");
        assertThat(refusal("topics", "--print-config"))
                .contains("--print-config goes after a command: streamclr topics COMMAND");
    }

    private static String refusal(String... arguments) {
        StringWriter err = new StringWriter();
        int code = Streamclr.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
        assertThat(code).as(String.join(" ", arguments)).isEqualTo(2);
        return err.toString();
    }

    @Test
    void everyCommandSaysTheVersion() {
        assertThat(run("probe", "--version")).startsWith("streamclr ").contains("commit");
        assertThat(run("topics", "create", "--version")).isEqualTo(run("--version"));
    }

    @Test
    void whatAnyCommandPrintsAsItsConfigurationMeansTheSameAgain() throws Exception {
        int options = 0;
        for (CommandLine command : commands()) {
            if (command.getCommandSpec().findOption("--print-config") != null) {
                options += roundTrip(command.getCommandSpec());
            }
        }

        assertThat(options).isGreaterThan(250);
    }

    /** Every option that goes with the first ones; whether values make sense is asked when a command runs, not here. */
    private int roundTrip(CommandSpec spec) throws Exception {
        List<String> words = new ArrayList<>();
        for (CommandSpec at = spec; at.parent() != null; at = at.parent()) {
            words.add(0, at.name());
        }
        List<String> places = new ArrayList<>();
        spec.positionalParameters().stream()
                .filter(place -> place.arity().min() > 0)
                .forEach(place -> places.add(
                        place.completionCandidates() == null
                                ? "1"
                                : place.completionCandidates().iterator().next()));
        List<OptionSpec> given = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            boolean asks = option.usageHelp()
                    || option.versionHelp()
                    || option.longestName().matches("--(print-)?config");
            if (!asks && !option.hidden() && given.stream().noneMatch(other -> exclude(other, option))) {
                given.add(option);
            }
        }
        List<String> first = new ArrayList<>(words);
        given.forEach(option -> first.addAll(word(option)));
        first.addAll(places);
        first.add("--print-config");
        String printed = run(first.toArray(String[]::new));
        Path file = Files.writeString(folder.resolve("config.yaml"), printed);
        List<String> second = new ArrayList<>(words);
        second.addAll(List.of("--config", file.toString(), "--print-config"));
        second.addAll(places);

        assertThat(run(second.toArray(String[]::new)))
                .as(String.join(" ", first))
                .isEqualTo(printed);
        given.forEach(option -> assertThat(printed.lines().map(String::strip))
                .as(String.join(" ", first))
                .anyMatch(line -> line.startsWith(option.longestName().substring(2) + ":")));
        return given.size();
    }

    private static boolean exclude(OptionSpec one, OptionSpec other) {
        ArgGroupSpec group = outermost(one.group());
        return group != null
                && group.exclusive()
                && !one.group().equals(other.group())
                && group.equals(outermost(other.group()));
    }

    private static ArgGroupSpec outermost(ArgGroupSpec group) {
        return group == null || group.parentGroup() == null ? group : outermost(group.parentGroup());
    }

    private static List<String> word(OptionSpec option) {
        if (option.arity().max() == 0) {
            return List.of(option.longestName());
        }
        String value = VALUES.get(option.longestName());
        if (value == null && option.completionCandidates() != null) {
            value = option.completionCandidates().iterator().next();
        }
        return List.of(option.longestName() + "=" + (value == null ? "1" : value));
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(code).as(String.join(" ", arguments) + ": " + err).isZero();
        return out.toString();
    }

    private static List<CommandLine> commands() {
        List<CommandLine> commands = new ArrayList<>(List.of(Streamclr.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }
        return commands;
    }

    @Test
    void defaultsAreSaidInOneForm() {
        List<CommandLine> commands = new ArrayList<>(List.of(Streamclr.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        assertThat(commands).allSatisfy(command -> assertThat(command.getUsageMessage())
                .as(command.getCommandName())
                .doesNotContain("Default:"));
    }
}
