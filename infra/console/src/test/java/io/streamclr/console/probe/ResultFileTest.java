package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

    @TempDir
    Path run;

    @Test
    void entriesThatAreNoTablesAreLeftOutAndTheOthersStay() throws Exception {
        String table = "{\"by\":\"probe\",\"step\":20,\"measures\":[],\"rows\":[]}";
        Files.writeString(
                run.resolve(ResultFile.FILE),
                "{\"format\":\"streamclr-results\",\"version\":1,\"tables\":[1,null,[],{},"
                        + "{\"by\":\"a\",\"step\":1.5,\"measures\":[],\"rows\":[]},"
                        + "{\"by\":\"b\",\"step\":1,\"measures\":{},\"rows\":[]},"
                        + "{\"by\":\"c\",\"step\":1,\"measures\":[],\"rows\":[3]},"
                        + "{\"by\":\"d\",\"step\":1,\"measures\":[null],\"rows\":[]}," + table + "]}");

        assertThat(ResultFile.read(run)).hasToString("[" + table + "]");
    }

    @Test
    void linksAndFilesWithoutEndAreNotRead() throws Exception {
        Path endless = run.resolve("long");
        try (RandomAccessFile sparse = new RandomAccessFile(endless.toFile(), "rw")) {
            sparse.setLength(SmallFile.MOST_BYTES + 1L);
        }
        Path small = Files.writeString(run.resolve("small"), "text");
        Path link = Files.createSymbolicLink(run.resolve("link"), small);

        assertThat(SmallFile.read(small)).contains("text".getBytes(StandardCharsets.UTF_8));
        assertThat(SmallFile.read(link)).isEmpty();
        assertThat(SmallFile.read(run)).isEmpty();
        assertThatThrownBy(() -> SmallFile.read(endless))
                .isInstanceOf(IOException.class)
                .hasMessage("it has more than 64 MiB");
    }
}
