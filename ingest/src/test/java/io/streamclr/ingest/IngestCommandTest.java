package io.streamclr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpExplainsEveryOption() {
        assertThat(execute("--help")).isZero();

        assertThat(out.toString())
                .contains("Usage: ingest")
                .contains("PLACE")
                .contains("Topic to send into (default: images).")
                .contains(
                        "--rate",
                        "--limit",
                        "--attribute",
                        "--no-check",
                        "--kafka-config",
                        "--json",
                        "--watch",
                        "--list");
    }

    @Test
    void anUnknownOptionEndsWithTheUsage() {
        assertThat(execute(folder.toString(), "--speed", "3")).isEqualTo(2);

        assertThat(err.toString()).contains("Unknown option: '--speed'");
    }

    @Test
    void withoutABrokerOneSentenceSaysWhatToGive() {
        assertThat(execute(folder.toString())).isEqualTo(2);

        assertThat(err)
                .hasToString(
                        "No broker is configured; give --bootstrap-server HOST:PORT, put bootstrap.servers into the"
                                + " --kafka-config file, or set STREAMCLR_BOOTSTRAP_SERVER" + System.lineSeparator());
    }

    @Test
    void theSameProcessTakesImagesThatOthersPost() {
        assertThat(execute("receive", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: ingest receive").contains("--port", "--token-file");
    }

    @Test
    void twoKindsOfSourceAtOnceAreRefused() {
        assertThat(execute(folder.toString(), "--watch", folder.toString(), "--bootstrap-server", "127.0.0.1:1"))
                .isEqualTo(2);

        assertThat(err)
                .hasToString("It is not clear what to send; name places, or one folder with --watch, or one file with"
                        + " --list" + System.lineSeparator());
    }

    @Test
    void aMissingFolderIsOneSentence() {
        Path missing = folder.resolve("none");

        assertThat(execute(missing.toString(), "--bootstrap-server", "127.0.0.1:1"))
                .isEqualTo(1);

        assertThat(err)
                .hasToString("There is no folder or file " + missing + "; check the path" + System.lineSeparator());
    }

    private int execute(String... args) {
        return IngestMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
