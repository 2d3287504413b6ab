package io.streamclr.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFolderTest {

    private static final Architecture ARCHITECTURE = Architecture.of(new NetworkPlan(
            18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
    private static final Map<String, String> SETTINGS = Map.of("--batch", "256");
    private static final Map<String, String> ROUNDING = Map.of("--threads", "2");

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = memory.getPath("/data/run");

    @Test
    void whatIsSavedComesBackToTheBit() {
        Checkpoint saved = checkpoint(1200);
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(saved);
        }

        try (RunFolder run = RunFolder.open(folder, 3)) {
            Checkpoint found = run.newest(ARCHITECTURE, SETTINGS).orElseThrow();

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
            Path saved = run.save(checkpoint(1200));

            assertThat(Files.readString(saved.resolve("checkpoint.json")))
                    .isEqualTo(new String(written.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void everySettingThatDiffersIsNamedAndNoneThatOnlyOneKnows() {
        Map<String, String> before = new LinkedHashMap<>();
        before.put("--loss", "debiased");
        before.put("--tau-plus", "0.1");
        before.put("--width", "1/8");
        before.put("--mask-picture-hash", "");
        before.put("--zero-gamma", "true");
        Map<String, String> now = new LinkedHashMap<>(before);
        now.put("--loss", "dcl");
        now.remove("--tau-plus");
        now.put("--mask-picture-hash", "4");
        now.put("--zero-gamma", "false");
        now.put("--norm", "group");

        assertThat(Differences.between(before, now).sentence())
                .isEqualTo(
                        "was begun with --loss debiased, no --mask-picture-hash and --zero-gamma, and now --loss dcl,"
                                + " --mask-picture-hash 4 and no --zero-gamma are asked for");
        assertThat(Differences.between(before, before).isEmpty()).isTrue();
    }

    @Test
    void settingsOfReleaseOneThatNobodyUnderstandsStayAsTheyAre() {
        assertThat(FirstSettings.inWords(
                        Map.of("--loss", "Magic[of=7]", "--optimiser", "none", "--width", "wide", "--more", "4.0")))
                .isEqualTo(Map.of("--loss", "Magic[of=7]", "--optimiser", "none", "--width", "wide", "--more", "4"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_240_101_000_000L, 1L << 53 | 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void seedsOfReleaseOneStayTheSameToTheLastDigit(long seed) {
        assertThat(FirstSettings.inWords(Map.of("--seed", Long.toString(seed))))
                .containsExactly(Map.entry("--seed", Long.toString(seed)));
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
                run.save(checkpoint(step));
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
            run.keepForGood(run.save(checkpoint(1)));
            for (int step = 2; step <= 4; step++) {
                run.save(checkpoint(step));
            }

            assertThat(run.saved()).containsExactly(run.place(4), run.place(1));
            assertThat(run.keptForGood()).containsExactly(run.place(1));
        }
    }

    @Test
    void aDamagedCheckpointTakesNoSoundOnesPlace() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 2)) {
            run.save(checkpoint(1));
            flipOneBit(run.save(checkpoint(2)).resolve("feed.position"));
            run.newest(ARCHITECTURE, SETTINGS);

            run.save(checkpoint(3));

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
            run.save(checkpoint(1));
            Path cut = run.save(checkpoint(2)).resolve(file);
            Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), (int) Files.size(cut) / 2));
            Files.delete(run.save(checkpoint(3)).resolve(file));

            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(1);
        }
    }

    @Test
    void aCheckpointOfVersion1IsStillRead() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
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
    void whatVersion3DidNotKnowOfWasOffAndIsHeldAgainstWhatIsAskedFor() {
        Map<String, String> before =
                ThirdSettings.inWords(Map.of("--optimiser", "sgd", "--momentum", "0.9", "--head-layers", "2"));
        Map<String, String> now = new LinkedHashMap<>(before);
        now.put("--nesterov", "true");
        now.put("--clip-gradients", "0.5");

        Differences found = Differences.between(before, now);

        assertThat(found.now()).containsExactlyInAnyOrder("--nesterov", "--clip-gradients 0.5");
        assertThat(found.before()).containsExactlyInAnyOrder("no --nesterov", "no --clip-gradients");
        assertThat(ThirdSettings.inWords(Map.of("--optimiser", "lars", "trust", "0.001")))
                .isEqualTo(Map.of("--optimiser", "lars", "--trust-coefficient", "0.001", "--clip-gradients", ""));
    }

    @Test
    void aCheckpointOfALaterVersionIsRefused() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
            rewrite(saved, facts -> facts.put("version", 9));

            assertThatThrownBy(() -> run.newest(ARCHITECTURE, SETTINGS))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "The checkpoint " + saved + " cannot be read (its format is version 9, and versions 1 to"
                                    + " 5 are known to this StreamCLR); move it away to go on from the one before it");
        }
    }

    @Test
    void aCheckpointWhoseListOfFilesHasNoSumIsStillRead() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = unzip("checkpoint-without-a-sum-of-its-list.zip", folder);

            Checkpoint read = run.newest(ARCHITECTURE, SETTINGS).orElseThrow();

            assertThat(Files.readString(saved.resolve(ContentSums.FILE))).doesNotContain("#");
            assertThat(read.origin().step()).isEqualTo(7);
            assertThat(read.values()).hasSameSizeAs(ARCHITECTURE.slots());
            assertThat(read.feedPosition()).containsExactly(1, 2, 7);
            assertThat(read.optimiser().get("velocity").get(0))
                    .containsOnly(read.values().get(ARCHITECTURE.slots().get(0).name())[0]);
        }
    }

    @Test
    void aListOfFilesWithoutASumMustNameWhatIsThereAndNothingElse() throws Exception {
        Files.createDirectories(folder);
        Path saved = unzip("checkpoint-without-a-sum-of-its-list.zip", folder);
        Path list = saved.resolve(ContentSums.FILE);
        List<String> lines = Files.readAllLines(list);
        for (int kept = 1; kept < lines.size(); kept++) {
            Files.write(list, lines.subList(0, kept));

            assertThat(ContentSums.damage(saved)).as(kept + " lines").isPresent();
        }
        Files.write(list, lines);
        Files.writeString(saved.resolve("memory.replay"), "of another checkpoint");

        assertThat(ContentSums.damage(saved)).contains("SHA256SUMS does not name memory.replay");
    }

    /** Unpacks one of the goldens, a folder, and returns it. */
    private static Path unzip(String golden, Path into) throws Exception {
        Path archive =
                Path.of(RunFolderTest.class.getResource("/goldens/" + golden).toURI());
        try (FileSystem zip = FileSystems.newFileSystem(archive);
                Stream<Path> folders = Files.list(zip.getPath("/"))) {
            Path packed = folders.findFirst().orElseThrow();
            Path unpacked = Files.createDirectory(
                    into.resolve(packed.getFileName().toString().replace("/", "")));
            try (Stream<Path> files = Files.list(packed)) {
                for (Path file : files.toList()) {
                    Files.copy(file, unpacked.resolve(file.getFileName().toString()));
                }
            }
            return unpacked;
        }
    }

    @Test
    void whateverHappensToTheListOfFilesIsNoticed() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
            Path list = saved.resolve(ContentSums.FILE);
            byte[] sound = Files.readAllBytes(list);
            List<String> lines = Files.readAllLines(list);
            List<byte[]> damages = new ArrayList<>();
            for (int bit = 0; bit < 8 * sound.length; bit++) {
                byte[] flipped = sound.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                damages.add(flipped);
            }
            for (int length = 0; length < sound.length; length++) {
                damages.add(Arrays.copyOf(sound, length));
            }
            for (int line = 0; line < lines.size(); line++) {
                List<String> others = new ArrayList<>(lines);
                String moved = others.remove(line);
                damages.add(text(others));
                damages.add(text(List.of(moved)));
                others.add((line + 1) % lines.size(), moved);
                damages.add(text(others));
                others.add(moved);
                damages.add(text(others));
            }

            for (byte[] damage : damages) {
                Files.write(list, damage);
                // The last line may be lost alone: the others then name all that is there, and are right.
                boolean isWhole = new String(damage, StandardCharsets.UTF_8).equals(text(lines, 7));
                assertThat(ContentSums.damage(saved).isPresent())
                        .as(new String(damage, StandardCharsets.UTF_8))
                        .isEqualTo(!isWhole);
            }
        }
    }

    private static byte[] text(List<String> lines) {
        return text(lines, lines.size()).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(List<String> lines, int first) {
        return lines.stream().limit(first).map(line -> line + "\n").collect(Collectors.joining());
    }

    @Test
    void whatFlipsOrIsCutAnywhereInACheckpointIsNoticed() throws Exception {
        SplittableRandom random = new SplittableRandom(14);
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
            for (Path file : sorted(saved)) {
                byte[] sound = Files.readAllBytes(file);
                for (int damage = 0; damage < 20; damage++) {
                    byte[] flipped = sound.clone();
                    flipped[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));
                    for (byte[] damaged : List.of(flipped, Arrays.copyOf(sound, random.nextInt(sound.length)))) {
                        Files.write(file, damaged);
                        assertThat(ContentSums.damage(saved))
                                .as(file.toString())
                                .isPresent();
                    }
                }
                Files.write(file, sound);
            }
            assertThat(ContentSums.damage(saved)).isEmpty();
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void whatOthersPutIntoACheckpointIsPassedOver() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
            Files.createSymbolicLink(saved.resolve("loop"), saved);
            for (int i = 0; i < 2_000; i++) {
                Files.writeString(saved.resolve("note-" + i), "of a person");
            }

            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isPresent();
            assertThat(run.save(checkpoint(1))).isEqualTo(saved);
            assertThat(saved.resolve("note-7")).exists();
        }
    }

    @Test
    void aListOfFilesLargerThanAnyIsNotRead() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(checkpoint(1));
            Files.write(saved.resolve(ContentSums.FILE), new byte[1 << 20]);

            assertThat(ContentSums.damage(saved))
                    .hasValueSatisfying(words -> assertThat(words).endsWith("it has more than 65536 bytes"));
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
                run.save(checkpoint(step));
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
            run.save(checkpoint(1));
            Files.delete(run.save(checkpoint(2)).resolve("SHA256SUMS"));
        }

        try (RunFolder run = RunFolder.open(folder, 3)) {
            assertThat(run.saved()).containsExactly(run.place(1));
        }
    }

    @Test
    void aDamagedCheckpointIsPassedOverForTheOneBeforeIt() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            run.save(checkpoint(1));
            Path newest = run.save(checkpoint(2));
            flipOneBit(newest.resolve("optimiser.safetensors"));

            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(1);

            run.save(checkpoint(2));
            assertThat(run.newest(ARCHITECTURE, SETTINGS).orElseThrow().origin().step())
                    .isEqualTo(2);
        }
    }

    @Test
    void aRunOfDamagedCheckpointsAloneIsRefusedAndNotBegunAgain() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 3)) {
            Files.delete(run.save(checkpoint(1)).resolve("head.safetensors"));

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
            run.save(checkpoint(1));

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
            run.save(checkpoint(1));

            assertThatThrownBy(() -> run.save(checkpoint(2)))
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
            run.save(checkpoint(9));
            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isPresent();
        }
    }

    @Test
    void aCheckpointThatIsRefusedWhenItIsWrittenLeavesNothing(@TempDir Path disk) throws Exception {
        try (RunFolder run = RunFolder.open(disk, 3)) {
            assertThatThrownBy(() -> run.save(checkpoint(1), written -> {
                        throw new RefusalException("another trainer took over");
                    }))
                    .hasMessage("another trainer took over");

            assertThat(sorted(disk)).containsExactly(disk.resolve("lock"));
        }
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

    private static Checkpoint checkpoint(long step) {
        Map<String, float[]> values = ARCHITECTURE.initialValues(step);
        List<float[]> velocity = ARCHITECTURE.slots().stream()
                .filter(Slot::trained)
                .map(slot -> values.get(slot.name()).clone())
                .toList();
        return new Checkpoint(
                ARCHITECTURE,
                new Origin("run", step, 3, "00ff00ff00ff00ff", 28, 28),
                step * 256,
                SETTINGS,
                ROUNDING,
                LearningRate.constant(0.1, 10).coolingDown(step, 100, Decay.SQRT),
                new byte[] {1, 2, (byte) step},
                values,
                Map.of("velocity", velocity));
    }

    private static void flipOneBit(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }
}
