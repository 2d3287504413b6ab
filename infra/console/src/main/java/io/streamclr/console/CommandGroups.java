package io.streamclr.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The list of commands in the help, in groups of what people come for. */
final class CommandGroups {

    private static final Map<String, List<String>> GROUPS = groups();

    private CommandGroups() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("The whole system on this machine", List.of("demo", "broker", "experiment", "bench"));
        groups.put("The processes, for any cluster", List.of("ingest", "receive", "augment", "train"));
        groups.put("Use encoders", List.of("probe", "embed", "search", "embeddings", "export"));
        groups.put("Look and check", List.of("page", "topics", "views", "rejects", "decode", "lineage", "replay"));
        groups.put("Machines", List.of("plan", "check-gpu"));
        return groups;
    }

    /** The sections of picocli's help, with this list in place of its own. */
    static Map<String, IHelpSectionRenderer> sections() {
        Map<String, IHelpSectionRenderer> sections =
                new LinkedHashMap<>(new CommandLine(new Nothing()).getHelpSectionMap());
        IHelpSectionRenderer usual = sections.get(UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
        sections.put(
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
                help -> help.commandSpec().parent() == null ? inGroups(help) : usual.render(help));
        sections.computeIfPresent(
                UsageMessageSpec.SECTION_KEY_OPTION_LIST, (key, options) -> OptionGroups.section(options));
        IHelpSectionRenderer heading = sections.get(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
        sections.put(
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING,
                help -> help.commandSpec().parent() == null ? "" : heading.render(help));
        return sections;
    }

    private static String inGroups(Help help) {
        Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
        StringBuilder text = new StringBuilder();
        GROUPS.forEach((title, names) -> {
            Map<String, Help> group = new LinkedHashMap<>();
            names.forEach(name -> {
                if (left.containsKey(name)) {
                    group.put(name, left.remove(name));
                }
            });
            append(text, help, title, group);
        });
        append(text, help, "Help", left);
        return text.toString();
    }

    private static void append(StringBuilder text, Help help, String title, Map<String, Help> group) {
        if (!group.isEmpty()) {
            text.append(System.lineSeparator())
                    .append(help.colorScheme().text("@|bold " + title + ":|@"))
                    .append(System.lineSeparator())
                    .append(help.commandList(group));
        }
    }

    @CommandLine.Command
    private static final class Nothing {}
}
