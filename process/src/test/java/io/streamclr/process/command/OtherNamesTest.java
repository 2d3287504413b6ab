package io.streamclr.process.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

class OtherNamesTest {

    @Command(name = "learn", subcommands = Deeper.class)
    private static final class Learn {

        @Option(names = "--batch-size", defaultValue = "256", paramLabel = "PAIRS")
        private int batch;

        @Option(names = "--optimiser", defaultValue = "adamw")
        private String optimiser;

        @Option(names = "--output", defaultValue = "h")
        private String output;

        @Option(names = "--out")
        private String out;
    }

    @Command(name = "embed")
    private static final class Embed {

        @Option(names = "--features")
        private String features;

        @Option(names = "--out")
        private String out;
    }

    @Command(name = "deeper")
    private static final class Deeper {

        @Option(names = "--device", defaultValue = "cpu")
        private String device;
    }

    private final Learn learn = new Learn();
    private final StringWriter errors = new StringWriter();
    private final CommandLine command = new CommandLine(learn).setErr(new PrintWriter(errors, true));

    OtherNamesTest() {
        OtherNames.addTo(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--batch 64", "--batch=64"})
    void anotherNameSetsTheSameValueAndSaysTheNameOfToday(String line) {
        command.parseArgs(line.split(" ", -1));

        assertThat(learn.batch).isEqualTo(64);
        assertThat(errors.toString().strip()).isEqualTo("--batch is called --batch-size here; it works as that");
    }

    @Test
    void spellingIsNothingToTalkAbout() {
        command.parseArgs("--optimizer", "lars", "--batch-size", "8");

        assertThat(learn.optimiser).isEqualTo("lars");
        assertThat(learn.batch).isEqualTo(8);
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void aCommandBelowHasThemToo() {
        Deeper deeper = (Deeper) command.parseArgs("deeper", "--devices", "gpu:0")
                .subcommand()
                .commandSpec()
                .userObject();

        assertThat(deeper.device).isEqualTo("gpu:0");
    }

    @Test
    void aNameThatTheCommandHasItselfStaysWhatItIs() {
        command.parseArgs("--output", "z");

        assertThat(learn.output).isEqualTo("z");
        assertThat(learn.out).isNull();
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void outputMeansFeaturesWhereACommandHasThose() {
        Embed embed = new Embed();
        CommandLine line = new CommandLine(embed).setErr(new PrintWriter(errors, true));
        OtherNames.addTo(line);

        line.parseArgs("--output", "z");

        assertThat(embed.features).isEqualTo("z");
        assertThat(embed.out).isNull();
    }

    @Test
    void noHelpShowsThemAndMistakesAreSaidAsEver() {
        assertThat(command.getUsageMessage()).contains("--batch-size=PAIRS").doesNotContain("--batch=", "--optimizer");
        assertThatThrownBy(() -> command.parseArgs("--batch", "many"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--batch-size'")
                .hasMessageContaining("many");
        assertThatThrownBy(() -> command.parseArgs("--batch"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--batch");
        assertThatThrownBy(() -> command.parseArgs("--batch", "4", "--batch-size", "8"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--batch-size'");
    }
}
