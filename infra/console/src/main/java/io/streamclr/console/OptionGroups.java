package io.streamclr.console;

import io.streamclr.console.probe.ProbeCommand;
import io.streamclr.trainer.command.TrainCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options in the help of {@code train} and {@code probe}, of which there are too many for one list. */
final class OptionGroups {

    private static final Map<Class<?>, Map<String, List<String>>> GROUPS =
            Map.of(TrainCommand.class, train(), ProbeCommand.class, probe());

    private OptionGroups() {}

    private static Map<String, List<String>> probe() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Encoder and images", List.of("--encoder", "--data", "--test", "--recipe", "--limit"));
        groups.put("Labels", List.of("--labels", "--seeds", "--seed", "--class-names"));
        groups.put("Evaluation of the frozen encoder", List.of("--evaluation", "--epochs", "--maps"));
        groups.put(
                "Training of whole networks",
                List.of(
                        "--fine-tune",
                        "--from-head",
                        "--save",
                        "--supervised",
                        "--steps",
                        "--minutes",
                        "--optimiser",
                        "--learning-rate",
                        "--batch-size"));
        groups.put(
                "Other", List.of("--out", "--threads", "--config", "--print-config", "--json", "--help", "--version"));
        return groups;
    }

    private static Map<String, List<String>> train() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(
                "Topics",
                List.of(
                        "--bootstrap-server",
                        "--kafka-config",
                        "--views-topic",
                        "--batches-topic",
                        "--encoders-topic",
                        "--images-topic"));
        groups.put("Run", List.of("--run", "--preset", "--steps", "--seed", "--replay", "--resume-from"));
        groups.put(
                "Saving", List.of("--checkpoints", "--save-every", "--keep", "--delete-consumed-views", "--publish"));
        groups.put(
                "Batches and devices",
                List.of(
                        "--batch-size",
                        "--chunk",
                        "--remember",
                        "--block",
                        "--ranks",
                        "--device",
                        "--allow-tf32",
                        "--threads"));
        groups.put(
                "Network",
                List.of(
                        "--weights",
                        "--freeze-steps",
                        "--layer-decay",
                        "--backbone",
                        "--patch",
                        "--freeze-patch",
                        "--depth",
                        "--width",
                        "--late-width",
                        "--stem",
                        "--stages",
                        "--norm",
                        "--zero-gamma",
                        "--normalise",
                        "--precision",
                        "--head-layers",
                        "--head-hidden",
                        "--head-output",
                        "--head-spread",
                        "--whiten"));
        groups.put(
                "Loss",
                List.of(
                        "--loss",
                        "--temperature",
                        "--tau-plus",
                        "--beta",
                        "--false-negatives",
                        "--false-negative-cosine",
                        "--support",
                        "--mask-near-duplicates",
                        "--mask-picture-hash",
                        "--same-image"));
        groups.put(
                "Optimisation",
                List.of(
                        "--optimiser",
                        "--learning-rate",
                        "--scaling",
                        "--weight-decay",
                        "--momentum",
                        "--beta2",
                        "--trust-coefficient",
                        "--nesterov",
                        "--clip-gradients",
                        "--warm-up",
                        "--schedule",
                        "--cool-down",
                        "--cool-down-form"));
        groups.put(
                "Memory",
                List.of(
                        "--memory",
                        "--memory-size",
                        "--replayed-share",
                        "--updates",
                        "--teacher-weight",
                        "--teacher-decay"));
        groups.put(
                "Health",
                List.of(
                        "--measure-every",
                        "--least-rank",
                        "--on-collapse",
                        "--probe-data",
                        "--probe-every",
                        "--probe-images",
                        "--most-forgotten",
                        "--old-data",
                        "--metrics-port",
                        "--metrics-host",
                        "--mlflow",
                        "--mlflow-experiment"));
        groups.put(
                "Page",
                List.of("--page-port", "--page-host", "--page-token-file", "--rejects-topic", "--embeddings-topic"));
        groups.put("Other", List.of("--config", "--print-config", "--json", "--help", "--version"));
        return groups;
    }

    /** The usual list, but for some commands in groups. */
    static IHelpSectionRenderer section(IHelpSectionRenderer usual) {
        return help -> {
            Object command = help.commandSpec().userObject();
            Map<String, List<String>> groups = command == null ? null : GROUPS.get(command.getClass());
            return groups == null ? usual.render(help) : inGroups(help, groups);
        };
    }

    private static String inGroups(Help help, Map<String, List<String>> groups) {
        List<OptionSpec> left = new ArrayList<>(help.commandSpec().options());
        StringBuilder text = new StringBuilder();
        groups.forEach((title, names) -> {
            List<OptionSpec> group = names.stream()
                    .map(help.commandSpec()::findOption)
                    .filter(left::remove)
                    .toList();
            append(text, help, title, group);
        });
        append(
                text,
                help,
                "Not in a group",
                left.stream().filter(option -> !option.hidden()).toList());
        return text.toString();
    }

    private static void append(StringBuilder text, Help help, String title, List<OptionSpec> group) {
        if (!group.isEmpty()) {
            text.append(System.lineSeparator())
                    .append(help.colorScheme().text("@|bold " + title + ":|@"))
                    .append(System.lineSeparator())
                    .append(help.optionListExcludingGroups(
                            group, help.createDefaultLayout(), null, help.parameterLabelRenderer()));
        }
    }

    /** The options of a command as its help has them one after the other. */
    static List<OptionSpec> inOrder(CommandSpec command) {
        Map<String, List<String>> groups = command.userObject() == null
                ? null
                : GROUPS.get(command.userObject().getClass());
        if (groups == null) {
            return command.options();
        }
        Set<OptionSpec> all = new LinkedHashSet<>();
        groups.values().stream()
                .flatMap(List::stream)
                .map(command::findOption)
                .filter(Objects::nonNull)
                .forEach(all::add);
        all.addAll(command.options());
        return List.copyOf(all);
    }
}
