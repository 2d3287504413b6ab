package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts, which are network namespaces of this machine with a cable between them, and somebody who cuts it. */
class NetworkPartitionTest {

    /** Two builds on one machine have hosts of their own. */
    private static final String FIRST = "streamclr-a-" + ProcessHandle.current().pid();

    private static final String SECOND =
            "streamclr-b-" + ProcessHandle.current().pid();

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void makeHosts() throws Exception {
        clear();
        assumeTrue(
                run("ip", "netns", "add", FIRST),
                "network namespaces need the program ip and the rights of an administrator");
        assumeTrue(run("ip", "netns", "add", SECOND), "a second network namespace cannot be made");
        assumeTrue(
                run("ip", "link", "add", "cable", "netns", FIRST, "type", "veth", "peer", "cable", "netns", SECOND),
                "namespaces cannot be connected here");
        for (String host : List.of(FIRST, SECOND)) {
            String address = host.equals(FIRST) ? "10.77.0.1/24" : "10.77.0.2/24";
            assertThat(run("ip", "-n", host, "address", "add", address, "dev", "cable"))
                    .isTrue();
            assertThat(run("ip", "-n", host, "link", "set", "cable", "up")).isTrue();
        }
    }

    @AfterEach
    void clear() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        run("ip", "netns", "delete", FIRST);
        run("ip", "netns", "delete", SECOND);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    void ranksThatNoLongerReachEachOtherEndWithASentence() throws Exception {
        BufferedReader first = rank(0, FIRST);
        BufferedReader second = rank(1, SECOND);
        assertThat(List.of(first.readLine(), first.readLine())).containsExactly("joined", "exchanging");
        assertThat(List.of(second.readLine(), second.readLine())).containsExactly("joined", "exchanging");

        assertThat(run("ip", "-n", SECOND, "link", "set", "cable", "down")).isTrue();

        assertThat(first.readLine())
                .startsWith("Rank 1 ended: it sent nothing for 10 s, as when its host or the network");
        assertThat(second.readLine()).startsWith("Rank 0 ended: ");
        for (Process process : processes) {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        }
    }

    private BufferedReader rank(int rank, String host) throws IOException {
        Process process = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        host,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        RankMain.class.getName(),
                        Integer.toString(rank),
                        "2",
                        "10.77.0.1",
                        "29500")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        return process.inputReader(StandardCharsets.UTF_8);
    }
}
