package io.streamclr.stream.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
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
        complete("job-a/chk-9", 9, 100);
        complete("savepoint-1", 10, 200);
        complete("job-b/chk-12", 12, 300);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-b/chk-12"));
    }

    @Test
    void aClockThatIsSetBackBetweenTwoStartsMakesNoOlderCheckpointTheNewest() throws IOException {
        complete("job-a/chk-9", 9, 10_000);
        complete("savepoint-1", 10, 10_000);
        complete("job-b/chk-11", 11, 6_400);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-b/chk-11"));

        complete("savepoint-2", 12, 2_800);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("savepoint-2"));
    }

    @Test
    void ofTwoWithOneNumberTheLaterIsTheNewest() throws IOException {
        complete("job-b/chk-9", 9, 200);
        complete("job-a/chk-9", 9, 300);
        complete("job-c/chk-9", 9, 100);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-a/chk-9"));
    }

    @Test
    void damagedMetadataIsPassedOver() throws IOException {
        complete("job-a/chk-1", 1, 100);
        complete("job-a/chk-2", 2, 200);
        Files.write(home.resolve("job-a/chk-2/_metadata"), new byte[15]);
        complete("job-a/chk-3", 3, 300);
        Files.write(home.resolve("job-a/chk-3/_metadata"), new byte[100]);

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-a/chk-1"));
    }

    @Test
    void aCheckpointWithoutItsMetadataIsNone() throws IOException {
        complete("job-a/chk-1", 1, 100);
        Files.createDirectories(home.resolve("job-a/chk-2"));
        Files.createFile(home.resolve("job-a/chk-2/_metadata.inprogress"));

        assertThat(CheckpointFolder.at(home).newest()).contains(home.resolve("job-a/chk-1"));
    }

    @Test
    void whatAnEndingJobTakesAwayMeanwhileDoesNotHideItsSavepoint() throws Exception {
        complete("savepoint-1", 2, 100);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger taken = new AtomicInteger();
        ExecutorService job = Executors.newSingleThreadExecutor();
        try {
            Future<?> taking = job.submit(() -> {
                while (!ended.get()) {
                    complete("job-a/chk-1", 1, 100);
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

    /** As Flink does: written beside its place, and then moved there. */
    private void complete(String checkpoint, long number, long seconds) throws IOException {
        Path folder = Files.createDirectories(home.resolve(checkpoint));
        Path beside = folder.resolve("_metadata.inprogress");
        try (OutputStream out = Files.newOutputStream(beside)) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(number, List.of(), List.of()), out);
        }
        Files.setLastModifiedTime(beside, FileTime.fromMillis(seconds * 1000));
        Files.move(beside, folder.resolve("_metadata"), StandardCopyOption.ATOMIC_MOVE);
    }
}
