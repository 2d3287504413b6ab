package io.streamclr.process.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class PremisesTest {

    @TempDir
    private Path folder;

    @Command(name = "work")
    @SuppressWarnings("UnusedVariable") // picocli sets them
    private static final class Work {

        @Option(names = "--metrics-port")
        private Optional<Integer> metricsPort;

        @Option(names = "--port", defaultValue = "0")
        private int port;

        @Option(names = "--host", defaultValue = "127.0.0.1")
        private String host;

        @Option(names = "--images-topic", defaultValue = "images")
        private String topic;

        @Option(names = "--run")
        private String run;

        @Option(names = "--data", paramLabel = "PATH")
        private Path data;

        @Option(names = "--out", paramLabel = "FILE")
        private Path out;
    }

    private static void require(String... arguments) {
        Premises.require(new CommandLine(new Work()).parseArgs(arguments));
    }

    @Test
    void imagesThatAreNotThereAreRefused() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> require("--data", missing.toString()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no folder or file " + missing + "; check the path");
        assertThatCode(() -> require("--data", folder.toString())).doesNotThrowAnyException();
    }

    @Test
    void aPortThatIsTakenIsRefused() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> require("--metrics-port", port))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Nothing can listen at 127.0.0.1:" + port + " (")
                    .hasMessageEndingWith("); give another --metrics-port, or 0 for a free one");
            assertThatThrownBy(() -> require("--port", port)).hasMessageContaining("give another --port");
        }
    }

    @Test
    void whatIsNoPortIsRefused() {
        assertThatThrownBy(() -> require("--port", "70000"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--port is 70000, but ports are 1 to 65535, or 0 for a free one");
    }

    @Test
    void aNameThatNoTopicAndNoRunCanHaveIsRefused() {
        assertThatThrownBy(() -> require("--images-topic", "my images"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--images-topic is 'my images', but the name of a topic has 1 to 249 letters, digits, dots,"
                        + " dashes and underscores");
        assertThatThrownBy(() -> require("--run", "a/b")).hasMessageStartingWith("--run is 'a/b', but");
        assertThatThrownBy(() -> require("--run", ".a")).hasMessageEndingWith(", and does not begin with a dot");
    }

    @Command(name = "replay")
    @SuppressWarnings("UnusedVariable") // picocli sets them
    private static final class Replay {

        @Option(names = "--run", paramLabel = "ID[/RANK]")
        private String run;
    }

    @Test
    void aRankOfARunIsNamedWhereRanksMayBe() {
        assertThatCode(() -> Premises.require(new CommandLine(new Replay()).parseArgs("--run", "demo/12")))
                .doesNotThrowAnyException();
        for (String name : List.of("demo/0", "demo/b", "demo/", "/1", "../1")) {
            assertThatThrownBy(() -> Premises.require(new CommandLine(new Replay()).parseArgs("--run", name)))
                    .isInstanceOf(RefusalException.class);
        }
    }

    @Command(name = "page")
    @SuppressWarnings("UnusedVariable") // picocli sets them
    private static final class Page {

        @Option(names = "--run", paramLabel = "PATH|NAME")
        private List<String> runs;

        @Option(names = "--port", defaultValue = "0")
        private int port;

        @Option(names = "--page-host", defaultValue = "127.0.0.1")
        private String host;
    }

    @Test
    void runsThatMayBeFoldersAreNotTakenForNames() {
        assertThatCode(() ->
                        Premises.require(new CommandLine(new Page()).parseArgs("--run", "demo", "--run", "runs/.a")))
                .doesNotThrowAnyException();
    }

    @Test
    void aPortIsTriedAtThePagesAddressWhereThatIsTheOnlyOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> Premises.require(
                            new CommandLine(new Page()).parseArgs("--port", port, "--page-host", "localhost")))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Nothing can listen at localhost:" + port);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsRefused() {
        assertThatThrownBy(() -> require("--out", folder.resolve("none/x.png").toString()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Cannot write " + folder.resolve("none/x.png") + ": " + folder.resolve("none")
                        + " does not exist; name another place with --out");
        assertThatThrownBy(() -> require("--out", folder.toString())).hasMessageContaining(": it is a folder; ");
    }

    @Test
    void whatIsPossiblePasses() {
        assertThatCode(() -> require(
                        "--port",
                        "0",
                        "--metrics-port",
                        "0",
                        "--images-topic",
                        "a.b-c_d",
                        "--run",
                        "first",
                        "--out",
                        folder.resolve("x.png").toString()))
                .doesNotThrowAnyException();
        assertThat(folder).isEmptyDirectory();
    }
}
