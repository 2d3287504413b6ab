package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.run.Training.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers of one run: the later one goes on, and the one before writes nothing more, wherever it was. */
class TakeoverTest {

    private static final int PAIRS = 1_000;

    /** For what takes seconds, but on a machine with much else to do minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

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
    void ofTwoThatKeepTheirCheckpointsApartTheLaterOneTrainsTheRunAlone() throws Exception {
        Outcome alone = runs.train(checkpoints.resolve("alone"), "alone", "--steps 60");
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Outcome> first = training(checkpoints.resolve("first"), "twice", "--steps 100", step -> {
            if (step == 7) {
                under.countDown();
                await(over);
            }
        });
        await(under);

        Outcome second = runs.train(checkpoints.resolve("second"), "twice", "--steps 60");
        over.countDown();

        assertThatThrownBy(() -> first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Run twice was taken over by another trainer (process ");
        assertThat(second.step()).isEqualTo(60);
        assertThat(SmallRuns.tensors(second)).isEqualTo(SmallRuns.tensors(alone));
        assertThat(names("twice", 60)).isEqualTo(names("alone", 60)).hasSize(60);
    }

    @Test
    void whereAPlaceHasNoLocksTheOneThatWasReplacedTouchesNothingOfTheOther() throws Exception {
        try (FileSystem shared = Jimfs.newFileSystem("shared", Configuration.unix())) {
            CountDownLatch under = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            CompletableFuture<Outcome> first =
                    training("jimfs://shared/runs", "shared", "--steps 100 --save-every 6", step -> {
                        if (step == 5) {
                            under.countDown();
                            await(over);
                        }
                    });
            await(under);
            Outcome second = runs.train("jimfs://shared/runs", "shared", "--steps 20 --save-every 6");
            Map<String, Integer> left = contents(shared.getPath("/runs"));
            over.countDown();

            assertThatThrownBy(() -> first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasMessageContaining("was taken over");
            assertThat(second.step()).isEqualTo(20);
            assertThat(contents(shared.getPath("/runs"))).isEqualTo(left).isNotEmpty();
        }
    }

    @Test
    void aTrainerThatIsStoppedReplacedAndContinuedEndsWithASentenceAndWritesNothing() throws Exception {
        Path own = checkpoints.resolve("own");
        Path log = checkpoints.resolve("child.log");
        Process paused = SmallRuns.child(
                log,
                TrainMain.class,
                List.of("-Xmx256m"),
                runs.arguments(own, "paused", "--steps 0 --save-every 2 --measure-every 2"));
        try {
            SmallRuns.await(paused, log, () -> Files.exists(own.resolve("paused/step-00000004")));
            signal("-STOP", paused);
            SmallRuns.await(paused, log, () -> state(paused).startsWith("T"));
            Map<String, Integer> left = contents(own);

            Outcome next = runs.train(checkpoints.resolve("next"), "paused", "--steps 60");
            List<Long> ends = ends();
            signal("-CONT", paused);

            assertThat(paused.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(paused.exitValue()).isEqualTo(4);
            assertThat(SmallRuns.text(log).strip().lines().reduce((earlier, later) -> later))
                    .hasValueSatisfying(sentence -> assertThat(sentence)
                            .startsWith("Run paused was taken over by another trainer (process ")
                            .endsWith("started again"));
            assertThat(next.step()).isEqualTo(60);
            assertThat(ends()).isEqualTo(ends);
            assertThat(ofTheRun(contents(own))).isEqualTo(ofTheRun(left));
        } finally {
            paused.destroyForcibly().waitFor();
        }
    }

    @Test
    void whoIsStartedByMistakeWithOtherSettingsIsRefusedAndDisturbsNobody() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Outcome> first = training(checkpoints.resolve("mine"), "mine", "--steps 30", step -> {
            if (step == 7) {
                under.countDown();
                await(over);
            }
        });
        await(under);

        assertThatThrownBy(() -> runs.train(checkpoints.resolve("other"), "mine", "--steps 30 --batch-size 16"))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("was fed with another batch size");
        over.countDown();

        assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).step()).isEqualTo(30);
    }

    private interface AtStep {
        void reached(long step);
    }

    private CompletableFuture<Outcome> training(Object place, String run, String more, AtStep at) {
        Training training = new Training(runs.config(place, run, more), new SimpleMeterRegistry());
        return CompletableFuture.supplyAsync(() -> {
            try {
                return training.run(report -> at.reached(report.step()));
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void signal(String signal, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** That of all its threads: one may still be writing when the signal is sent. */
    private static String state(Process process) {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(process.pid())).start();
            return new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException noPs) {
            throw new UncheckedIOException(noPs);
        }
    }

    /** What each step of a run was fed. */
    private static List<String> names(String run, long steps) {
        return LoggedRun.read(runs.broker().connection(), "batches", run, 0, steps).batches().stream()
                .map(LoggedBatch::manifest)
                .map(manifest -> manifest.getStep() + " " + manifest.getRanges() + manifest.getDigest())
                .toList();
    }

    private static List<Long> ends() {
        try (Topics topics = Topics.at(runs.broker().connection())) {
            return Stream.of("batches", "encoders")
                    .map(topic -> topics.end(topic).get(0))
                    .toList();
        }
    }

    /** By file, a hash of its bytes. */
    private static Map<String, Integer> contents(Path folder) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    contents.put(file.toString(), Arrays.hashCode(Files.readAllBytes(file)));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            });
        }
        return contents;
    }

    /** Apart from a checkpoint that was half written, and from its own file of events, which it closes. */
    private static Map<String, Integer> ofTheRun(Map<String, Integer> contents) {
        Map<String, Integer> whole = new TreeMap<>(contents);
        whole.keySet().removeIf(file -> file.contains(".partial") || file.contains(".tfevents."));
        return whole;
    }
}
