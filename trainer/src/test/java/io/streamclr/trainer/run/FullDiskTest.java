package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full or cannot be written to: the run ends, it says why, and what was saved stays. */
class FullDiskTest {

    private static final int PAIRS = 400;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(PAIRS);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void aDiskThatBecomesReadOnlyEndsTheRunInASentenceAndSoDoesOneThatIsFromTheStart() throws Exception {
        Path disk = Files.createDirectory(checkpoints.resolve("read-only"));
        int mounted = command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString());
        assumeThat(mounted).as("Only root may mount a small file system").isZero();
        try {
            TrainConfig config = runs.config(disk, "stopped", "--save-every 5 --steps 20");
            assertThatThrownBy(() -> new Training(config, new SimpleMeterRegistry()).run(report -> {
                        if (report.step() == 7) {
                            remountReadOnly(disk);
                        }
                    }))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageMatching(
                            "Step 10 cannot be saved in .*stopped \\(.* lies on a file system that is read-only\\);"
                                    + " step-00000005 is the newest that is safe, so make room and start again with the same"
                                    + " --run");
            assertThatThrownBy(() -> runs.train(disk, "stopped", "--steps 20"))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageMatching(
                            "The checkpoint folder .*stopped cannot be used \\(.* lies on a file system that is read-only\\);"
                                    + " give a --checkpoints folder that this user may write to");
        } finally {
            while (command("mountpoint", "--quiet", disk.toString()) == 0) {
                assertThat(command("umount", "--lazy", disk.toString())).isZero();
            }
        }
    }

    private static void remountReadOnly(Path disk) {
        try {
            // Files that are open for writing keep a file system from becoming read-only, unless it is bound anew.
            assertThat(command("mount", "--bind", "-o", "ro", disk.toString(), disk.toString()))
                    .isZero();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void aFullDiskEndsTheRunAndItGoesOnWhenThereIsRoom() throws Exception {
        try (FileSystem small = Jimfs.newFileSystem(
                "small",
                Configuration.unix().toBuilder()
                        .setMaxSize(4 << 20)
                        .setBlockSize(4096)
                        .build())) {
            requireThatAFullDiskEndsTheRun("jimfs://small/runs", small.getPath("/runs/full"));
        }
    }

    @Test
    void aFullFileSystemOfTheMachineEndsTheRunAndItGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(checkpoints.resolve("disk"));
        int mounted = command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
        assumeThat(mounted).as("Only root may mount a small file system").isZero();
        try {
            requireThatAFullDiskEndsTheRun(disk.toString(), disk.resolve("full"));
        } finally {
            assertThat(command("umount", disk.toString())).isZero();
        }
    }

    /** Fills a place of 4 MiB with checkpoints. */
    private void requireThatAFullDiskEndsTheRun(String place, Path run) throws Exception {
        assertThatThrownBy(() -> runs.train(place, "full", "--save-every 1 --keep 1000"))
                .isInstanceOf(RefusalException.class)
                .hasMessageMatching(
                        "Step \\d+ cannot be saved in .*full \\(.*\\); step-\\d+ is the newest that is safe,"
                                + " so make room and start again with the same --run");
        List<Path> saved;
        try (Stream<Path> steps = Files.list(run)) {
            saved = steps.filter(step -> step.getFileName().toString().matches("step-\\d+"))
                    .sorted()
                    .toList();
        }
        assertThat(saved).hasSizeGreaterThan(2);
        SmallRuns.delete(saved.get(0));

        Outcome outcome = runs.train(place, "full", "--keep 1 --save-every 1 --steps " + (saved.size() + 3));

        assertThat(outcome.pairsNow()).isEqualTo(3 * SmallRuns.BATCH);
    }

    private static int command(String... words) throws InterruptedException {
        try {
            return new ProcessBuilder(words).inheritIO().start().waitFor();
        } catch (IOException noSuchCommand) {
            return -1;
        }
    }
}
