package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What a run of weeks meets: it waits or it stops, it says why, and what was saved stays. */
class MishapTest {

    private static final int PAIRS = 400;

    @TempDir
    private static Path home;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    private final Map<Logger, ListAppender<ILoggingEvent>> listened = new HashMap<>();

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.startAlone(home, PAIRS);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @AfterEach
    void stopListening() {
        listened.forEach((logger, appender) -> {
            logger.detachAppender(appender);
            logger.setLevel(null);
        });
    }

    @Test
    void aBrokerThatComesBackIsWaitedFor() throws Exception {
        surviveAnOutage(0);
    }

    @Test
    @Tag("long")
    void aBrokerThatIsAwayForAMinuteIsWaitedFor() throws Exception {
        surviveAnOutage(60);
    }

    private void surviveAnOutage(int seconds) throws Exception {
        Outcome whole = runs.train(checkpoints, "undisturbed", "--steps 30");
        CompletableFuture<Void> back = new CompletableFuture<>();
        Training training =
                new Training(runs.config(checkpoints, "disturbed", "--steps 30"), new SimpleMeterRegistry());

        Outcome outcome = training.run(report -> {
            if (report.step() == 7) {
                runs.broker().kill(); // here, or a quick run is at its end before
                new Thread(() -> bringBack(seconds, back)).start();
            }
        });
        back.get(2, TimeUnit.MINUTES);

        assertThat(outcome.step()).isEqualTo(30);
        assertThat(outcome.waitingShare()).isGreaterThan(0.1);
        assertThat(SmallRuns.tensors(outcome)).isEqualTo(SmallRuns.tensors(whole));
    }

