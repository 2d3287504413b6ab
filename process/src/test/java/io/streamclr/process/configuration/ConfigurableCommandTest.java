package io.streamclr.process.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.process.command.DurationConverter;
import io.streamclr.process.command.OtherNames;
import io.streamclr.process.command.Standing;
import io.streamclr.process.version.Build;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class ConfigurableCommandTest {

    @TempDir
    private Path folder;

    @Command(
            name = "tool",
            subcommands = {Learn.class, Look.class, Send.class})
    private static final class Tool implements Runnable {

        @Override
        public void run() {
            throw new IllegalStateException("a subcommand does the work");
        }
    }

    @Command(name = "learn")
    private static final class Learn implements Runnable {

        @Option(names = "--run", required = true)
        private String run;

        @Option(names = "--batch-size", defaultValue = "256")
        private int batch;

        @Option(names = "--rate", defaultValue = "0.1")
        private double rate;

        @Option(names = "--sharp")
        private boolean sharp;

        @Option(names = "--attribute")
        private List<String> attributes;

        @Option(names = "--data")
        @SuppressWarnings("UnusedVariable") // only printed
        private String data;

        @Option(names = "--absence", defaultValue = "4h", converter = DurationConverter.class)
        @SuppressWarnings("UnusedVariable") // only printed
        private Duration absence;

        @Option(names = "--every", description = "How often (default: 500,10m).")
        @SuppressWarnings("UnusedVariable") // only printed
        private Optional<String> every = Optional.empty();

        @Option(names = "--depth", description = "How deep (default: by --preset).")
        @SuppressWarnings("UnusedVariable") // only printed
        private Optional<Integer> depth = Optional.empty();

        @Mixin
        @SuppressWarnings("UnusedVariable") // only printed
        private Broker broker = new Broker();

        @Option(names = "--property")
        @SuppressWarnings("UnusedVariable") // only printed
        private Map<String, String> properties = new HashMap<>();

        @Override
        public void run() {
            done = List.of(run, batch, rate, sharp, attributes == null ? List.of() : attributes);
        }
    }

    private static final class Broker implements Standing {

        @Option(names = "--server")
        @SuppressWarnings("UnusedVariable") // only printed
        private Optional<String> server = Optional.empty();

        @Override
        public Optional<String> standing(String option) {
            return option.equals("--server") ? Optional.of("of-a-variable:1") : Optional.empty();
        }
    }

    @Command(name = "send")
    private static final class Send implements Runnable {

        @Parameters(arity = "1..*", paramLabel = "PLACES")
        @SuppressWarnings("UnusedVariable") // only printed
        private List<String> places;

        @Override
        public void run() {
            throw new IllegalStateException("it is only printed");
        }
    }

    @Command(name = "look")
    private static final class Look implements Runnable {

        @ArgGroup(exclusive = true, multiplicity = "1")
        private What what;

        private static final class What {

            @Option(names = "--step", required = true)
            private int step;

            @Option(names = "--image", required = true)
            private String image;
        }

        @Override
        public void run() {
            done = List.of(what.step, String.valueOf(what.image));
        }
    }

    private static List<Object> done;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        done = List.of();
        ConfigurableCommand command = new ConfigurableCommand(new Tool());
        OtherNames.addTo(command);
        return command.configurable()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "config", ".yaml"), text)
                .toString();
    }

    @Test
    void valuesOfTheFileHoldAndTheCommandLineOutranksThem() throws IOException {
        String file = file("batch-size: 64\nlearn:\n  run: no\n  rate: 1e-3\n  sharp: true\n  attribute: [a=1, b=2]\n");

        assertThat(execute("learn", "--config", file, "--batch-size", "8")).isZero();

        assertThat(done).containsExactly("no", 8, 0.001, true, List.of("a=1", "b=2"));
    }

    @Test
    void theGroupOfACommandOutranksWhatIsForAll() throws IOException {
        String file = file("run: all\nbatch-size: 64\nlearn:\n  run: mine\nlook:\n  step: 3\n");

        assertThat(execute("learn", "--config=" + file)).isZero();
        assertThat(done).startsWith("mine", 64);
        assertThat(execute("look", "--config=" + file)).isZero();
        assertThat(done).containsExactly(3, "null");
    }

    @Test
    void aCommandMayHaveAllItsValuesInComments() throws IOException {
        assertThat(execute("learn", "--run", "r", "--config", file("learn:\n  # rate: 1\n")))
                .isZero();

        assertThat(done).startsWith("r");
    }

    @Test
    void anEmptyValueLeavesTheDefault() throws IOException {
        assertThat(execute("learn", "--run", "r", "--config", file("learn:\n  rate: 1\n  batch-size:\n  depth:\n")))
                .isZero();

        assertThat(done).startsWith("r", 256, 1.0);
    }

    @Test
    void aFlagInTheFileIsNotTurnedOffByTheSameFlagOnTheCommandLine() throws IOException {
        assertThat(execute("learn", "--run", "r", "--sharp", "--config", file("sharp: true")))
                .isZero();

        assertThat(done).contains(true);
    }

    @Test
    void anOtherNameOnTheCommandLineOutranksTheFileToo() throws IOException {
        assertThat(execute("learn", "--run", "r", "--batch", "8", "--config", file("batch-size: 64")))
                .isZero();
        assertThat(done).startsWith("r", 8);

        assertThat(execute("learn", "--run", "r", "--batch-size", "8", "--config", file("batch: 64")))
                .isZero();
        assertThat(done).startsWith("r", 8);
    }

    @Test
    void anOptionThatExcludesTheFilesOneOutranksIt() throws IOException {
        assertThat(execute("look", "--image", "cat", "--config", file("step: 3")))
                .isZero();

        assertThat(done).containsExactly(0, "cat");
    }

    @Test
    void anUnknownNameIsRefusedWithTheNearestKnownOne() throws IOException {
        String file = file("batch-sice: 64\n");

        assertThat(execute("learn", "--run", "r", "--config", file)).isEqualTo(2);

        assertThat(done).isEmpty();
        assertThat(err.toString())
                .startsWith("'batch-sice' in " + file + " is no option of tool; did you mean 'batch-size'?");
    }

    @Test
    void anUnknownGroupIsRefusedWithTheNearestCommand() throws IOException {
        String file = file("lern:\n  rate: 1\n");

        assertThat(execute("learn", "--run", "r", "--config", file)).isEqualTo(2);

        assertThat(err.toString()).startsWith("'lern' in " + file + " is no command of tool; did you mean 'learn'?");
    }

    @Test
    void aFileThatIsNoneIsRefusedInOneSentence() throws IOException {
        assertThat(execute("learn", "--config", folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("The configuration file " + folder.resolve("none") + " does not exist");

        err.getBuffer().setLength(0);
        String bad = file("rate: [1\n");
        assertThat(execute("learn", "--config", bad)).isEqualTo(2);
        assertThat(err.toString()).startsWith("The configuration file " + bad + " cannot be read as YAML: ");
    }

    @Test
    void aMappingWithinItselfAndOneOfManyAliasesAreRefused() throws IOException {
        String endless = file("learn: &x {learn: *x}\n");
        assertThat(execute("learn", "--run", "r", "--config", endless)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("The configuration file " + endless
                        + " cannot be read as YAML: only a text may be repeated by an alias (*); ");

        err.getBuffer().setLength(0);
        String many = file("learn:\n  attribute: &a [x, x]\nlook: {image: [*a, *a]}\n");
        assertThat(execute("learn", "--run", "r", "--config", many)).isEqualTo(2);
        assertThat(err.toString()).contains("only a text may be repeated by an alias (*)");

        assertThat(execute("learn", "--config", file("learn: {run: &r mine, data: *r}\n")))
                .isZero();
        assertThat(done).startsWith("mine");
    }

    @Test
    void aFolderAndWhatIsTooLargeAreRefused() throws IOException {
        assertThat(execute("learn", "--run", "r", "--config", folder.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("The configuration " + folder + " is a folder; ");

        err.getBuffer().setLength(0);
        String large = file("#".repeat((1 << 20) + 1));
        assertThat(execute("learn", "--run", "r", "--config", large)).isEqualTo(2);
        assertThat(err.toString()).startsWith("The configuration file " + large + " is larger than 1 MiB; ");
        assertThat(done).isEmpty();
    }

    @Test
    void noOptionsAreReadFromAnAtFileWhoseConfigurationWouldBePassedOver() throws IOException {
        String more = file("--config=" + file("rate: 7") + "\n");

        assertThat(execute("learn", "--run", "r", "@" + more)).isEqualTo(2);

        assertThat(done).isEmpty();
        assertThat(err.toString()).contains("@" + more);
    }

    @Test
    void whatIsPrintedMeansTheSameAgain() throws IOException {
        assertThat(execute(
                        "learn",
                        "--run",
                        "r1",
                        "--sharp",
                        "--attribute",
                        "x: 1",
                        "--attribute",
                        "y=#",
                        "--print-config"))
                .isZero();
        assertThat(done).isEmpty();
        assertThat(out.toString()).contains("\n  # batch-size: 256\n").contains("\n  sharp: true\n");

        assertThat(execute("learn", "--config", file(out.toString()))).isZero();

        assertThat(done).containsExactly("r1", 256, 0.1, true, List.of("x: 1", "y=#"));
    }

    @Test
    void whatIsAtItsDefaultIsPrintedAsItsOptionReadsIt() throws IOException {
        assertThat(execute("learn", "--run", "r1", "--print-config")).isZero();

        assertThat(out.toString()).contains("\n  # absence: 4h\n").contains("\n  # property:\n");

        String uncommented = out.toString().replace("  # absence", "  absence");
        assertThat(execute("learn", "--config", file(uncommented))).isZero();
    }

    @Test
    void whatHoldsWithoutADefaultIsPrintedTooAndTheWordsOfTheCommandLineAreSaid() {
        assertThat(execute("send", "a.tar", "b c", "--print-config")).isZero();
        assertThat(execute("send", "--print-config")).isZero();
        assertThat(execute("learn", "--run", "r1", "--print-config")).isZero();

        assertThat(out.toString())
                .contains("\n# on the command line: a.tar 'b c'\n")
                .contains("\n# on the command line: PLACES (required)\n")
                .contains("\n  # every: 500,10m\n")
                .contains("\n  # depth:  # by --preset\n")
                .contains("\n  # server: of-a-variable:1\n");
    }

    @Test
    void whatIsRequiredNeedNotBeThereToBePrinted() {
        assertThat(execute("learn", "--sharp", "--print-config")).isZero();
        assertThat(out.toString()).contains("\n  # run:  # required\n").contains("\n  sharp: true\n");
        assertThat(execute("look", "--print-config")).isZero();
        assertThat(out.toString()).contains("\n  # step:  # required, or one of the others");

        assertThat(execute("learn", "--rate", "fast", "--print-config")).isEqualTo(2);
        assertThat(err.toString()).contains("'fast'");
        assertThat(execute("learn")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--run");
    }

    @Test
    void optionsArePrintedInTheOrderThatTheHelpHas() {
        ConfigurableCommand command = new ConfigurableCommand(new Learn());
        command.configurable(spec -> spec.options().stream()
                        .sorted(Comparator.comparing(OptionSpec::longestName))
                        .toList())
                .setOut(new PrintWriter(out, true))
                .execute("--print-config");

        assertThat(out.toString().lines().filter(line -> line.contains(": ")).map(String::strip))
                .containsSubsequence("# absence: 4h", "# batch-size: 256", "# rate: 0.1", "# sharp: false");
    }

    @Test
    void aPasswordInAnAddressIsNotPrinted() {
        assertThat(execute("learn", "--run", "r", "--data", "https://me:hush@host/x.tar", "--print-config"))
                .isZero();

        assertThat(out.toString()).contains("# data: (not printed").doesNotContain("hush");
        for (String address : List.of("s3://hush@bucket/x", "https://host/x.tar?signature=hush")) {
            out.getBuffer().setLength(0);
            assertThat(execute("learn", "--run", "r", "--data", address, "--print-config"))
                    .isZero();
            assertThat(out.toString()).contains("# data: (not printed").doesNotContain("hush");
        }
    }

    @Test
    void aProcessSaysWhatWasBuilt() {
        CommandLine process = ConfigurableCommand.ofProcess(new Learn()).setOut(new PrintWriter(out, true));

        assertThat(process.execute("--version")).isZero();

        assertThat(out.toString()).startsWith("streamclr " + Build.here().words());
    }
}
