package io.streamclr.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A command line that makes no sense ends with exit code 2 and one sentence, whoever finds that; what fails ends with 1. */
class UsageMistakesTest {

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine line = Streamclr.commandLine().setErr(new PrintWriter(err, true));
        CommandLine.Help.ColorScheme plain = CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF);
        return line.setColorScheme(plain).execute(arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --bach-size 5 | Unknown option --bach-size; did you mean --batch-size?",
                "trian | streamclr has no command 'trian'; did you mean train?",
                "check-gpu x | streamclr check-gpu takes no 'x', but options that begin with --",
                "train --config f.yaml --bootstrap-server h:1 | The configuration file f.yaml does not exist",
                "--run x train | --run goes after the command: streamclr train --run x",
                "lineage | Missing required option: --run ID",
                "lineage --run x | One of these is required: --image ID or --step S --slot I",
                "lineage --run x --step 3 | Missing required option: --slot I",
                "demo --minutes x | --minutes is 'x', but it must be a whole number",
                "train --momentum x | --momentum is 'x', but it must be a number",
                "ingest p --labels x | --labels is 'x', but it must be one of auto, folders, none",
                "completion x | SHELL is 'x', but it must be one of bash, zsh",
                "demo --minutes 0 | --minutes is 0, but",
                "demo --data= | Invalid value for --data: it is empty; give a path",
                "probe --encoder= --data . | Invalid value for --encoder: it is empty; give a path",
                "probe --encoder . --data . --limit 0 | --limit is 0, but it must be 2 images or more",
                "probe --encoder . --data . --maps 17 | --maps is 17, but it must be 1 to 16 cells each way",
                "topics create --bootstrap-server h:1 --partitions 0 | --partitions is 0, but 1 to 10000 are possible",
                "train --bootstrap-server 127.0.0.1:1 --batch-size 1 | --batch-size is 1, but it must be 2 or more",
                "train --bootstrap-server 127.0.0.1:1 --steps -1 | --steps is -1, but it must be 0 or more",
                "train --bootstrap-server 127.0.0.1:1 --temperature -1 | The temperature is -1",
                "train --bootstrap-server 127.0.0.1:1 --preset x | --preset is 'x', but it must be one of cpu-small, gpu, simclr, paper",
                "train --bootstrap-server 127.0.0.1:1 --loss x | --loss is 'x', but it must be one of nt-xent, dcl,",
                "train --bootstrap-server 127.0.0.1:1 --device card | The device 'card' is not known",
                "train --bootstrap-server 127.0.0.1:1 --run a/b | --run is 'a/b', but the name of a run has",
                "augment --bootstrap-server 127.0.0.1:1 --passes 0 | The number of passes is 0, but",
                "augment --bootstrap-server 127.0.0.1:1 --recipe x | There is no recipe 'x'",
                "experiment transfer --budget-pairs 100 | A transfer is from one data set to another; give them with",
                "embed p --encoder e --out a.txt | The file a.txt must end in .npy or .parquet",
            })
    void whatMakesNoSenseIsRefusedWithExitCodeTwo(String words, String sentence) {
        assertThat(execute(words.split(" "))).as(err.toString()).isEqualTo(2);

        assertThat(err.toString()).startsWith("streamclr: " + sentence).doesNotContain("Error:", "[", "Class");
    }

    @Test
    void aPlanNamesBothDataSetsOfATransfer() {
        String none = folder.resolve("plan.json").toString();

        assertThat(execute("experiment", "transfer", "--plan", none)).isEqualTo(1);

        assertThat(err.toString()).startsWith("streamclr: There is no plan " + none);
    }

    @Test
    void whatCannotBeDoneHereEndsWithExitCodeOne() {
        String none = folder.resolve("none").toString();

        assertThat(execute("page", "--run", "demo", "--home", none)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("streamclr: No demo has begun to train under " + none
                        + "; start one with 'streamclr demo', or give the --home that it has");
        assertThat(execute(
                        "embed",
                        none,
                        "--encoder",
                        none,
                        "--out",
                        folder.resolve("a.npy").toString()))
                .isEqualTo(1);
        assertThat(execute("decode", none, "--out", none)).isEqualTo(1);
    }

    @Test
    void aMistakeInTheConfigurationSaysTheFileAndTheKeyWhoeverFindsIt() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "train:\n  batch-size: abc\n");
        assertThat(execute("train", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .startsWith("streamclr: --batch-size is 'abc', but it must be a whole number (batch-size stands in "
                        + file + ")");

        err.getBuffer().setLength(0);
        Files.writeString(file, "bootstrap-server: 127.0.0.1:1\ntrain:\n  batch-size: 1\n");
        assertThat(execute("train", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("--batch-size is 1, but it must be 2 or more")
                .endsWith(" (batch-size stands in " + file + ")" + System.lineSeparator());
    }

    @Test
    void trainPrintsItsOptionsInTheOrderOfItsHelp() {
        StringWriter out = new StringWriter();
        Streamclr.commandLine().setOut(new PrintWriter(out, true)).execute("train", "--print-config");
        List<String> names = out.toString()
                .lines()
                .filter(line -> line.startsWith("  # "))
                .map(line -> line.substring(4).split(":", 2)[0])
                .toList();

        assertThat(names)
                .hasSizeGreaterThan(60)
                .containsSubsequence("bootstrap-server", "run", "checkpoints", "batch-size", "depth", "loss", "memory");
        assertThat(out.toString()).contains("\n  # save-every: 500,10m\n").contains("\n  # memory-size: 50000\n");
    }
}
