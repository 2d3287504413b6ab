package io.streamclr.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerFolderTest {

    @TempDir
    Path home;

    @Test
    void aFileInPlaceOfTheFolderIsNamed() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> BrokerFolder.claim(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The folder " + file + " cannot be used for a broker (")
                .hasMessageEndingWith("; choose another with --home");
    }

    @Test
    void aNearlyFullDiskIsRefusedBeforeAnythingStarts() {
        assertThatThrownBy(() -> BrokerFolder.requireSpace(home, 100L << 20))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The disk of " + home + " has 100 MiB left, but a broker needs 256 MiB to start; free some,"
                        + " or choose another folder with --home");
    }

    @Test
    void aFullDiskIsToldFromTheLog() throws IOException {
        BrokerFolder folder = BrokerFolder.claim(home);
        Files.writeString(
                folder.log(),
                "12:00 ERROR kafka.Log Error while writing\njava.io.IOException: No space left on device\n\tat x\n");

        assertThat(folder.whyItEnded("by itself", 1, 1))
                .isEqualTo("The broker ended by itself because the disk of " + home
                        + " is full; free some, then start again: it keeps what it acknowledged");
        folder.release();
    }

    @Test
    void aDiskThatTurnedReadOnlyIsToldFromTheLog() throws IOException {
        BrokerFolder folder = BrokerFolder.claim(home);
        Files.writeString(
                folder.log(),
                "12:00 ERROR kafka.Log Error while writing\njava.io.IOException: Read-only file system\n");

        assertThat(folder.whyItEnded("by itself", 1, 1))
                .isEqualTo("The broker ended by itself because the disk of " + home
                        + " is read-only; look at that disk, then start again: it keeps what it acknowledged");
        folder.release();
    }

    @Test
    void portsAreRememberedWhileTheyAreFree() throws IOException {
        BrokerFolder folder = BrokerFolder.claim(home);

        Ports first = folder.choosePorts();

        assertThat(folder.choosePorts()).isEqualTo(first);
        assertThat(first.broker()).isNotEqualTo(first.controller());
        folder.release();
    }

    @Test
    void nonsenseInTheMemoryOfPortsIsForgotten() throws IOException {
        BrokerFolder folder = BrokerFolder.claim(home);
        Files.writeString(home.resolve("kafka/ports"), "99999 0\n");

        assertThat(folder.choosePorts().broker()).isBetween(1, 65_535);
        folder.release();
    }
}