    private static void bringBack(int seconds, CompletableFuture<Void> back) {
        try {
            assertThat(new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)).isFalse();
            runs.broker().startAgain();
            back.complete(null);
        } catch (Exception | AssertionError failed) {
            back.completeExceptionally(failed);
        }
    }

    @Test
    void aBrokerThatHangsIsWaitedForAndTheRunStaysItsTrainers() throws Exception {
        Outcome whole = runs.train(checkpoints, "unhindered", "--steps 20");
        CompletableFuture<Void> back = new CompletableFuture<>();
        Training training = new Training(runs.config(checkpoints, "hindered", "--steps 20"), new SimpleMeterRegistry());

        Outcome outcome = training.run(report -> {
            if (report.step() == 7) {
                new Thread(() -> hang(back)).start();
            }
        });
        back.get(5, TimeUnit.MINUTES);

        assertThat(outcome.step()).isEqualTo(20);
        assertThat(SmallRuns.tensors(outcome)).isEqualTo(SmallRuns.tensors(whole));
    }

    private static void hang(CompletableFuture<Void> back) {
        try {
            runs.broker().pause();
            assertThat(new CountDownLatch(1).await(3, TimeUnit.SECONDS)).isFalse();
            runs.broker().goOn();
            back.complete(null);
        } catch (Exception | AssertionError failed) {
            back.completeExceptionally(failed);
        }
    }

    @Test
    void viewsOfAnotherRecipeEndTheRunAfterTheLastGoodBatchWhichIsSaved() throws Exception {
        runs.createViews("mixed");
        runs.send("mixed", 0, 64, SmallRuns.RECIPE);
        runs.send("mixed", 64, 96, "00000000000000bb");
        String mixed = "--views-topic mixed --save-every 100";

        assertThatThrownBy(() -> runs.train(checkpoints, "mixed", mixed))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Topic mixed has views of recipe 00000000000000bb and 12x12 pixels at partition 0, offset"
                        + " 32, and this run trains on views of recipe 00000000000000aa and 12x12 pixels; send the"
                        + " others to a topic of their own, or begin another run on a topic of one kind");
        assertThat(checkpoints.resolve("mixed/step-00000008")).isDirectory();
    }

    @Test
    void anotherNumberOfThreadsIsSaidToBeExactOnlyUpToRounding() throws Exception {
        runs.train(checkpoints, "threads", "--steps 2");
        ListAppender<ILoggingEvent> log = listenTo(OtherRounding.class.getName());

        runs.train(checkpoints, "threads", "--steps 3");
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("--threads"));
        runs.train(checkpoints, "threads", "--steps 4 --threads 2");

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains(
                        "Run threads was trained with --threads 1 up to step 3 and goes on with 2, so from here on its"
                                + " weights equal those of an unbroken run only up to rounding");
    }

    @Test
    void anotherWayToComputeConvolutionsIsSaidToBeExactOnlyUpToRounding() throws Exception {
        runs.train(checkpoints, "way", "--steps 2");
        TrainConfig config = runs.config(checkpoints, "way", "");
        Checkpoint saved = Checkpoint.read(
                config.folder(), 2, Architecture.of(config.learning().network()));
        String way = saved.rounding().get("convolutions");
        assertThat(way).isNotBlank();
        ListAppender<ILoggingEvent> log = listenTo(OtherRounding.class.getName());

        runs.train(checkpoints, "way", "--steps 3");
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("up to rounding"));
        trainedOtherwise(config, 3, Map.of());
        runs.train(checkpoints, "way", "--steps 4");
        assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("up to rounding"));
        trainedOtherwise(config, 4, Map.of("convolutions", "another"));
        runs.train(checkpoints, "way", "--steps 5");

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains("Run way was trained with convolutions another up to step 4 and goes on with " + way
                        + ", so from here on its weights equal those of an unbroken run only up to rounding");
    }

    /** Puts in place of a checkpoint what a machine that rounds otherwise would have saved. */
    private static void trainedOtherwise(TrainConfig config, long step, Map<String, String> rounding)
            throws IOException {
        Checkpoint saved = Checkpoint.read(
                config.folder(), step, Architecture.of(config.learning().network()));
        SmallRuns.delete(SavedSteps.place(config.folder(), step));
        try (RunFolder folder = RunFolder.open(config.folder(), config.saving().keep())) {
            folder.save(new Checkpoint(
                    saved.architecture(),
                    saved.origin(),
                    saved.pairs(),
                    saved.settings(),
                    rounding,
                    saved.rate(),
                    saved.feedPosition(),
                    saved.values(),
                    saved.optimiser()));
        }
    }

    @Test
    void aHeapThatIsTooSmallIsReportedWithTheOptionThatMakesItLarger() {
        StringWriter errors = new StringWriter();
        CommandLine command = TrainMain.commandLine(new TrainCommand(
                (kafka, images) -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                HeldOut.NOBODY_READS,
                Audience.NONE));
        command.setErr(new PrintWriter(errors));

        assertThat(command.execute(runs.arguments(checkpoints, "heap", ""))).isEqualTo(1);
        assertThat(errors.toString().strip())
                .matches("Training needs more memory than the \\d+ MiB that Java may use \\(Java heap space\\); give"
                        + " more with -Xmx .*; what was saved is safe");
    }

    @Test
    void anUnknownPlaceIsRefusedInASentence() {
        assertThatThrownBy(() -> runs.config("s3://bucket/runs", "run", ""))
                .hasMessageContaining("nothing on the class path knows s3: places");
    }

    @Test
    @Tag("long")
    void aTopicThatIsDeletedEndsTheRunWithEverythingSaved() throws Exception {
        runs.createViews("deleted");
        runs.send("deleted", 0, 64, SmallRuns.RECIPE);
        TrainConfig config = runs.config(checkpoints, "deleted", "--views-topic deleted --save-every 100");

        assertThatThrownBy(() -> new Training(config, new SimpleMeterRegistry()).run(report -> {
                    if (report.step() == 8) {
                        new Thread(() -> delete("deleted")).start();
                    }
                }))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Topic deleted is gone from ");
        assertThat(checkpoints.resolve("deleted/step-00000008")).isDirectory();
    }

    private static void delete(String topic) {
        try (Admin admin = Admin.create(runs.broker().connection().with(Map.of()))) {
            admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    @Tag("long")
    void viewsThatStopComingAreWaitedForAndTheLogSaysSo() throws Exception {
        runs.createViews("pausing");
        runs.send("pausing", 0, 64, SmallRuns.RECIPE);
        ListAppender<ILoggingEvent> log = listenTo("io.streamclr.trainer.feed.Fetcher");
        Training training = new Training(
                runs.config(checkpoints, "pausing", "--views-topic pausing --steps 12"), new SimpleMeterRegistry());

        CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return training.run(report -> {});
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
        assertThatThrownBy(() -> outcome.get(40, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        runs.send("pausing", 64, 128, SmallRuns.RECIPE);

        assertThat(outcome.get(30, TimeUnit.SECONDS).step()).isEqualTo(12);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.startsWith("waiting for views topic=pausing "));
    }

    private ListAppender<ILoggingEvent> listenTo(String name) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        logger.setLevel(Level.INFO);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        listened.put(logger, appender);
        return appender;
    }
}
