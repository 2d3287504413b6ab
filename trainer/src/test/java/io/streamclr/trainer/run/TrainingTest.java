package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.health.Similarities;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainingTest {

    private static final int PAIRS = 400;
    private static final int BATCH = SmallRuns.BATCH;

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
    void aRunThatStopsAndGoesOnEndsWithTheWeightsOfOneThatNeverStopped() throws Exception {
        Outcome whole = run("whole", 12);

        Outcome half = run("halves", 5);
        Outcome rest = run("halves", 12);

        assertThat(half.step()).isEqualTo(5);
        assertThat(rest.pairsNow()).isEqualTo(7 * BATCH);
        assertThat(rest.pairs()).isEqualTo(whole.pairs()).isEqualTo(12 * BATCH);
        assertThat(SmallRuns.tensors(rest)).isEqualTo(SmallRuns.tensors(whole));
    }

    @Test
    void viewsOfAnImageThatIsInABatchTwiceAreHeldAgainstEachOtherOnlyWhereAsked() throws Exception {
        runs.createViews("twice");
        runs.send("twice", 0, 16, SmallRuns.RECIPE, 3);

        Outcome masked = runs.train(checkpoints, "masked", "--steps 1 --views-topic twice");
        Outcome negative = runs.train(checkpoints, "negative", "--steps 1 --views-topic twice --same-image negative");

        assertThat(negative.loss()).isGreaterThan(masked.loss() + 0.1); // more of the batch counts as negatives
    }

    @Test
    void viewsOfPicturesThatLookAlikeAreNotHeldAgainstEachOtherWhereAsked() throws Exception {
        runs.createViews("alike");
        runs.send("alike", 0, 16, SmallRuns.HASHING, 4); // two images of each look
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        String options = "--steps 1 --views-topic alike --mask-picture-hash ";

        Outcome kept = runs.train(checkpoints, "far", options + "2");
        Outcome masked = new Training(runs.config(checkpoints, "near", options + "3"), registry).run(report -> {});

        assertThat(kept.loss()).isGreaterThan(masked.loss() + 0.1);
        // of the batch, whatever its images are, no view is held against one whose image has its look
        double sameLook = registry.get("streamclr.trainer.masked.pairs").gauge().value();
        assertThat(sameLook).isPositive();
        assertThat(registry.get("streamclr.trainer.masked.share").gauge().value())
                .isEqualTo(sameLook / (2 * BATCH * (2 * BATCH - 1)));
    }

    @Test
    void viewsThatDoNotSayWhatTheirPicturesLookLikeAreRefusedWhereThatIsCompared() {
        assertThatThrownBy(() -> runs.train(checkpoints, "unhashed", "--steps 1 --mask-picture-hash 4"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The views of recipe " + SmallRuns.RECIPE + " do not say what their pictures look like,"
                        + " which --mask-picture-hash compares; have them rendered by a recipe with picture-hash=yes, such"
                        + " as cifar,picture-hash=yes, into a topic of their own, and begin another run on it");
    }

    @Test
    void heldOutImagesAreProbedMeanwhileAndChangeNoWeight() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        List<Integer> sides = new ArrayList<>();
        List<Long> probed = new ArrayList<>();
        List<Similarities> similarities = new ArrayList<>();
        HeldOut heldOut = new HeldOut(4, side -> {
            sides.add(side);
            return images(200, side);
        });
        TrainConfig config = runs.config(checkpoints, "probed", "--steps 12 --measure-every 6");

        Outcome outcome = new Training(config, registry, ViewRenderer.NONE, heldOut).run(new TrainingListener() {
            @Override
            public void trained(StepReport report) {}

            @Override
            public void measured(long step, Map<String, Double> gauges) {
                if (gauges.containsKey("held_out_knn")) {
                    assertThat(gauges.get("held_out_knn")).isBetween(0.0, 1.0);
                    probed.add(step);
                }
            }

            @Override
            public void similar(long step, Similarities measured) {
                similarities.add(measured);
            }
        });

        assertThat(sides).as("read once, as large as the views").containsExactly(SmallRuns.SIDE);
        assertThat(probed)
                .as("200 images take two steps, so that of step 12 is not reported")
                .containsExactly(4L, 8L);
        assertThat(registry.get("streamclr.trainer.held.out.knn").gauge().value())
                .isBetween(0.0, 1.0);
        assertThat(registry.get("streamclr.trainer.held.out.slice.knn").gauges())
                .extracting(gauge -> gauge.getId().getTag("slice"))
                .containsExactlyInAnyOrder("0", "1", "2");
        assertThat(SmallRuns.text(checkpoints.resolve("probed/metrics.jsonl"))
                        .lines()
                        .filter(line -> line.contains("\"held_out_slice_knn/2\":")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"held_out_slice_knn/0\":"));
        assertThat(similarities).hasSizeGreaterThanOrEqualTo(2).allSatisfy(seen -> assertThat(
                        seen.positives().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(BATCH));
        assertThat(SmallRuns.tensors(outcome)).isEqualTo(SmallRuns.tensors(run("unprobed", 12)));
    }

    @Test
    void aSampleOfTheStreamIsReadBesideTrainingAndProbedAsSoonAsItIsThereAndChangesNoWeight() throws Exception {
        BlockingQueue<Thread> reading = new ArrayBlockingQueue<>(1);
        CountDownLatch secondStep = new CountDownLatch(1);
        List<Long> probed = new ArrayList<>();
        HeldOut sample = HeldOut.ofTheStream(5, side -> {
            reading.add(Thread.currentThread());
            await(secondStep);
            return images(200, side);
        });
        TrainConfig config = runs.config(checkpoints, "sampled", "--steps 12");

        Outcome outcome = new Training(config, new SimpleMeterRegistry(), ViewRenderer.NONE, sample)
                .run(new TrainingListener() {
                    @Override
                    public void trained(StepReport report) {
                        if (report.step() == 2) {
                            secondStep.countDown();
                            awaitEnd(reading);
                        }
                    }

                    @Override
                    public void measured(long step, Map<String, Double> gauges) {
                        assertThat(gauges).doesNotContainKeys("held_out_knn", "held_out_forgotten");
                        if (gauges.containsKey("sample_knn")) {
                            probed.add(step);
                        }
                    }
                });

        assertThat(probed).containsExactly(2L, 5L, 10L);
        assertThat(SmallRuns.tensors(outcome)).isEqualTo(SmallRuns.tensors(run("unsampled", 12)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnd(BlockingQueue<Thread> threads) {
        try {
            threads.take().join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static LabelledImages images(int count, int side) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(count * side * side * 3);
        int[] labels = new int[count];
        Random random = new Random(2);
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
            for (int k = 0; k < side * side * 3; k++) {
                pixels.put((byte) (random.nextInt(100) + 50 * labels[i]));
            }
        }
        return new LabelledImages(pixels.flip(), side, side, labels);
    }

    @Test
    void aStartThatFailsLeavesNoFolder() throws Exception {
        Path none = checkpoints.resolve("none");
        Training noCard = new Training(runs.config(none, "run", "--device gpu:99"), new SimpleMeterRegistry());
        Training noViews = new Training(runs.config(none, "run", "--views-topic nowhere"), new SimpleMeterRegistry());

        assertThatThrownBy(() -> noCard.run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The device gpu:99 cannot be used");
        assertThatThrownBy(() -> noViews.run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("nowhere");

        assertThat(none).doesNotExist();
    }

    @Test
    void whileThereAreNoViewsTheWaitingIsSeenToGrow() throws Exception {
        runs.createViews("few");
        runs.send("few", 0, 4 * BATCH, SmallRuns.RECIPE);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Training training = new Training(runs.config(checkpoints, "few", "--views-topic few"), registry);
        List<StepReport> trained = new ArrayList<>();
        List<StepReport> waiting = new ArrayList<>();
        List<Double> shown = new ArrayList<>();

        training.run(new TrainingListener() {
            @Override
            public void trained(StepReport report) {
                trained.add(report);
            }

            @Override
            public void waiting(StepReport report) {
                waiting.add(report);
                shown.add(
                        registry.get("streamclr.trainer.waiting.share").gauge().value());
                if (!trained.isEmpty() && report.step() == 4 && shown.size() > 2 && report.waitingShare() > 0.5) {
                    training.stop();
                }
            }
        });

        StepReport last = waiting.get(waiting.size() - 1);
        assertThat(trained).hasSize(4);
        assertThat(last.loss()).isEqualTo(trained.get(3).loss());
        assertThat(last.pairs()).isEqualTo(4 * BATCH);
        assertThat(last.waitingShare()).isBetween(0.5, 1.0).isEqualTo(shown.get(shown.size() - 1));
        assertThat(last.pairsPerSecond()).isLessThan(trained.get(3).pairsPerSecond());
    }

    @Test
    void whatAJobWroteAgainIsPassedOverCountedAndChangesNothing() throws Exception {
        runs.createViews("repeated");
        runs.send("repeated", 0, 24, SmallRuns.RECIPE);
        runs.send("repeated", 12, 64, SmallRuns.RECIPE);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        Outcome repeated = new Training(
                        runs.config(checkpoints, "repeated", "--views-topic repeated --steps 6"), registry)
                .run(report -> {});

        assertThat(registry.get("streamclr.trainer.repetitions").gauge().value())
                .isEqualTo(12);
        assertThat(registry.get("streamclr.trainer.pairs").counter().count()).isEqualTo(6 * BATCH);
        assertThat(SmallRuns.tensors(repeated)).isEqualTo(SmallRuns.tensors(run("unrepeated", 6)));
    }

    @Test
    void theCommandTrainsAndPrintsOneObject() {
        StringWriter out = new StringWriter();
        CommandLine command = TrainMain.commandLine().setOut(new PrintWriter(out));

        int code = command.execute(
                Stream.concat(Stream.of(runs.arguments(checkpoints, "command", "--steps 2")), Stream.of("--json"))
                        .toArray(String[]::new));

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("\"step\":2,\"pairs\":16,")
                .endsWith("step-00000002\"}" + System.lineSeparator());
    }

    @Test
    void aMistakeIsOneSentenceAndNoStack() {
        StringWriter err = new StringWriter();
        CommandLine command = TrainMain.commandLine().setErr(new PrintWriter(err));

        int code = command.execute("--bootstrap-server", "127.0.0.1:1", "--schedule", "cosine");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("A cosine schedule needs an end; give --steps, or --schedule constant"
                        + System.lineSeparator());
    }

    private Outcome run(String run, long steps) throws InterruptedException {
        return runs.train(checkpoints, run, "--steps " + steps);
    }
}
