package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a training ends: by a cool-down, when it is asked to, and in the middle of a step. */
class StoppingTest {

    private static final int PAIRS = 400;
    private static final int BATCH = SmallRuns.BATCH;

    /** As Java ends when it is asked to; a native library that is taken apart while it computes ends it by 134 or 139. */
    private static final int ENDED_BY_SIGTERM = 143;

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
    void aCoolDownThatIsAskedForEndsTheTrainingWithARateOfNearlyNothing() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Training training = new Training(runs.config(checkpoints, "cooling", ""), registry);
        List<StepReport> reports = new ArrayList<>();

        Outcome outcome = training.run(report -> {
            reports.add(report);
            if (report.step() == 3) {
                training.beginCoolDown(4);
            }
        });

        assertThat(outcome.step()).isEqualTo(7);
        assertThat(reports.stream().mapToDouble(StepReport::rate).toArray())
                .containsExactly(new double[] {0.005, 0.005, 0.005, 0.004, 0.003, 0.002, 0.001}, within(1e-12));
        assertThat(registry.get("streamclr.trainer.pairs").counter().count()).isEqualTo(7 * BATCH);
        assertThat(registry.get("streamclr.trainer.learning.rate").gauge().value())
                .isCloseTo(0.001, within(1e-12));
    }

    @Test
    void aCoolDownThatIsShortenedEndsSoonerAndTheJournalSaysTheRateOfEachStep() throws Exception {
        TrainConfig config = runs.config(checkpoints, "shortened", "");
        Training training = new Training(config, new SimpleMeterRegistry());
        List<StepReport> reports = new ArrayList<>();

        Outcome outcome = training.run(report -> {
            reports.add(report);
            if (report.step() == 2) {
                training.shortenCoolDown(1); // there is none yet
                training.beginCoolDown(9);
            }
            if (report.step() == 5) {
                assertThat(training.endOfCoolDown()).hasValue(11);
                training.shortenCoolDown(20); // ends sooner anyway
            }
            if (report.step() == 6) {
                training.shortenCoolDown(1);
            }
        });

        assertThat(outcome.step()).isEqualTo(7);
        double[] rates = reports.stream().mapToDouble(StepReport::rate).toArray();
        assertThat(rates)
                .containsExactly(new double[] {0.005, 0.005, 0.0045, 0.004, 0.0035, 0.003, 0.005 / 6}, within(1e-12));
        RunJournal journal =
                RunJournal.read(checkpoints, "shortened", config.topics().kafka());
        assertThat(LongStream.rangeClosed(1, 7).mapToDouble(journal::rateOf).toArray())
                .containsExactly(rates);
    }

    @Test
    void stoppingSavesWhatWasTrainedEvenWhileItWaitsForViews() throws Exception {
        Training training = new Training(runs.config(checkpoints, "stopped", ""), new SimpleMeterRegistry());
        int all = PAIRS / BATCH / 2 * 2;

        Outcome outcome = training.run(report -> {
            if (report.step() == all) {
                new Thread(training::stop).start();
            }
        });

        assertThat(outcome.step()).isEqualTo(all);
        assertThat(outcome.checkpoint().orElseThrow()).isDirectory().hasFileName("step-00000050");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --device cpu,cpu", " --memory fifo --memory-size 40 --updates 2"})
    void aStepThatIsStoppedInTheMiddleLeavesNoTraceAndIsDoneWhenTheRunGoesOn(String more) throws Exception {
        String chunked = "--chunk 4" + more;
        String run = "interrupted-" + more.length(); // batches of all of these are in one topic
        runs.train(checkpoints, run, chunked + " --steps 3");

        Outcome stopped = stopInTheMiddle(run, chunked);
        Outcome rest = runs.train(checkpoints, run, chunked + " --steps 6");

        assertThat(stopped.step()).isEqualTo(3);
        assertThat(stopped.pairsNow()).isZero();
        assertThat(rest.pairsNow()).isEqualTo(3 * BATCH);
        assertThat(SmallRuns.tensors(rest))
                .isEqualTo(SmallRuns.tensors(runs.train(checkpoints, "un" + run, chunked + " --steps 6")));
    }

    @Test
    void aRunThatIsStoppedInItsFirstStepSavesNothingAndBeginsAgainWithTheSameBatch() throws Exception {
        Outcome stopped = stopInTheMiddle("at-once", "--chunk 4");
        Outcome again = runs.train(checkpoints, "at-once", "--chunk 4 --steps 3");

        assertThat(stopped.step()).isZero();
        assertThat(stopped.checkpoint()).isEmpty();
        assertThat(SmallRuns.tensors(again))
                .isEqualTo(SmallRuns.tensors(runs.train(checkpoints, "not-at-once", "--chunk 4 --steps 3")));
    }

    @Test
    void aProcessThatIsAskedToEndWithinItsFirstStepEndsByItself() throws Exception {
        Path log = checkpoints.resolve("child.log");
        // Convolutions that other trainers of these tests are tried for, in many chunks.
        String chunked = "--batch-size " + PAIRS + " --block 1";
        Process child = SmallRuns.child(
                log, TrainMain.class, List.of("-Xmx256m"), runs.arguments(checkpoints, "ended", chunked));

        SmallRuns.await(child, log, () -> SmallRuns.text(log).contains("computing step 1, about"));
        child.destroy();

        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).as(SmallRuns.text(log)).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(SmallRuns.text(log)).contains("Stopped before the first step was done");
        assertThat(checkpoints.resolve("ended")).as("nothing was saved").doesNotExist();
    }

    /** Trains until the first chunk of the first step is done, and stops there. */
    private Outcome stopInTheMiddle(String run, String options) throws InterruptedException {
        Training training =
                new Training(runs.config(checkpoints, run, options), new SimpleMeterRegistry(), SmallRuns.REPLAYING);
        return training.run(new TrainingListener() {
            @Override
            public void trained(StepReport report) {}

            @Override
            public void computing(Computing step) {
                if (step.done() > 0) {
                    training.stop();
                }
            }
        });
    }
}
