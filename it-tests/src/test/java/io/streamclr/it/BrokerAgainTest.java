package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.local.broker.LocalBroker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a demo left is looked at later: its broker runs again, and its batches are the same to the byte. */
@Timeout(900)
class BrokerAgainTest {

    private static final int STEPS = 10;

    @TempDir
    private Path home;

    @Test
    void theBrokerOfAnEndedDemoRunsAgainAndItsRunIsReplayedToTheByte() throws Exception {
        Path folder = home.resolve("demo/0123abcd");
        Path pictures = home.resolve("pictures");
        Pictures.write(pictures, 64, 24);
        String address;
        try (LocalBroker broker = LocalBroker.start(folder)) {
            address = broker.bootstrapServers();
            done("topics", "create", "--partitions=2", "--bootstrap-server=" + address);
            done("ingest", pictures.toString(), "--bootstrap-server=" + address);
            done("augment", "--recipe=cifar,size=16", "--passes=3", "--bootstrap-server=" + address);
            done(
                    "train",
                    "--run=demo",
                    "--steps=" + STEPS,
                    "--batch-size=8",
                    "--block=2",
                    "--width=0.25",
                    "--stem=small2",
                    "--head-output=16",
                    "--threads=1",
                    "--checkpoints=" + folder.resolve("checkpoints"),
                    "--bootstrap-server=" + address);
        }

        Process again = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        OwnJvm.classPath(),
                        "io.streamclr.local.Streamclr",
                        "broker",
                        "--home",
                        home.toString())
                .redirectError(home.resolve("broker.err").toFile())
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(again.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.lines()
                            .filter(line -> line.startsWith("Kafka at "))
                            .findFirst())
                    .as(Files.readString(home.resolve("broker.err")))
                    .hasValue("Kafka at " + address + ", data in " + folder + "; Ctrl-C stops it");
            assertThat(lines.readLine()).isEqualTo("export STREAMCLR_BOOTSTRAP_SERVER=" + address);
            JsonNode replayed = new ObjectMapper()
                    .readTree(done(
                                    "replay",
                                    "--run=demo",
                                    "--to-step=" + STEPS,
                                    "--json",
                                    "--bootstrap-server=" + address)
                            .lastLine());

            assertThat(replayed.path("batches").asInt()).isEqualTo(STEPS);
            assertThat(replayed.path("differing").asInt()).isZero();
            assertThat(done("topics", "list", "--bootstrap-server=" + address).output())
                    .contains("views");
        } finally {
            again.destroy();
        }
        assertThat(again.waitFor(Duration.ofSeconds(60).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(List.of(143, 0)).contains(again.exitValue());
        LocalBroker.start(folder).close();
    }

    private static Command done(String... arguments) {
        Command command = Command.run(arguments);
        assertThat(command.exitCode()).as(command.errors()).isZero();
        return command;
    }
}
