package io.streamclr.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerHomeTest {

    @TempDir
    private Path home;

    private Path broker(String name, long startedAt) throws IOException {
        Path folder = home.resolve(name);
        Files.createDirectories(folder.resolve("kafka/data"));
        Files.createFile(folder.resolve("kafka/data/meta.properties"));
        Path settings = Files.writeString(
                folder.resolve("kafka/server.properties"), "log.retention.bytes=7\nlog.dirs=data\nnode.id=1\n");
        Files.setLastModifiedTime(settings, FileTime.fromMillis(startedAt));
        return folder;
    }

    @Test
    void theBrokerThatRanLastIsTaken() throws IOException {
        Path older = broker("demo/a", 1_000);
        Path newer = broker("experiments/head", 2_000);

        BrokerHome found = BrokerHome.in(home);

        assertThat(found.folder()).isEqualTo(newer);
        assertThat(found.others()).containsExactly(older);
        assertThat(BrokerHome.in(older).folder()).isEqualTo(older);
    }

    @Test
    void aHomeWithoutABrokerIsRefused() {
        assertThatThrownBy(() -> BrokerHome.in(home))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "No broker has run in " + home + ", nor in a demo or an experiment under it; give the folder"
                                + " of one with --home, or run 'streamclr demo' first");
    }

    @Test
    void whatABrokerKeepsIsSetAsItWas() throws IOException {
        assertThat(BrokerFolder.logSettingsOf(broker("demo/a", 1_000))).isEqualTo(Map.of("log.retention.bytes", "7"));
    }
}
