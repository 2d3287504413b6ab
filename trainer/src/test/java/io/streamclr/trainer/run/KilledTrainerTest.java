package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Real trainers, killed as {@code kill -9} kills, and held against one that was left alone. */
class KilledTrainerTest {

    private static final int PAIRS = 40_000;
    private static final String FOR_EVER = "--steps 0 --save-every 1";
    private static final String MEMORY = " --memory minred --memory-size 40 --replayed-share 0.5 --updates 3";

    /** A trainer that can draw views of what it remembers. */
    static final class RememberingMain {

        private RememberingMain() {}

        public static void main(String[] args) {
            System.exit(new CommandLine(new TrainCommand(
                            (kafka, images) -> SmallRuns.REPLAYING, HeldOut.NOBODY_READS, Audience.NONE))
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .execute(args));
        }
    }

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
    void killedAtAnyMomentItEndsWithTheWeightsOfOneThatWasLeftAlone() throws Exception {
        endsAlikeAfterKills("killed", 3, 20, "");
    }

    @Test
    void killedWithAMemoryItEndsWithTheWeightsOfOneThatWasLeftAlone() throws Exception {
        endsAlikeAfterKills("forgetful", 2, 20, MEMORY);
    }

    @Test
    @Tag("long")
    void killedTwentyTimesItHasTheSameWeightsTwoHundredStepsLater() throws Exception {
        endsAlikeAfterKills("killed-often", 20, 200, "");
    }

    @Test
    @Tag("long")
    void killedTwentyTimesWithAMemoryItHasTheSameWeightsTwoHundredStepsLater() throws Exception {
        endsAlikeAfterKills("forgetful-often", 20, 200, MEMORY);
    }

    /** A third of the kills fall while a checkpoint is written, a third just after one, a third at any time at all. */
    private void endsAlikeAfterKills(String run, int kills, int stepsBehind, String more) throws Exception {
        SplittableRandom random = new SplittableRandom(20);
        int halfWritten = 0;
        for (int kill = 0; kill < kills; kill++) {
            long before = newestStep(run);
            int moment = random.nextInt(3_000);
            Path log = checkpoints.resolve("child.log");
            Process child = SmallRuns.child(
                    log, RememberingMain.class, List.of("-Xmx256m"), runs.arguments(checkpoints, run, FOR_EVER + more));
            if (kill % 3 != 2) {
                SmallRuns.await(child, log, () -> newestStep(run) > before + moment / 300);
            }
            if (kill % 3 == 0) {
                SmallRuns.await(child, log, () -> isWriting(run));
            } else {
                assertThat(child.waitFor(moment, TimeUnit.MILLISECONDS))
                        .as(() -> SmallRuns.text(log))
                        .isFalse();
            }
            child.destroyForcibly().waitFor();
            halfWritten += isWriting(run) ? 1 : 0;
            assertThat(newestStep(run)).isGreaterThanOrEqualTo(before);
        }
        long saved = newestStep(run);
        System.out.println(
                "Killed " + kills + " times up to step " + saved + ", " + halfWritten + " times while it wrote");

        String end = "--save-every 1000000 --steps " + (saved + stepsBehind) + more;
        String line = String.format(Locale.ROOT, "step ([\\d,]+) of %,d,", saved + stepsBehind);
        assertThat(trainInAProcess(run, end)).satisfies(words -> {
            Matcher shown = Pattern.compile(line).matcher(words);
            assertThat(shown.results().map(each -> Long.parseLong(each.group(1).replace(",", ""))))
                    .isNotEmpty()
                    .allMatch(step -> step >= saved);
        });
        trainInAProcess(run + "-not", end);
        // Both are at their end, so this trains nothing and only tells of them.
        Outcome rest = runs.train(checkpoints, run, end);
        Outcome whole = runs.train(checkpoints, run + "-not", end);

        assertThat(rest.pairsNow()).isZero();
        assertThat(rest.step()).isEqualTo(saved + stepsBehind);
        assertThat(rest.pairs()).isEqualTo(whole.pairs());
        assertThat(SmallRuns.tensors(rest)).isEqualTo(SmallRuns.tensors(whole));
    }

    /**
     * What a child says that trains to its end. A process of its own, as those that were killed: where a machine computes
     * some convolutions wrongly, a process takes the way that is right for all networks it has seen.
     */
    private String trainInAProcess(String run, String more) throws Exception {
        Path log = checkpoints.resolve(run + ".log");
        Process child = SmallRuns.child(
                log, RememberingMain.class, List.of("-Xmx256m"), runs.arguments(checkpoints, run, more));
        int status = child.waitFor();
        assertThat(status).as(() -> SmallRuns.text(log)).isZero();
        return SmallRuns.text(log);
    }

    /** The newest step in place; 0 for none. */
    private long newestStep(String run) {
        return names(run)
                .filter(name -> name.matches("step-\\d+"))
                .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
                .max()
                .orElse(0);
    }

    private boolean isWriting(String run) {
        return names(run).anyMatch(name -> name.endsWith(".partial"));
    }

    private Stream<String> names(String run) {
        Path folder = checkpoints.resolve(run);
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
