package io.streamclr.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.streamclr.augment.view.Recipe;
import io.streamclr.process.command.WordConverter;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a real bash offers by the script that we print. */
class CompletionTest {

    /** Calls the function as bash does when somebody types a tab, for each line that it reads. */
    private static final String TABS = """
            compopt() { :; }
            source ./completion
            while IFS= read -r line; do
              eval "COMP_WORDS=($line)"
              COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="$line" COMPREPLY=()
              function="$(complete -p streamclr)"
              function="${function#*-F }"
              "${function%% *}"
              printf '%s' "${COMPREPLY[*]}" | tr '\\n' ' '
              echo
            done
            """;

    private static final Set<String> PLACES = Set.of("DIR", "FILE", "FILES", "FILE.yaml", "IMAGES", "PATH", "PLACE");

    @TempDir
    private Path folder;

    @BeforeEach
    void writeTheScript() throws Exception {
        Files.writeString(folder.resolve("completion"), printed("bash"));
        Files.writeString(folder.resolve("some.file"), "");
    }

    @Test
    void commandsAndOptionsAreOffered() throws Exception {
        assertThat(offered(
                        "streamclr tra",
                        "streamclr topics create --part",
                        "streamclr topics cre",
                        "streamclr help top"))
                .containsExactly(List.of("train"), List.of("--partitions"), List.of("create"), List.of("topics"));
    }

