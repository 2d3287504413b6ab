package io.streamclr.trainer.checkpoint;

import static io.streamclr.trainer.checkpoint.SmallCheckpoint.ARCHITECTURE;
import static io.streamclr.trainer.checkpoint.SmallCheckpoint.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.trainer.encoder.ContentSums;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever happens to the files of a checkpoint, the list of their digests shows it. */
class ContentSumsTest {

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = memory.getPath("/data/run");

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
                Path.of(ContentSumsTest.class.getResource("/goldens/" + golden).toURI());
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
            Path saved = run.save(SmallCheckpoint.after(1));
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
            Path saved = run.save(SmallCheckpoint.after(1));
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

    @Test
    void whatOthersPutIntoACheckpointIsPassedOver() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(SmallCheckpoint.after(1));
            Files.createSymbolicLink(saved.resolve("loop"), saved);
            for (int i = 0; i < 2_000; i++) {
                Files.writeString(saved.resolve("note-" + i), "of a person");
            }

            assertThat(run.newest(ARCHITECTURE, SETTINGS)).isPresent();
            assertThat(run.save(SmallCheckpoint.after(1))).isEqualTo(saved);
            assertThat(saved.resolve("note-7")).exists();
        }
    }

    @Test
    void aListOfFilesLargerThanAnyIsNotRead() throws Exception {
        try (RunFolder run = RunFolder.open(folder, 4)) {
            Path saved = run.save(SmallCheckpoint.after(1));
            Files.write(saved.resolve(ContentSums.FILE), new byte[1 << 20]);

            assertThat(ContentSums.damage(saved))
                    .hasValueSatisfying(words -> assertThat(words).endsWith("it has more than 65536 bytes"));
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
