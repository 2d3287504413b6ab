package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.loss.LossFormula;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.LossPlan.SameImage;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.HealthWatchPlan;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.Remembering;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJournalTest {

    private static final LearningRate CONSTANT = LearningRate.constant(0.01, 4);
    private static final LossPlan LOSS = LossPlan.ntXent(0.2);

    @TempDir
    private Path checkpoints;

    private Path folder;

    @BeforeEach
    void makeTheFolderOfTheRun() throws Exception {
        folder = Files.createDirectory(checkpoints.resolve("run"));
    }

    private TrainConfig config(KafkaConnection kafka, UpdateRule rule, LossPlan loss) {
        NetworkPlan network = new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 16, 0), false, Normalisation.NONE, Precision.BFLOAT16);
        return new TrainConfig(
                "run",
                1,
                new RunTopics(kafka, "views", "batches", "encoders"),
                new Saving(checkpoints, 5, 2),
                new Batching(8, 2, 16),
                new Learning(network, loss, rule, Schedule.endless(CONSTANT)),
                Computing.onProcessor(1),
                HealthWatchPlan.USUAL,
                Remembering.NOTHING);
    }

    private TrainConfig config() {
        return config(KafkaConnection.to("host:1"), new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), LOSS);
    }

    @Test
    void whatWasToldIsReadAgainWhateverTheRuleAndTheLossAre() {
        KafkaConnection kafka = KafkaConnection.to("host:1");
        List<UpdateRule> rules = List.of(
                new UpdateRule.Lars(1e-6, 0.9, 0.001),
                new UpdateRule.AdamW(0, 0.9, 0.99, 1e-8),
                new UpdateRule.Lars(1e-6, 0.9, 0.02),
                new UpdateRule.Muon(1e-3, 0.95, 0.99, 1e-8),
                new UpdateRule.Sgd(0, 0),
                new UpdateRule.Sgd(0, 0.9, true));
        List<LossPlan> losses = List.of(
                LOSS,
                new LossPlan(new LossFormula.Decoupled(), 0.1, 0.95),
                new LossPlan(new LossFormula.HardNegative(0.1, 0.5), 0.5, LossPlan.NEVER, SameImage.NEGATIVE, 4));
        for (UpdateRule rule : rules) {
            for (LossPlan loss : losses) {
                TrainConfig config = config(kafka, rule, loss);

                RunJournal.note(config, 0, CONSTANT);

                assertThat(RunJournal.read(checkpoints, "run", kafka).settings())
                        .isEqualTo(config);
            }
        }
    }

    @Test
    void brokerAndFolderAreThoseOfWhoeverReads() throws Exception {
        RunJournal.note(config(), 0, CONSTANT);
        Path moved = Files.createDirectory(checkpoints.resolve("moved"));
        Files.move(folder, moved.resolve("run"));

        TrainConfig config =
                RunJournal.read(moved, "run", KafkaConnection.to("other:2")).settings();

        assertThat(config.topics().kafka().bootstrapServers()).isEqualTo("other:2");
        assertThat(config.folder()).isEqualTo(moved.resolve("run"));
        assertThat(OptionWords.settings(config)).isEqualTo(OptionWords.settings(config()));
    }

    @Test
    void aStepHasTheRateThatWasToldLastForIt() {
        LearningRate cooling = CONSTANT.coolingDown(10, 4, Decay.LINEAR);
        RunJournal.note(config(), 0, CONSTANT);
        RunJournal.note(config(), 10, cooling);
        RunJournal.note(config(), 14, CONSTANT); // a run that ended goes on
        RunJournal.note(config(), 12, cooling); // and is killed, and resumed from an older checkpoint

        RunJournal journal = RunJournal.read(checkpoints, "run", KafkaConnection.to("host:1"));

        assertThat(journal.rateOf(1)).isEqualTo(0.0025);
        assertThat(journal.rateOf(10)).isEqualTo(0.01);
        assertThat(journal.rateOf(11)).isEqualTo(cooling.at(11));
        assertThat(journal.rateOf(14)).isEqualTo(cooling.at(14));
    }

    @Test
    void aRepetitionThatGoesOnElsewhereKeepsTheWayOfItsEarlierSteps() {
        LearningRate cooling = CONSTANT.coolingDown(20, 10, Decay.LINEAR);
        RunJournal.note(config(), 0, CONSTANT);
        RunJournal.note(config(), 20, cooling);
        RunJournal original = RunJournal.read(checkpoints, "run", KafkaConnection.to("host:1"));
        TrainConfig copy = config().elsewhere("copy", config().topics(), config().saving());
        copy.folder().toFile().mkdirs();

        original.copyTo(copy, 0, "full");
        original.copyTo(copy, 7, "avx2");

        RunJournal journal = RunJournal.read(checkpoints, "copy", KafkaConnection.to("host:1"));
        assertThat(journal.wayOf(7)).hasValue("full");
        assertThat(journal.wayOf(8)).hasValue("avx2");
        assertThat(journal.wayOf(25)).hasValue("avx2");
        for (long step : new long[] {1, 7, 8, 20, 21, 25, 30}) {
            assertThat(journal.rateOf(step)).as("step " + step).isEqualTo(original.rateOf(step));
        }
    }

    @Test
    void aStepHasTheWayOfItsConvolutionsThatWasToldLastForItAndOldLinesSayNone() {
        RunJournal.note(config(), 0, CONSTANT);
        RunJournal.note(config(), 5, CONSTANT, "avx2");
        RunJournal.note(config(), 9, CONSTANT);
        RunJournal.note(config(), 20, CONSTANT, "full");

        RunJournal journal = RunJournal.read(checkpoints, "run", KafkaConnection.to("host:1"));

        assertThat(journal.wayOf(5)).isEmpty();
        assertThat(journal.wayOf(6)).hasValue("avx2");
        assertThat(journal.wayOf(20)).hasValue("avx2");
        assertThat(journal.wayOf(21)).hasValue("full");
        assertThat(journal.settings()).isEqualTo(config());
    }

    @Test
    void secretsOfTheConnectionAreNotWritten() throws Exception {
        Path properties = Files.writeString(checkpoints.resolve("client"), "sasl.jaas.config=hush\n");
        KafkaConnection kafka = KafkaConnection.from(Optional.of("host:1"), Optional.of(properties));

        RunJournal.note(config(kafka, new UpdateRule.Sgd(0, 0), LOSS), 0, CONSTANT);

        assertThat(folder.resolve("run.jsonl")).content().contains("host:1").doesNotContain("hush");
    }

    @Test
    void aRunWithoutAJournalIsNamed() {
        assertThatThrownBy(() -> RunJournal.read(checkpoints, "none", KafkaConnection.to("host:1")))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no " + checkpoints.resolve("none").resolve("run.jsonl")
                        + ", so nobody can say how that run was trained; check --run and --checkpoints");
    }
}