    @Test
    void eachOptionOfWordsOffersItsOwnAndNoOther() throws Exception {
        List<Value> values = all().filter(value -> value.candidates() != null).toList();
        List<List<String>> offered =
                offered(values.stream().map(value -> value.line() + " ''").toArray(String[]::new));

        assertThat(values).hasSizeGreaterThan(60);
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            assertThat(offered.get(i))
                    .as(value.line())
                    .filteredOn(word -> !value.isPlace() || !Files.exists(folder.resolve(word)))
                    .containsExactlyInAnyOrderElementsOf(value.candidates());
        }
    }

    @Test
    void whatIsOfferedStandsInTheHelpAsItIsOffered() {
        assertThat(all().filter(value -> value.candidates() != null)).allSatisfy(value -> assertThat(
                        String.join(" ", value.of().description()) + " "
                                + value.of().paramLabel())
                .as(value.line())
                .satisfies(text -> assertThat(value.candidates()).allSatisfy(word -> {
                    String help = text.replace("${COMPLETION-CANDIDATES}", String.join(", ", value.candidates()));
                    assertThat(help).containsPattern("(?<![\\w-])" + word + "(?![\\w-])");
                })));
    }

    @Test
    void whatIsOfferedIsInSmallLettersUnlessTheRecordsOfTopicsHaveItOtherwise() {
        assertThat(all().filter(value ->
                        value.candidates() != null && !value.line().endsWith(" --reason")))
                .allSatisfy(
                        value -> assertThat(value.candidates()).as(value.line()).allSatisfy(word -> assertThat(word)
                                .isEqualTo(word.toLowerCase(Locale.ROOT))));
    }

    @Test
    void whatIsOfferedIsTaken() {
        assertThat(all().filter(value -> value.candidates() != null)).allSatisfy(value -> {
            for (String word : value.candidates()) {
                assertThatCode(() -> take(value.of(), word))
                        .as(value.line() + " " + word)
                        .doesNotThrowAnyException();
            }
        });
    }

    /** By its type, or where that is a text, as the command reads it later. */
    private static void take(ArgSpec of, String word) throws Exception {
        String name = of.isOption() ? ((OptionSpec) of).longestName() : of.paramLabel();
        switch (name) {
            case "--recipe" -> Recipe.parse(word);
            case "--device" -> TorchDevice.parse(word);
            default -> {
                CommandSpec alone = CommandSpec.create();
                alone.addOption(OptionSpec.builder("--alone")
                        .type(of.type())
                        .auxiliaryTypes(of.auxiliaryTypes())
                        .arity(of.arity())
                        .converters(of.converters())
                        .build());
                CommandLine line = new CommandLine(alone);
                WordConverter.addTo(line);
                line.parseArgs("--alone=" + word);
            }
        }
    }

    @Test
    void aWrongWordIsRefusedWithTheRightOnes() {
        assertThat(all().filter(value ->
                        Arrays.stream(value.of().auxiliaryTypes()).anyMatch(Class::isEnum)))
                .hasSizeGreaterThan(20)
                .allSatisfy(value -> {
                    StringWriter said = new StringWriter();
                    int code = Streamclr.commandLine()
                            .setErr(new PrintWriter(said, true))
                            .execute((value.line() + " nonsense")
                                    .substring("streamclr ".length())
                                    .split(" "));
                    assertThat(code).as(value.line()).isEqualTo(2);
                    assertThat(said.toString())
                            .contains(" is 'nonsense', but it must be one of " + String.join(", ", value.candidates()));
                });
    }

    @Test
    void whatHasFewValuesOffersThem() {
        assertThat(all().filter(value -> Arrays.stream(value.of().auxiliaryTypes())
                        .anyMatch(type -> type.isEnum() || type == Boolean.class)))
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        value -> assertThat(value.candidates()).as(value.line()).isNotEmpty());
    }

    @Test
    void whateverTakesAFolderOrAFileOffersThem() throws Exception {
        List<Value> values = all().filter(Value::isPlace).toList();
        List<List<String>> offered =
                offered(values.stream().map(value -> value.line() + " som").toArray(String[]::new));

        assertThat(values).hasSizeGreaterThan(60);
        for (int i = 0; i < values.size(); i++) {
            assertThat(offered.get(i)).as(values.get(i).line()).containsExactly("some.file");
        }
    }

    @Test
    void wordsThatBashSplitsAreCompletedToo() throws Exception {
        assertThat(offered(
                        "streamclr train --precision = fl",
                        "streamclr train --precision =",
                        "streamclr train --device gpu :",
                        "streamclr train --device = gpu : 1",
                        "streamclr demo --data cif",
                        "streamclr demo --data = som"))
                .containsExactly(
                        List.of("float32", "float16"),
                        List.of("float32", "bfloat16", "float16"),
                        List.of("0", "1"),
                        List.of("1"),
                        List.of("cifar10"),
                        List.of("some.file"));
    }

    @Test
    void zshAndNoOtherShellHasAScriptToo() {
        assertThat(printed("zsh"))
                .startsWith("autoload -U +X compinit && compinit\n")
                .contains("bashcompinit");
        StringWriter said = new StringWriter();
        int code = Streamclr.commandLine().setErr(new PrintWriter(said, true)).execute("completion", "fish");

        assertThat(code).isEqualTo(2);
        assertThat(said.toString()).contains("SHELL is 'fish', but it must be one of bash, zsh");
    }

    /** What a tab after each of these lines offers. */
    private List<List<String>> offered(String... lines) throws Exception {
        Path typed = Files.write(folder.resolve("typed"), List.of(lines));
        Process bash = new ProcessBuilder("bash", "-c", TABS)
                .directory(folder.toFile())
                .redirectInput(typed.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        List<List<String>> offered = said.lines()
                .map(line -> line.isBlank()
                        ? List.<String>of()
                        : List.of(line.strip().split(" +")))
                .toList();
        assertThat(offered).as(said).hasSameSizeAs(lines);
        return offered;
    }

    private static String printed(String shell) {
        StringWriter out = new StringWriter();
        int code = Streamclr.commandLine().setOut(new PrintWriter(out, true)).execute("completion", shell);
        assertThat(code).isZero();
        return out.toString();
    }

    /** Something that takes a value, and what stands before that on the command line. */
    private record Value(String line, ArgSpec of) {

        List<String> candidates() {
            return of.completionCandidates() == null
                    ? null
                    : StreamSupport.stream(of.completionCandidates().spliterator(), false)
                            .toList();
        }

        boolean isPlace() {
            return Arrays.asList(of.auxiliaryTypes()).contains(Path.class)
                    || Arrays.stream(of.paramLabel().split("\\|")).anyMatch(PLACES::contains);
        }
    }

    /** Every value of every command. */
    private static Stream<Value> all() {
        List<Value> all = new ArrayList<>();
        collect("streamclr", Streamclr.commandLine().getCommandSpec(), all);
        return all.stream();
    }

    private static void collect(String words, CommandSpec spec, List<Value> into) {
        spec.options().stream()
                .filter(option -> !option.hidden() && option.arity().max() > 0)
                .forEach(option -> into.add(new Value(words + " " + option.longestName(), option)));
        spec.positionalParameters().forEach(place -> into.add(new Value(words, place)));
        spec.subcommands().forEach((name, below) -> collect(words + " " + name, below.getCommandSpec(), into));
    }
}
