package io.streamclr.trainer.checkpoint;

import static io.streamclr.trainer.checkpoint.SmallCheckpoint.ARCHITECTURE;
import static io.streamclr.trainer.checkpoint.SmallCheckpoint.ROUNDING;
import static io.streamclr.trainer.checkpoint.SmallCheckpoint.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ContentSums;
import io.streamclr.trainer.model.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFolderTest {

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = memory.getPath("/data/run");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsSavedComesBackToTheBit(boolean whitened) {
        Architecture architecture = Architecture.of(ARCHITECTURE.plan().whitened(whitened));
        Checkpoint saved = SmallCheckpoint.after(1200, architecture);
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(saved);
        }

        try (RunFolder run = RunFolder.open(folder, 3)) {
            Checkpoint found = run.newest(architecture, SETTINGS).orElseThrow();

            assertThat(found.origin()).isEqualTo(saved.origin());
            assertThat(found.pairs()).isEqualTo(saved.pairs());
            assertThat(found.settings()).isEqualTo(SETTINGS);
            assertThat(found.rounding()).isEqualTo(ROUNDING);
            assertThat(found.rate()).isEqualTo(saved.rate());
            assertThat(found.feedPosition()).containsExactly(saved.feedPosition());
            assertThat(found.values().keySet()).isEqualTo(saved.values().keySet());
            found.values().forEach((name, values) -> assertThat(values)
                    .containsExactly(saved.values().get(name)));
            assertThat(found.optimiser().keySet()).containsExactly("velocity");
            for (int i = 0; i < saved.optimiser().get("velocity").size(); i++) {
                assertThat(found.optimiser().get("velocity").get(i))
                        .containsExactly(saved.optimiser().get("velocity").get(i));
            }
        }
    }

    @Test
    void whatIsSavedIsWrittenOutInAFile() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3);
                InputStream written = RunFolderTest.class.getResourceAsStream("/today/checkpoint.json")) {
            Path saved = run.save(SmallCheckpoint.after(1200));

            assertThat(Files.readString(saved.resolve("checkpoint.json")))
                    .isEqualTo(new String(written.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aNewRunHasNothingToGoOnFrom() {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isEmpty();
        }
    }

    @Test
    void onlyTheNewestAreKept() {
        try (RunFolder run = RunFolder.open(folder, 2)) {
            for (int step = 1; step <= 4; step++) {
                run.save(SmallCheckpoint.after(step));
            }

            assertThat(run.saved())
                    .extracting(Path::getFileName)
                    .map(Path::toString)
                    .containsExactly("step-00000004", "step-00000003");
        }
    }

    @Test
    void whatIsKeptForGoodOutlivesItsTurn() {
        try (RunFolder run = RunFolder.open(folder, 1)) {
            run.keepForGood(run.save(SmallCheckpoint.after(1)));
            for (int step = 2; step <= 4; step++) {
                run.save(SmallCheckpoint.after(step));
            }

            assertThat(run.saved()).containsExactly(run.place(4), run.place(1));
            assertThat(run.keptForGood()).containsExactly(run.place(1));
        }
    }

    @Test
    void aDamagedCheckpointTakesNoSoundOnesPlace() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 2)) {
            run.save(SmallCheckpoint.after(1));
            flipOneBit(run.save(SmallCheckpoint.after(2)).resolve("feed.position"));
            run.newest(ARCHITECTURE, SETTINGS);

            run.save(SmallCheckpoint.after(3));

            assertThat(run.saved()).containsExactly(run.place(3), run.place(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encoder.pt",
                "encoder.safetensors",
                "encoder.json",
                "head.safetensors",
                "optimiser.safetensors",
                "feed.position",
                "checkpoint.json",
                "SHA256SUMS"
            })
    void whicheverFileIsShortOrMissingTheOneBeforeIsTaken(String file) throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            run.save(SmallCheckpoint.after(1));
            Path cut = run.save(SmallCheckpoint.after(2)).resolve(file);
            Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), (int) Files.size(cut) / 2));
            Files.delete(run.save(SmallCheckpoint.after(3)).resolve(file));

            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(1);
        }
    }

    @Test
    void aCheckpointOfVersion1IsStillRead() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(SmallCheckpoint.after(1));
            rewrite(saved, facts -> {
                facts.put("version", 1);
                facts.remove(List.of("format", "rounding"));
                facts.set("rate", rateOfTheFirstRelease(facts.path("rate")));
            });

            Checkpoint read = run.newest(ARCHITECTURE, SETTINGS).orElseThrow();

            assertThat(read.origin().step()).isEqualTo(1);
            assertThat(read.rounding()).isEmpty();
        }
    }

    @Test
    void aCheckpointOfALaterVersionIsRefused() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(SmallCheckpoint.after(1));
            rewrite(saved, facts -> facts.put("version", 9));

            assertThatThrownBy(() -> run.newest(ARCHITECTURE, SETTINGS))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "The checkpoint " + saved + " cannot be read (its format is version 9, and versions 1 to"
                                    + " 6 are known to this StreamCLR); move it away to go on from the one before it");
        }
    }

    private static ObjectNode rateOfTheFirstRelease(JsonNode rate) {
        ObjectNode first = new ObjectMapper().createObjectNode();
        first.set("peak", rate.path("peak"));
        first.set("warmUpSteps", rate.path("warm_up"));
        first.put("course", "CONSTANT");
        first.set("totalSteps", rate.path("total_steps"));
        first.set("coolDownAfter", rate.path("cool_down_after"));
        first.set("coolDownSteps", rate.path("cool_down"));
        return first.put("fall", "SQRT");
    }

    private static void rewrite(Path checkpoint, Consumer<ObjectNode> change) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path file = checkpoint.resolve("checkpoint.json");
        ObjectNode facts = (ObjectNode) json.readTree(Files.readAllBytes(file));
        change.accept(facts);
        Files.write(file, json.writeValueAsBytes(facts));
        Files.delete(checkpoint.resolve("SHA256SUMS"));
        ContentSums.seal(checkpoint);
    }

    @Test
    void aPlaceThatCannotMoveAFolderAtOnceHoldsARunAllTheSame(@TempDir Path disk) throws Exception {
        Path archive = disk.resolve("run.zip");
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"));
                RunFolder run = RunFolder.open(zip.getPath("/run"), 2)) {
            for (int step = 1; step <= 3; step++) {
                run.save(SmallCheckpoint.after(step));
            }
        }

        try (FileSystem zip = FileSystems.newFileSystem(archive);
                RunFolder run = RunFolder.open(zip.getPath("/run"), 2)) {
            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(3);
            assertThat(run.saved()).containsExactly(run.place(3), run.place(2));
        }
    }

    @Test
    void whereNothingIsMovedAtOnceACheckpointWithoutItsDigestsWasNeverFinished() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(SmallCheckpoint.after(1));
            Files.delete(run.save(SmallCheckpoint.after(2)).resolve("SHA256SUMS"));
        }

        try (RunFolder run = RunFolder.open(folder, 3)) {
            assertThat(run.saved()).containsExactly(run.place(1));
        }
    }

    @Test
    void aDamagedCheckpointIsPassedOverForTheOneBeforeIt() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(SmallCheckpoint.after(1));
            Path newest = run.save(SmallCheckpoint.after(2));
            flipOneBit(newest.resolve("optimiser.safetensors"));

            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(1);

            run.save(SmallCheckpoint.after(2));
            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(2);
        }
    }

    @Test
    void aRunOfDamagedCheckpointsAloneIsRefusedAndNotBegunAgain() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            Files.delete(run.save(SmallCheckpoint.after(1)).resolve("head.safetensors"));

            assertThatThrownBy(() -> run.newest(ARCHITECTURE, SETTINGS))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "Every checkpoint in /data/run is damaged, the newest because head.safetensors is missing;"
                                    + " move the folder away to begin the run again from step 0");
        }
    }

    @Test
    void otherSettingsAreRefused() {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(SmallCheckpoint.after(1));

            assertThatThrownBy(() -> run.newest(ARCHITECTURE, Map.of("--batch", "512")))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "The run in /data/run was begun with --batch-size 256, and now --batch-size 512 is asked for; give"
                                    + " what it was begun with, or begin another --run");
        }
    }

    @Test
    void aFullDiskLosesNothingThatWasSaved() {
        FileSystem small = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setMaxSize(1 << 20)
                .setBlockSize(4096)
                .build());
        Path place = small.getPath("/data/run");
        try (RunFolder run = RunFolder.open(place, 3)) {
            run.save(SmallCheckpoint.after(1));

            assertThatThrownBy(() -> run.save(SmallCheckpoint.after(2)))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Step 2 cannot be saved in /data/run (")
                    .hasMessageEndingWith("); step-00000001 is the newest that is safe,"
                            + " so make room and start again with the same --run");
            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(1);
            assertThat(run.saved()).hasSize(1);
        }
    }

    @Test
    void whatAKilledProcessLeftHalfWrittenIsClearedAway(@TempDir Path disk) throws Exception {
        Files.createDirectories(disk.resolve("step-00000009.partial"));
        Files.writeString(disk.resolve("step-00000009.partial/encoder.pt"), "half");

        try (RunFolder run = RunFolder.open(disk, 3)) {
            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isEmpty();
            assertThat(disk.resolve("step-00000009.partial")).doesNotExist();
            run.save(SmallCheckpoint.after(9));
            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isPresent();
        }
    }

    @Test
    void aCheckpointThatIsRefusedWhenItIsWrittenLeavesNothing(@TempDir Path disk) throws Exception {
        try (RunFolder run = RunFolder.open(disk, 3)) {
            assertThatThrownBy(() -> run.save(SmallCheckpoint.after(1), written -> {
                        throw new RefusalException("another trainer took over");
                    }))
                    .hasMessage("another trainer took over");

            assertThat(sorted(disk)).containsExactly(disk.resolve("lock"));
        }
    }

    @Test
    void aStartThatSavesNothingLeavesNoFolderThatItMade(@TempDir Path disk) throws Exception {
        RunFolder.open(disk.resolve("checkpoints/run"), 3).close();
        assertThat(disk).isEmptyDirectory();

        Path there = Files.createDirectories(disk.resolve("there"));
        RunFolder.open(there.resolve("first"), 3).close();
        assertThat(there).isEmptyDirectory();

        try (RunFolder run = RunFolder.open(there.resolve("second"), 3)) {
            run.save(SmallCheckpoint.after(1));
        }
        assertThat(there.resolve("second/step-00000001")).isDirectory();
        RunFolder.open(there.resolve("second"), 3).close();
        assertThat(there.resolve("second/lock")).exists();
    }

    @Test
    void oneRunHasOneWriter(@TempDir Path disk) {
        try (RunFolder first = RunFolder.open(disk, 3)) {
            assertThat(first.saved()).isEmpty();
            assertThatThrownBy(() -> RunFolder.open(disk, 3))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("Another trainer is writing to " + disk + "; stop it, or give this one another --run");
        }
        RunFolder.open(disk, 3).close();
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void flipOneBit(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }
}
