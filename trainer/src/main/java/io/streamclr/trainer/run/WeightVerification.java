package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.StartingEncoder;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains steps of a run again, on batches that others make again, and holds the outcome against what the run saved. The
 * run's folder is only read. For one thread.
 */
public final class WeightVerification implements AutoCloseable {

    private final RunJournal journal;
    private final Checkpoint expected;
    /** One of each rank, in their order. */
    private final List<RankLearner> learners;

    private final RecordedWay way;
    private Origin origin;

    private WeightVerification(
            RunJournal journal, Checkpoint expected, List<RankLearner> learners, RecordedWay way, Origin origin) {
        this.journal = journal;
        this.way = way;
        this.expected = expected;
        this.learners = learners;
        this.origin = origin;
    }

    /**
     * Begins after step {@code after}, from the run's checkpoint there, or from its first weights after step 0.
     *
     * @param checkpoints the folder of the folders of runs
     * @param to the step whose checkpoint the outcome is held against
     * @throws RefusalException if one of the two checkpoints is not there; names those that are
     */
    public static WeightVerification open(Path checkpoints, String run, KafkaConnection kafka, long after, long to) {
        TrainConfig.requireRun(run);
        Path folder = checkpoints.resolve(run);
        RunJournal journal = RunJournal.read(checkpoints, run, kafka);
        TrainConfig config = journal.settings();
        Architecture architecture = Architecture.of(config.learning().network());
        Checkpoint expected = Checkpoint.read(folder, to, architecture);
        Optional<Checkpoint> from =
                after == 0 ? Optional.empty() : Optional.of(Checkpoint.read(folder, after, architecture));
        Optional<WeightsOrigin> weights = config.learning().weights();
        Map<String, float[]> given = weights.filter(any -> from.isEmpty())
                .map(any -> StartingEncoder.read(folder, architecture, any))
                .orElse(Map.of());
        Origin origin = from.map(Checkpoint::origin).orElseGet(() -> Origin.untrained(run, config.seed(), weights));
        List<RankLearner> learners = RankLearner.of(config, () -> {
            Torch torch = config.computing().open();
            return new RankLearner.Opened(torch, new Learner(torch, config, architecture, given, from));
        });
        RecordedWay way = new RecordedWay(journal, run);
        learners.get(0).does(learner -> {
            way.prefer(learner, after + 1);
            return learner;
        });
        return new WeightVerification(journal, expected, learners, way, origin);
    }

    /** How many ranks the run had, 1 for a run of one process. */
    public int ranks() {
        return learners.size();
    }

    /** The same for a run of one process. */
    public double train(Batch batch) {
        return train(List.of(batch));
    }

    /**
     * Trains the next step, with the learning rate that it had.
     *
     * @param batches of each rank, in their order
     * @return its loss, in nats
     */
    public double train(List<Batch> batches) {
        if (batches.size() != learners.size()
                || batches.stream().anyMatch(batch -> batch.step() != origin.step() + 1)) {
            throw new IllegalArgumentException("After step " + origin.step() + " comes a batch of the next for each of "
                    + learners.size() + " ranks, and not " + batches.size() + " of step "
                    + batches.get(0).step());
        }
        Batch first = batches.get(0);
        double rate = journal.rateOf(first.step());
        double loss = RankLearner.train(learners, batches, rate);
        way.compare(first.step(), learners.get(0).does(Learner::wayOfConvolutions));
        origin = origin.after(first.step(), first.recipe(), "", first.height(), first.width());
        return loss;
    }

    /** Names of what differs from the saved step by a bit or more: weights, running statistics, the optimiser's state. */
    public List<String> differences() {
        if (origin.step() != expected.origin().step()) {
            throw new IllegalStateException("Trained to step " + origin.step() + " and not to "
                    + expected.origin().step());
        }
        Checkpoint made = learners.get(0)
                .does(learner ->
                        learner.checkpoint(origin, expected.pairs(), expected.rate(), expected.feedPosition()));
        List<String> differing = new ArrayList<>();
        expected.values().forEach((name, values) -> {
            if (!equal(values, made.values().get(name))) {
                differing.add(name);
            }
        });
        expected.optimiser().forEach((state, values) -> {
            for (int i = 0; i < values.size(); i++) {
                if (!equal(values.get(i), made.optimiser().get(state).get(i))) {
                    differing.add(state + " " + i);
                }
            }
        });
        return differing;
    }

    private static boolean equal(float[] saved, float[] made) {
        return Arrays.equals(saved, made);
    }

    @Override
    public void close() {
        learners.forEach(RankLearner::close);
    }
}
