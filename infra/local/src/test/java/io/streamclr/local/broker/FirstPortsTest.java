package io.streamclr.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstPortsTest {

    @TempDir
    private Path folder;

    @Test
    void portsAreRememberedAsReleaseOneDid() throws Exception {
        Path file = folder.resolve("ports");

        new Ports(40_111, 40_112).write(file);

        assertThat(file)
                .hasSameTextualContentAs(Path.of(FirstPortsTest.class
                        .getResource("/version-0.1/broker/ports")
                        .toURI()));
    }
}
