package io.streamclr.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {

    @TempDir
    private Path home;

    @Test
    void aNewFolderIsMadeAndHasNoCheckpoint() {
        Path folder = home.resolve("not/there/yet");

        assertThat(CheckpointFolder.at(folder).newest()).isEmpty();
        assertThat(folder).isDirectory();
    }

    @Test
    void theNewestCompleteCheckpointIsFoundAmongThoseOfAllStarts() throws IOException {
        complete("job-b/chk-7", 300);
        complete("job-a/chk-12", 100);
        complete("savepoint-1", 200);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-b/chk-7"));
    }

    @Test
    void aCheckpointWithoutItsMetadataIsNone() throws IOException {
        complete("job-a/chk-1", 100);
        Files.createDirectories(home.resolve("job-a/chk-2"));
        Files.createFile(home.resolve("job-a/chk-2/_metadata.inprogress"));

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-a/chk-1"));
    }

    @Test
    void whatAnEndingJobTakesAwayMeanwhileDoesNotHideItsSavepoint() throws Exception {
        complete("savepoint-1", Instant.now().plus(Duration.ofDays(1)).getEpochSecond());
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger taken = new AtomicInteger();
        ExecutorService job = Executors.newSingleThreadExecutor();
        try {
            Future<?> taking = job.submit(() -> {
                while (!ended.get()) {
                    complete("job-a/chk-1", 100);
                    Files.delete(home.resolve("job-a/chk-1/_metadata"));
                    Files.delete(home.resolve("job-a/chk-1"));
                    Files.delete(home.resolve("job-a"));
                    taken.incrementAndGet();
                }
                return null;
            });
            for (int asked = 0; asked < 5000 || (taken.get() < 1000 && !taking.isDone()); asked++) {
                assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("savepoint-1"));
            }
            ended.set(true);
            taking.get();
        } finally {
            ended.set(true);
            job.shutdown();
        }
    }

    @Test
    void aFileInThePlaceOfTheFolderIsRefused() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> CheckpointFolder.at(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The folder " + file + " for checkpoints cannot be made: ")
                .hasMessageEndingWith("; name another one");
    }

    private void complete(String checkpoint, long seconds) throws IOException {
        Path metadata = Files.createDirectories(home.resolve(checkpoint)).resolve("_metadata");
        Files.createFile(metadata);
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(seconds * 1000));
    }
}
