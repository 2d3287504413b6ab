package io.streamclr.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFileTest {

    private static final long MEGABYTE = 1 << 20;

    @TempDir
    Path logs;

    @Test
    void twoProcessesThatLogWithoutEndKeepToTheLimitEach() throws Exception {
        List<Process> both = List.of(start(), start());
        for (Process each : both) {
            assertThat(each.waitFor()).isZero();
        }

        for (String name : List.of("streamclr", "streamclr-2")) {
            assertThat(logs.resolve(name + ".log")).exists();
            // Four files of 5 MB, the last of which may just have begun.
            assertThat(bytes(name)).isBetween(15 * MEGABYTE, 21 * MEGABYTE);
        }
    }

    private long bytes(String name) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                bytes += file.getFileName().toString().matches(name + "(\\.\\d)?\\.log") ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        logs.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Writes eighty megabytes of log. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            LogFile.claim(Path.of(arguments[0]));
            Logger log = LoggerFactory.getLogger("some.library");
            String line = "x".repeat(1000);
            for (int i = 0; i < 80_000; i++) {
                log.info(line);
            }
        }
    }
}
