package io.streamclr.console;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A help whose lines end between words. Java takes a place within a word for a place to break a line at too, so
 * {@code --page-port} and web addresses would be cut in two, which nobody can copy. While lines are made, such characters
 * are others, which nobody uses and which count for one as well.
 */
final class WholeWords extends Help {

    /** What Java breaks lines after, where something of the same word follows. */
    private static final Pattern BREAKABLE = Pattern.compile("[-:.,?!)\\]%/|](?=\\S)");

    /** Where Unicode has characters for private use. */
    private static final char PRIVATE = '\uE100';

    private static final Pattern GLUED = Pattern.compile("[\uE100-\uE17F]");

    private WholeWords(CommandSpec spec, ColorScheme colours) {
        super(spec, colours);
    }

    /** Has a command and those below it print such a help. */
    static void addTo(CommandLine command) {
        glueTexts(command);
        command.setHelpFactory(WholeWords::new);
        Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
        sections.replaceAll((key, section) -> help -> unglued(section.render(help)));
        command.setHelpSectionMap(sections);
    }

    private static void glueTexts(CommandLine command) {
        UsageMessageSpec texts = command.getCommandSpec().usageMessage();
        texts.description(gluedFormats(texts.description()));
        texts.footer(gluedFormats(texts.footer()));
        command.getSubcommands().values().forEach(WholeWords::glueTexts);
    }

    @Override
    public IOptionRenderer createDefaultOptionRenderer() {
        IOptionRenderer usual = super.createDefaultOptionRenderer();
        return (option, labels, colours) -> glued(usual.render(option, labels, colours), colours);
    }

    @Override
    public IParameterRenderer createDefaultParameterRenderer() {
        IParameterRenderer usual = super.createDefaultParameterRenderer();
        return (place, labels, colours) -> glued(usual.render(place, labels, colours), colours);
    }

    @Override
    public IParamLabelRenderer parameterLabelRenderer() {
        IParamLabelRenderer usual = super.parameterLabelRenderer();
        return new IParamLabelRenderer() {
            @Override
            public Text renderParameterLabel(ArgSpec value, Ansi ansi, List<IStyle> styles) {
                String label = usual.renderParameterLabel(value, ansi, styles).plainString();
                return colorScheme().apply(glued(label), styles);
            }

            @Override
            public String separator() {
                return usual.separator();
            }
        };
    }

    /** The last column is the description. */
    private static Text[][] glued(Text[][] rows, ColorScheme colours) {
        for (Text[] row : rows) {
            int last = row.length - 1;
            row[last] = colours.text(glued(row[last].plainString()));
        }
        return rows;
    }

    /** Texts that picocli formats later, so that a percent sign in them is not one yet. */
    private static String[] gluedFormats(String... texts) {
        return Arrays.stream(texts)
                .map(text -> Arrays.stream(text.split("(?<=%.)|(?=%)"))
                        .map(part -> part.startsWith("%") ? part : glued(part))
                        .collect(Collectors.joining()))
                .toArray(String[]::new);
    }

    private static String glued(String text) {
        return BREAKABLE
                .matcher(text)
                .replaceAll(found ->
                        Character.toString((char) (PRIVATE + found.group().charAt(0))));
    }

    private static String unglued(String text) {
        return GLUED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        Character.toString((char) (found.group().charAt(0) - PRIVATE))));
    }
}
