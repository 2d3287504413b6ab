package io.streamclr.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFaultTest {

    @TempDir
    private Path folder;

    @Test
    void whatFilesRefuseIsSaidInWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        Path missing = folder.resolve("missing");

        assertThat(FileFault.of(catchThrowable(() -> Files.readString(missing))))
                .isEqualTo("there is no " + missing);
        assertThat(FileFault.of(catchThrowable(() -> Files.writeString(missing.resolve("x"), ""))))
                .isEqualTo("there is no folder " + missing);
        assertThat(FileFault.of(catchThrowable(() -> Files.writeString(folder, ""))))
                .isEqualTo(folder + " is a folder");
        assertThat(FileFault.of(catchThrowable(() -> Files.writeString(file.resolve("x"), ""))))
                .isEqualTo("a part of the path " + file.resolve("x") + " is a file and no folder");
        assertThat(FileFault.of(catchThrowable(() -> Files.list(file)))).isEqualTo(file + " is no folder");
        assertThat(FileFault.of(catchThrowable(() -> Files.createDirectories(file))))
                .isEqualTo(file + " is there already");
        assertThat(FileFault.of(catchThrowable(() -> new FileInputStream(folder.toFile()).close())))
                .isEqualTo(folder + " is a folder");
    }

    @Test
    void whatTheDiskAndTheRightsRefuseIsSaidInWords() {
        assertThat(FileFault.of(new AccessDeniedException("/root/x"))).isEqualTo("this user has no right to /root/x");
        assertThat(FileFault.of(new FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo("/x lies on a file system that is read-only");
        assertThat(FileFault.of(new FileSystemException("/x", null, "No space left on device")))
                .isEqualTo("the disk is full");
        assertThat(FileFault.of(new IOException("No space left on device"))).isEqualTo("the disk is full");
        assertThat(FileFault.of(new FileSystemException("/x", null, "100 % odd")))
                .isEqualTo("100 % odd at /x");
        assertThat(FileFault.of(new FileSystemException("/x"))).isEqualTo("/x gives an error");
    }

    @Test
    void whatHoldsACauseAndSaysNothingElseIsSaidByTheCause() {
        assertThat(FileFault.of(new UncheckedIOException(new AccessDeniedException("/x"))))
                .isEqualTo("this user has no right to /x");
        assertThat(FileFault.of(new IOException("the header is damaged", new EOFException())))
                .isEqualTo("the header is damaged");
    }

    @Test
    void noFailureIsSaidByItsClassOrInSeveralLines() {
        assertThat(Stream.of(
                                new EOFException(),
                                new IOException(),
                                new IOException("Unexpected character\n at [Source: x]"),
                                new UnknownHostException("nowhere.example"),
                                new UnknownHostException("nowhere.example: Name or service not known"),
                                catchThrowable(() -> StandardCharsets.UTF_8
                                        .newDecoder()
                                        .decode(ByteBuffer.wrap(new byte[] {(byte) 0xff}))))
                        .map(FileFault::of))
                .containsExactly(
                        "it ends too early",
                        "no reason is given",
                        "Unexpected character",
                        "the host nowhere.example is not known",
                        "the host nowhere.example is not known",
                        "it is no text in UTF-8");
    }
}
