package io.streamclr.ingest.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path file = memory.getPath("/image.jpg");
    private final Arrivals arrivals = new Arrivals(SETTLING);
    private Instant now = START;

    @BeforeEach
    void anEmptyFile() throws IOException {
        written("");
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    @Test
    void aFileThatIsWrittenInItsPlaceIsCompleteWhenItHasSettled() throws IOException {
        arrivals.appeared(file, attributes(), now);
        after(100);
        written("ha");
        arrivals.changed(file, attributes(), now);
        after(1900);
        written("half");
        arrivals.changed(file, attributes(), now);
        assertThat(arrivals.takeComplete(now)).isEmpty();
        after(1999);
        arrivals.found(file, attributes(), now);
        assertThat(arrivals.takeComplete(now)).isEmpty();

        after(1);

        assertThat(arrivals.takeComplete(now)).containsExactly(file);
        assertThat(arrivals.takeComplete(now)).isEmpty();
    }

    @Test
    void aFileThatIsMovedIntoItsPlaceIsCompleteAtOnce() throws IOException {
        written("whole");
        arrivals.appeared(file, attributes(), now);

        after(Arrivals.MOMENT.toMillis());
        arrivals.found(file, attributes(), now);

        assertThat(arrivals.takeComplete(now)).containsExactly(file);
    }

    @Test
    void aFileOfWhichAChangeIsHeardWasNotMoved() throws IOException {
        written("the first bytes");
        arrivals.appeared(file, attributes(), now);
        arrivals.changed(file, attributes(), now);

        after(Arrivals.MOMENT.toMillis());

        assertThat(arrivals.takeComplete(now)).isEmpty();
    }

    @Test
    void aFileThatHasLainThereForLongIsCompleteWhenItIsFound() throws IOException {
        written("old");
        after(SETTLING.toMillis());

        arrivals.found(file, attributes(), now);

        assertThat(arrivals.takeComplete(now)).containsExactly(file);
    }

    @Test
    void aFileThatIsFoundAsItWasIsNotReportedAgainAndOneThatChangedIs() throws IOException {
        written("once");
        after(SETTLING.toMillis());
        arrivals.found(file, attributes(), now);
        arrivals.takeComplete(now);
        arrivals.found(file, attributes(), now);
        assertThat(arrivals.takeComplete(now)).isEmpty();

        written("otherwise");
        arrivals.found(file, attributes(), now);
        after(SETTLING.toMillis());

        assertThat(arrivals.takeComplete(now)).containsExactly(file);
    }

    @Test
    void aTimeInTheFutureIsNoReasonToWaitForEver() throws IOException {
        written("from a machine whose clock is wrong");
        Files.setLastModifiedTime(file, FileTime.from(START.plus(Duration.ofDays(9))));
        arrivals.found(file, attributes(), now);

        after(SETTLING.toMillis());

        assertThat(arrivals.takeComplete(now)).containsExactly(file);
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private void written(String content) throws IOException {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(now));
    }

    private void after(long milliseconds) {
        now = now.plusMillis(milliseconds);
    }
}
