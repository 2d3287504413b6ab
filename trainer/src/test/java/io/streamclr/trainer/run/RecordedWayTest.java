package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.feed.BatchReplay.RememberedViews;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Runs that are trained again, on a real broker, by what their journal says of their convolutions. */
class RecordedWayTest {

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    private final Logger logger = (Logger) LoggerFactory.getLogger(RecordedWay.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void begin() throws Exception {
        runs = SmallRuns.start(64);
    }

    @AfterAll
    static void end() {
        runs.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    @Test
    void aRunThatWasComputedInAnotherWayIsSaidToBeTrainedAgainOnlyUpToRounding() throws Exception {
        runs.train(checkpoints, "recorded", "--steps 4 --keep 9");
        TrainConfig config = runs.config(checkpoints, "recorded", "");
        Checkpoint saved = Checkpoint.read(
                config.folder(), 4, Architecture.of(config.learning().network()));
        String way = saved.rounding().get("convolutions");
        Path journal = config.folder().resolve("run.jsonl");
        String line = Files.readString(journal);
        String field = ",\"convolutions\":\"" + way + "\"";
        assertThat(line).containsOnlyOnce(field);

        assertThat(trainedAgain("recorded", 4)).isEmpty();
        Files.writeString(journal, line.replace(field, ""));
        assertThat(trainedAgain("recorded", 4)).isEmpty();
        assertThat(log.list).isEmpty();
        Files.writeString(journal, line.replace(field, ",\"convolutions\":\"another\""));
        trainedAgain("recorded", 4);

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "Run recorded computed its convolutions in the way 'another' at step 1 and here they are"
                                + " computed in the way '" + way
                                + "', because the first is not right on this machine, or may"
                                + " not be taken in this process, so weights will equal those of the run only up to rounding");
    }

    @Test
    void aRunThatRepeatsAnotherNotesItsOwnWay() throws Exception {
        Outcome first = runs.train(checkpoints, "original", "--steps 4");
        RunReplay repetition =
                RunReplay.of("original", checkpoints, runs.broker().connection(), "batches");
        TrainConfig original = runs.config(checkpoints, "original", "");
        TrainConfig config = repetition.config(new RunPlace("copy", original.topics(), original.saving()), 4);

        Outcome copy = new Training(
                        config, new SimpleMeterRegistry(), ViewRenderer.NONE, HeldOut.NONE, Optional.of(repetition))
                .run(report -> {});

        assertThat(SmallRuns.tensors(copy)).isEqualTo(SmallRuns.tensors(first));
        Optional<String> way =
                RunJournal.read(checkpoints, "copy", config.topics().kafka()).wayOf(1);
        assertThat(way).isPresent().isEqualTo(repetition.journal().wayOf(1));
        assertThat(log.list).isEmpty();
    }

    private List<String> trainedAgain(String run, long to) throws Exception {
        LoggedRun logged = LoggedRun.read(runs.broker().connection(), "batches", run, 0, to);
        try (BatchReplay replay = BatchReplay.open(runs.broker().connection(), "views", logged, ViewRenderer.NONE);
                WeightVerification again =
                        WeightVerification.open(checkpoints, run, runs.broker().connection(), 0, to)) {
            for (Optional<RememberedViews> next = replay.next(); next.isPresent(); next = replay.next()) {
                try (Batch batch = next.get().batch()) {
                    again.train(batch);
                }
            }
            return again.differences();
        }
    }
}
