package io.streamclr.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.Training.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainers, killed as {@code kill -9} kills, and held against one that was left alone. */
class KilledTrainerTest {

    private static final int PAIRS = 40_000;
    private static final String FOR_EVER = "--steps 0 --save-every 1";

    @TempDir
    private static Path home;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(home, PAIRS);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void killedAtAnyMomentItEndsWithTheWeightsOfOneThatWasLeftAlone() throws Exception {
        endsAlikeAfterKills(3, 20);
    }

    @Test
    @Tag("long")
    void killedTwentyTimesItHasTheSameWeightsTwoHundredStepsLater() throws Exception {
        endsAlikeAfterKills(20, 200);
    }

    /** A third of the kills fall while a checkpoint is written, a third just after one, a third at any time at all. */
    private void endsAlikeAfterKills(int kills, int stepsBehind) throws Exception {
        SplittableRandom random = new SplittableRandom(20);
        int halfWritten = 0;
        for (int kill = 0; kill < kills; kill++) {
            long before = newestStep();
            int moment = random.nextInt(3_000);
            Path log = checkpoints.resolve("child.log");
            Process child = SmallRuns.child(
                    log, TrainMain.class, List.of("-Xmx256m"), runs.arguments(checkpoints, "killed", FOR_EVER));
            if (kill % 3 != 2) {
                SmallRuns.await(child, log, () -> newestStep() > before + moment / 100);
            }
            if (kill % 3 == 0) {
                SmallRuns.await(child, log, this::isWriting);
            } else {
                assertThat(child.waitFor(moment, TimeUnit.MILLISECONDS))
                        .as(() -> SmallRuns.text(log))
                        .isFalse();
            }
            child.destroyForcibly().waitFor();
            halfWritten += isWriting() ? 1 : 0;
            assertThat(newestStep()).isGreaterThanOrEqualTo(before);
        }
        long saved = newestStep();
        System.out.println(
                "Killed " + kills + " times up to step " + saved + ", " + halfWritten + " times while it wrote");

        String end = "--save-every 1000000 --steps " + (saved + stepsBehind);
        Outcome rest = runs.train(checkpoints, "killed", end);
        Outcome whole = runs.train(checkpoints, "unharmed", end);

        assertThat(rest.pairsNow()).isEqualTo((long) stepsBehind * SmallRuns.BATCH);
        assertThat(rest.pairs()).isEqualTo(whole.pairs());
        assertThat(SmallRuns.tensors(rest)).isEqualTo(SmallRuns.tensors(whole));
    }

    /** The newest step in place; 0 for none. */
    private long newestStep() {
        return names().filter(name -> name.matches("step-\\d+"))
                .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
                .max()
                .orElse(0);
    }

    private boolean isWriting() {
        return names().anyMatch(name -> name.endsWith(".partial"));
    }

    private Stream<String> names() {
        Path folder = checkpoints.resolve("killed");
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
