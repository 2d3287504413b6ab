package io.streamclr.augment.decode.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory of processes is limited on Linux alone; elsewhere there are none. */
@EnabledOnOs(OS.LINUX)
class ChildCommandTest {

    private static final long MEMORY = 64 << 20;

    @Test
    void aProcessEndsWhenNobodyCanAskItAnyMore() throws Exception {
        Process process = new ChildCommand(NoLibraries.class, MEMORY).start();
        DataInputStream from = new DataInputStream(process.getInputStream());
        assertThat(Outcome.readFrom(from)).isEqualTo(Outcome.ANSWER);
        assertThat(from.readUTF()).isEmpty();
        assertThat(from.readInt()).isZero();
        assertThat(process.isAlive()).isTrue();

        process.getOutputStream().close();

        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aProcessRunsOnTheClassesThatItNeedsAlone() throws Exception {
        Process process = new ChildCommand(NoLibraries.class, MEMORY).start();

        String[] words = process.info().arguments().orElseThrow();

        process.destroyForcibly();
        String classPath = words[java.util.Arrays.asList(words).indexOf("-cp") + 1];
        assertThat(classPath.split(":"))
                .hasSize(3)
                .anyMatch(part -> part.endsWith("test-classes"))
                .anyMatch(part -> part.endsWith("classes"))
                .anyMatch(part -> part.matches(".*/jna-[0-9.]+\\.jar"));
    }
}
