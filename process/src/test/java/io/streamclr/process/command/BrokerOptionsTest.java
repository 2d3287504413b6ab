package io.streamclr.process.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class BrokerOptionsTest {

    @Command
    private static final class Bare {}

    private final BrokerOptions options = new BrokerOptions(Map.of("STREAMCLR_BOOTSTRAP_SERVER", "usual:9092"));

    private String serverOf(String... arguments) {
        new CommandLine(new Bare()).addMixin("broker", options).parseArgs(arguments);
        return options.connection().bootstrapServers();
    }

    @Test
    void theEnvironmentNamesTheBrokerWhereNothingElseDoes() {
        assertThat(serverOf()).isEqualTo("usual:9092");
        assertThat(options.areGiven()).isFalse();
    }

    @Test
    void theOptionOutranksTheEnvironment() {
        assertThat(serverOf("--bootstrap-server", "mine:9092")).isEqualTo("mine:9092");
    }

    @Test
    void aFileThatNamesABrokerOutranksTheEnvironment(@TempDir Path folder) throws IOException {
        Path naming = Files.writeString(folder.resolve("a"), "bootstrap.servers=file:9092\n");
        Path silent = Files.writeString(folder.resolve("b"), "security.protocol=SSL\n");

        assertThat(serverOf("--kafka-config", naming.toString())).isEqualTo("file:9092");
        assertThat(serverOf("--kafka-config", silent.toString())).isEqualTo("usual:9092");
    }
}
