package io.streamclr.console;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The script by which a shell completes our commands: picocli's, of a copy of the commands in which the label of each value
 * is its option's own. The script keeps the values of an option in a variable that is called by the label, so options of
 * one label would offer the values of the last.
 */
final class CompletionScript {

    /** Labels of values that are places of files. */
    private static final Set<String> PLACES = Set.of("DIR", "FILE", "FILES", "FILE.yaml", "IMAGES", "PATH", "PLACE");

    /** Ends the label of values that are words or files; picocli's script offers one kind alone. */
    private static final String OR_FILES = "_or_files";

    private static final Pattern OFFERED_WORDS =
            Pattern.compile("(compReplyArray \"\\$\\{\\w+" + OR_FILES + "_option_args\\[@]}\")");

    /**
     * Puts together what bash splits at = and :, such as --device=gpu:0, and says only what comes after the colon that is
     * there.
     */
    private static final String WHOLE_WORDS = """

            function _whole_words_NAME() {
              local -a whole=()
              local i at=0 word glue="" begin="" end
              for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
                word=${COMP_WORDS[i]}
                if [[ $word == = && $i -gt 0 && ${whole[${#whole[@]}-1]} == --* ]]; then
                  whole+=("")
                  glue=1
                elif [[ $i -gt 0 && ( -n $glue || $word == : ) ]]; then
                  whole[${#whole[@]}-1]+=$word
                  [[ $word == : ]] && glue=1 || glue=""
                else
                  whole+=("$word")
                fi
                [[ $i -eq $COMP_CWORD ]] && at=$((${#whole[@]} - 1))
              done
              local -a COMP_WORDS=("${whole[@]}")
              local COMP_CWORD=$at
              _complete_NAME
              end=$?
              begin=${COMP_WORDS[COMP_CWORD]}
              if [[ $begin == *:* ]]; then
                begin=${begin%"${begin##*:}"}
                for i in "${!COMPREPLY[@]}"; do
                  COMPREPLY[i]=${COMPREPLY[i]#"$begin"}
                done
              fi
              return $end
            }

            complete -F _whole_words_NAME -o default NAME
            """;

    private CompletionScript() {}

    /** Of a command and all below it, for bash. */
    static String bash(CommandSpec root) {
        return ofPicocli(root) + WHOLE_WORDS.replace("NAME", root.name());
    }

    /** The same for zsh, where words are whole already. */
    static String zsh(CommandSpec root) {
        // A shell that never completed anything has not loaded what bashcompinit needs.
        return "autoload -U +X compinit && compinit\n" + ofPicocli(root);
    }

    private static String ofPicocli(CommandSpec root) {
        String script = AutoComplete.bash(root.name(), new CommandLine(copy(root)));
        return OFFERED_WORDS.matcher(script).replaceAll("$1; compgen -f -- \"\\${curr_word}\"");
    }

    private static CommandSpec copy(CommandSpec spec) {
        CommandSpec copy = CommandSpec.create().name(spec.name());
        spec.options().stream()
                .filter(option -> !option.hidden())
                .map(CompletionScript::copy)
                .forEach(copy::addOption);
        for (PositionalParamSpec place : spec.positionalParameters()) {
            boolean command = spec.helpCommand();
            copy.addPositional(PositionalParamSpec.builder()
                    .index(command ? "0" : place.index().toString())
                    .type(type(place))
                    .completionCandidates(command ? spec.parent().subcommands().keySet() : place.completionCandidates())
                    .build());
        }
        spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(below -> !below.usageMessage().hidden())
                .forEach(below -> copy.addSubcommand(below.name(), copy(below)));
        return copy;
    }

    private static OptionSpec copy(OptionSpec option) {
        boolean both = option.completionCandidates() != null && isPlace(option);
        String name = option.longestName().replaceFirst("^-+", "").replace('-', '_');
        return OptionSpec.builder(option.names())
                .usageHelp(option.usageHelp())
                .versionHelp(option.versionHelp())
                .arity(option.arity())
                .type(type(option))
                .completionCandidates(option.completionCandidates())
                .paramLabel(both ? name + OR_FILES : name)
                .build();
    }

    /** Of values that are words, as far as the script must know; it offers files for paths. */
    private static Class<?> type(ArgSpec value) {
        if (value.arity().max() == 0) {
            return boolean.class;
        }
        return isPlace(value) && value.completionCandidates() == null ? Path.class : String.class;
    }

    /** Whether values are files or folders. */
    static boolean isPlace(ArgSpec value) {
        return Arrays.asList(value.auxiliaryTypes()).contains(Path.class)
                || Arrays.stream(value.paramLabel().split("\\|")).anyMatch(PLACES::contains);
    }
}
