package io.streamclr.trainer.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.health.Slice;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.RunStatus;
import org.slf4j.LoggerFactory;

/** What arrives in MLflow of a training, which is played here, and what becomes of the training if nothing arrives. */
class KeptInMlflowTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Pace QUICK = new Pace(Duration.ofMillis(10), LONG, LONG);

    @TempDir
    private Path checkpoints;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.streamclr.trainer.mlflow");
    private final Logger client = (Logger) LoggerFactory.getLogger("org.mlflow");
    private RecordingServer server;

    @BeforeEach
    void start() throws Exception {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        ours.addAppender(log);
        client.addAppender(log);
        client.setAdditive(false);
        server = RecordingServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
        ours.detachAppender(log);
        client.detachAppender(log);
        client.setAdditive(true);
        client.setLevel(Level.ERROR);
    }

    private TrainConfig config(String more) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        String all = "--bootstrap-server host:1 --checkpoints " + checkpoints
                + " --run first --batch-size 96 --seed 9 --threads 2 " + more;
        String[] words = all.strip().split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            options.put(words[i], words[i + 1]);
        }
        TrainConfig config = SmallRuns.config(options.entrySet().stream()
                .flatMap(option -> Stream.of(option.getKey(), option.getValue()))
                .toArray(String[]::new));
        Files.createDirectories(config.folder());
        return config;
    }

    private MlflowServer found(Pace pace) throws InterruptedException {
        return MlflowServer.find(server.address(), "pictures", Map.of(), pace);
    }

    /** Plays a training from a step on, which has begun when the rest of it is played. */
    private void train(Pace pace, String more, long after, Consumer<TrainingListener> what) throws Exception {
        String done = found(pace).keep(config(more), () -> false, kept -> {
            kept.began(after, 0);
            what.accept(kept);
            return "done";
        });
        assertThat(done).isEqualTo("done");
    }

    private static StepReport step(long step) {
        return new StepReport(step, 5.0 / step, 0.001, 96 * step, 50, 0.25, 0.5);
    }

    private String warnings() {
        return log.list.stream()
                .filter(event -> event.getLoggerName().startsWith("io.streamclr")
                        && event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .collect(Collectors.joining("\n"));
    }

    private RecordingServer.Kept only() {
        assertThat(server.runs()).hasSize(1);
        return server.runs().get(0);
    }

    /** On a machine that is slow, the answer to making the run may come too late, and another is made. */
    private RecordingServer.Kept newest() {
        List<RecordingServer.Kept> runs = server.runs();
        return runs.get(runs.size() - 1);
    }

    private static Map<String, Double> valuesAt(RecordingServer.Kept run, long step) {
        Map<String, Double> values = new HashMap<>();
        run.metrics().stream()
                .filter(metric -> metric.getStep() == step)
                .forEach(metric -> values.put(metric.getKey(), metric.getValue()));
        return values;
    }

    @Test
    void settingsFiguresOriginAndEndOfARunArrive() throws Exception {
        train(QUICK, "--loss dcl --steps 30", 0, kept -> {
            kept.trained(step(9));
            kept.trained(step(10));
            kept.measured(15, Map.of("feature_rank", 7.5, "uniformity", Double.NaN));
            kept.probed(new Answer(20, 0.5, List.of(new Slice("cat (big)", 4, 3))));
            kept.trained(step(20));
        });

        RecordingServer.Kept run = only();
        assertThat(run.info().getRunName()).isEqualTo("first");
        assertThat(run.params())
                .containsEntry("batch-size", "96")
                .containsEntry("loss", "dcl")
                .containsEntry("steps", "30")
                .containsEntry("seed", "9")
                .containsEntry("device", "cpu")
                .containsEntry("schedule", "constant")
                .doesNotContainKeys("batch", "devices", "mask-near-duplicates");
        assertThat(valuesAt(run, 10))
                .containsEntry("train/loss", 0.5)
                .containsEntry("train/learning_rate", 0.001)
                .containsEntry("train/pairs", 960.0)
                .containsEntry("train/waiting_share", 0.25);
        assertThat(valuesAt(run, 15))
                .containsOnly(Map.entry("gauge/feature_rank", 7.5), Map.entry("gauge/uniformity", Double.NaN));
        assertThat(valuesAt(run, 20))
                .containsEntry("slice/held_out_slice_knn/cat _big_", 0.75)
                .containsEntry("train/loss", 0.25);
        assertThat(valuesAt(run, 9)).isEmpty();
        assertThat(run.tags())
                .containsEntry("streamclr.version", Build.here().words())
                .containsEntry(
                        "streamclr.run_folder",
                        checkpoints.resolve("first").toUri().toString())
                .containsEntry("mlflow.source.name", "streamclr train");
        assertThat(run.statuses()).containsExactly(RunStatus.RUNNING, RunStatus.FINISHED);
        assertThat(run.info().getEndTime()).isGreaterThanOrEqualTo(run.info().getStartTime());
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aRunThatIsResumedGoesOnInTheSameRunAndSaysWhatHasChanged() throws Exception {
        train(QUICK, "", 0, kept -> kept.trained(step(10)));
        train(QUICK, "--threads 3 --measure-every 50", 10, kept -> kept.trained(step(20)));

        RecordingServer.Kept run = only();
        assertThat(run.metrics())
                .filteredOn(metric -> metric.getKey().equals("train/loss"))
                .extracting(Metric::getStep, Metric::getValue)
                .containsExactly(tuple(10L, 0.5), tuple(20L, 0.25));
        assertThat(run.params()).containsEntry("threads", "2");
        assertThat(run.tags())
                .containsEntry("streamclr.changed.threads", "3 after step 10")
                .containsEntry("streamclr.changed.measure-every", "50 after step 10")
                .doesNotContainKey("streamclr.changed.batch-size");
        assertThat(run.statuses())
                .containsExactly(RunStatus.RUNNING, RunStatus.FINISHED, RunStatus.RUNNING, RunStatus.FINISHED);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aSettingThatIsChangedSaysSinceWhenUntilItIsChangedAgain() throws Exception {
        train(QUICK, "", 0, kept -> {});
        train(QUICK, "--threads 3", 10, kept -> {});
        train(QUICK, "--threads 3", 20, kept -> {});
        assertThat(only().tags()).containsEntry("streamclr.changed.threads", "3 after step 10");

        train(QUICK, "", 30, kept -> {});
        assertThat(only().tags()).containsEntry("streamclr.changed.threads", "2 after step 30");
        assertThat(only().params()).containsEntry("threads", "2");
    }

    @Test
    void aRunThatTheServerHasNoMoreBeginsAnewThere() throws Exception {
        train(QUICK, "", 0, kept -> {});
        server.deleteRuns();
        train(QUICK, "", 10, kept -> kept.trained(step(20)));
        server.close();
        server = RecordingServer.start();
        train(QUICK, "", 20, kept -> kept.trained(step(30)));
        train(QUICK, "", 30, kept -> kept.trained(step(40)));

        assertThat(only().metrics())
                .filteredOn(metric -> metric.getKey().equals("train/loss"))
                .extracting(Metric::getStep)
                .containsExactly(30L, 40L);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aDamagedNoteOfTheRunCostsItsPlaceInMlflowAndNoMore() throws Exception {
        train(QUICK, "", 0, kept -> {});
        Path file = checkpoints.resolve("first/mlflow.json");
        Files.writeString(file, "{");

        train(QUICK, "", 10, kept -> {});

        assertThat(server.runs()).hasSize(2);
        assertThat(warnings()).startsWith("Run first begins anew in MLflow, because " + file + " cannot be read (");
    }

    @Test
    void theRunSaysWhetherItWasStoppedFailedOrTakenOver() throws Exception {
        MlflowServer found = found(QUICK);
        found.keep(config("--run stopped"), () -> true, kept -> {
            kept.began(0, 0);
            return "saved";
        });
        assertThatThrownBy(() -> found.keep(config("--run failed"), () -> false, kept -> {
                    kept.began(0, 0);
                    throw new IllegalStateException("a defect");
                }))
                .hasMessage("a defect");
        assertThatThrownBy(() -> found.keep(config("--run taken"), () -> false, kept -> {
                    kept.began(0, 0);
                    throw new RefusalException("another trains it", RunOwner.TAKEN_OVER);
                }))
                .hasMessage("another trains it");
        assertThatThrownBy(() -> found.keep(config("--run refused"), () -> false, kept -> {
                    throw new RefusalException("it cannot begin");
                }))
                .hasMessage("it cannot begin");

        assertThat(server.runs())
                .extracting(run -> run.info().getRunName(), run -> run.info().getStatus())
                .containsExactly(
                        tuple("stopped", RunStatus.KILLED),
                        tuple("failed", RunStatus.FAILED),
                        tuple("taken", RunStatus.RUNNING));
        assertThat(warnings()).isEmpty();
    }

    @Test
    void thousandsOfFiguresGoInRequestsOfAThousandAtMost() throws Exception {
        Map<String, Double> many = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            many.put("figure" + i, (double) i);
        }

        train(new Pace(LONG, LONG, LONG), "", 0, kept -> {
            for (int step = 1; step <= 10; step++) {
                kept.measured(step, many);
            }
        });

        assertThat(server.metricsOfRequests()).containsExactly(900, 900, 900, 300);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aServerThatDiesMidwayCostsTheRestOfTheFiguresAndOneSentence() throws Exception {
        Pace pace = new Pace(Duration.ofMillis(10), LONG, LONG);

        train(pace, "", 0, kept -> {
            kept.measured(10, Map.of("feature_rank", 7.5, "uniformity", -1.0));
            await().atMost(LONG).until(() -> server.metrics() == 2);
            server.close();
            kept.measured(20, Map.of("feature_rank", 8.5, "uniformity", -1.0, "alignment", 1.0));
        });

        assertThat(warnings())
                .matches("The MLflow server at " + server.address() + " lacks 3 of the 5 figures of this start of run"
                        + " first and how it ended \\(.*\\); the records in .*first have them");
    }

    @Test
    void aServerThatSaysNothingIsAskedAgainAndLacksNothing() throws Exception {
        train(new Pace(Duration.ofMillis(10), Duration.ofSeconds(1), LONG), "", 0, kept -> {
            await().atMost(LONG).until(() -> server.runs().stream()
                    .anyMatch(run -> !run.params().isEmpty()));
            server.fallSilent(1);
            kept.measured(10, Map.of("feature_rank", 7.5));
            await().atMost(LONG).until(() -> server.metrics() > 0);
            server.fail(4);
            kept.measured(20, Map.of("feature_rank", 8.5));
            await().atMost(LONG).until(() -> !valuesAt(newest(), 20).isEmpty());
        });

        assertThat(valuesAt(newest(), 10)).containsEntry("gauge/feature_rank", 7.5);
        assertThat(valuesAt(newest(), 20)).containsEntry("gauge/feature_rank", 8.5);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aServerThatSaysNothingUntilTheEndIsNotWaitedForAnyLonger() throws Exception {
        Pace impatient = new Pace(Duration.ofMillis(10), LONG, Duration.ofSeconds(1));
        server.fallSilent(Integer.MAX_VALUE);
        RunSender sender = new RunSender(
                config(""),
                ServerAddress.parse(server.address()),
                "pictures",
                new MlflowCalls(ServerAddress.parse(server.address()), Map.of()),
                impatient,
                Clock.systemUTC());
        MlflowRun run = new MlflowRun(config(""), sender);
        run.began(0, 0);
        run.measured(10, Map.of("feature_rank", 7.5));

        run.end(Ending.FINISHED);

        assertThat(warnings()).contains("lacks 1 of the 1 figures").contains("and how it ended");
    }

    @Test
    void whatComesWhileTooMuchWaitsIsDroppedAndCounted() throws Exception {
        train(QUICK, "", 0, kept -> {
            server.hold();
            for (int step = 1; step <= 6000; step++) {
                kept.measured(step, Map.of("feature_rank", 7.5));
            }
            server.release();
        });

        assertThat(server.metrics()).isBetween(4096, 5096);
        assertThat(warnings())
                .isEqualTo("The MLflow server at " + server.address() + " lacks " + (6000 - server.metrics())
                        + " of the 6000 figures of this start of run first (more waited than is kept); the records in "
                        + checkpoints.resolve("first") + " have them");
    }

    @Test
    void noSecretIsInTheLogOrInTheRun() throws Exception {
        client.setLevel(Level.TRACE);
        server.require("Bearer t0k3n");

        MlflowServer.find(server.address(), "pictures", Map.of("MLFLOW_TRACKING_TOKEN", "t0k3n"), QUICK)
                .keep(config(""), () -> false, kept -> {
                    kept.began(0, 0);
                    kept.trained(step(10));
                    await().atMost(LONG).until(() -> server.metrics() > 0);
                    server.require("Bearer another");
                    kept.trained(step(20));
                    return "done";
                });

        assertThat(warnings()).contains("and how it ended (status 401)").doesNotContain("t0k3n");
        assertThat(log.list)
                .anyMatch(event -> event.getFormattedMessage().startsWith("Sending POST runs/log-batch"))
                .noneMatch(event -> event.getFormattedMessage().contains("t0k3n"));
        assertThat(server.requests()).noneMatch(request -> request.contains("t0k3n"));
        assertThat(Files.readString(checkpoints.resolve("first/mlflow.json"))).doesNotContain("t0k3n");
    }
}
