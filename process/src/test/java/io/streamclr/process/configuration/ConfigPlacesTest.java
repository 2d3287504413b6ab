package io.streamclr.process.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where a configuration may stand, and what is said of where a mistake in it stands. */
class ConfigPlacesTest {

    @TempDir
    private Path folder;

    @Command(name = "tool", subcommands = Learn.class)
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

        @Override
        public void run() {
            done = List.of(run, batch, rate);
        }
    }

    private static List<Object> done;

    private final StringWriter err = new StringWriter();
    private ConfigurableCommand command;

    private int execute(String... arguments) {
        done = List.of();
        command = new ConfigurableCommand(new Tool());
        return command.configurable().setErr(new PrintWriter(err, true)).execute(arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text).toString();
    }

    @Test
    void anOptionBeforeItsCommandIsRefusedWithItsPlace() {
        assertThat(execute("--config", "f.yaml", "learn")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--config goes after the command: tool learn --config f.yaml");

        err.getBuffer().setLength(0);
        assertThat(execute("--rate=2", "learn")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--rate goes after the command: tool learn --rate=2");

        err.getBuffer().setLength(0);
        assertThat(execute("--print-config")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--print-config goes after a command: tool COMMAND --print-config");
    }

    @Test
    void aMistakeInAValueOfTheFileSaysTheFileAndTheKey() throws IOException {
        String file = file("batch-size: many\nrate: 0.5\n");

        assertThat(execute("learn", "--run", "r", "--config", file)).isEqualTo(2);

        assertThat(err.toString()).contains("'many'");
        assertThat(ConfigurableCommand.attributed(command, "--batch-size is 'many', but it must be a whole number"))
                .isEqualTo("--batch-size is 'many', but it must be a whole number (batch-size stands in " + file + ")");
        assertThat(ConfigurableCommand.attributed(command, "--batch-size does not go with --rate"))
                .endsWith(" (batch-size and rate stand in " + file + ")");
        assertThat(ConfigurableCommand.attributed(command, "--batch-size-of-all and --run are odd"))
                .isEqualTo("--batch-size-of-all and --run are odd");
    }

    @Test
    void aPipeIsReadAsAFileIsAndOnceForAllProcesses() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Thread writer = new Thread(() -> write(pipe, "learn:\n  run: piped\n"));
        writer.start();
        assertThat(execute("learn", "--config", pipe.toString())).isZero();
        writer.join();
        assertThat(done).startsWith("piped");

        writer = new Thread(() -> write(pipe, "learn:\n  run: kept\n"));
        writer.start();
        String[] kept = ConfigurableCommand.kept("learn", "--config=" + pipe);
        writer.join();
        assertThat(ConfigurableCommand.early(List.of(kept), "--run")).hasValue("kept");
        assertThat(execute(kept)).isZero();
        assertThat(done).startsWith("kept");
        assertThat(ConfigurableCommand.kept("learn", "--config", folder.toString()))
                .containsExactly("learn", "--config", folder.toString());
    }

    private static void write(Path pipe, String text) {
        try {
            Files.writeString(pipe, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
