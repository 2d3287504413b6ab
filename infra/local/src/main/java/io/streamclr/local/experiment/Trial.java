package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.command.TrainOptions;
import io.streamclr.trainer.settings.RunLength;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A run with one seed: of views, weights and shuffles. */
record Trial(PlannedRun run, long seed, ExperimentSettings settings) {

    /** Part of the steps in which the learning rate rises. */
    private static final double WARM_UP = 0.05;

    /** Part of the steps in which it falls to 0. */
    private static final double COOL_DOWN = 0.35;

    private static final int CHECKPOINTS = 3;

    /** Pairs in a batch of this run. */
    static int batchPairs(PlannedRun run) {
        return TrainOptions.of(run.train()).batching().pairs();
    }

    /** Names it among all trials that there ever are: another recipe, budget or option is another trial. */
    String id() {
        return run.name() + "-s" + seed + "-"
                + digest(with(
                        otherImages(),
                        images().key(),
                        views().key(),
                        run.pairs(),
                        run.supervised() ? "supervised " + run.train() : run.train(),
                        words(run.measures()),
                        settings.test(),
                        settings.measured()));
    }

    /** Names what it is compared with: what the same network makes of the same images before it has learned. */
    String floor() {
        return digest(with(
                otherImages(),
                settings.data(),
                settings.test(),
                settings.measured(),
                run.train(),
                words(run.measures())));
    }

    /** What else it is measured on; nothing in most experiments, and in those that release 0.1 had. */
    private List<String> otherImages() {
        boolean asked = run.measures().stream().anyMatch(measure -> measure.task() == TrialMetric.Task.OTHER_LABELS);
        return asked
                ? List.of(
                        settings.own(TransferExperiment.OTHER).orElse(""),
                        settings.own(TransferExperiment.OTHER_TEST).orElse(""))
                : List.of();
    }

    private static Object[] with(List<String> more, Object... parts) {
        return Stream.concat(Arrays.stream(parts), more.stream()).toArray();
    }

    private static List<String> words(List<TrialMetric> measures) {
        return measures.stream().map(TrialMetric::word).toList();
    }

    /** The views that it learns from; trials that differ in nothing here read one topic. */
    Views views() {
        return new Views(images(), Recipe.parse(run.recipe()), seed);
    }

    /** What it learns from, with labels or without. */
    Images images() {
        return new Images(run.data().isEmpty() ? settings.data() : run.data(), run.images());
    }

    /** Images in a topic of their own. */
    record Images(String data, int count) {

        String key() {
            return digest(data, count);
        }

        String topic() {
            return "images." + key();
        }

        String rejects() {
            return "images.rejected." + key();
        }
    }

    /** View pairs in a topic of their own. */
    record Views(Images images, Recipe recipe, long seed) {

        String key() {
            return digest(images.key(), recipe.fingerprint(), seed);
        }

        String topic() {
            return "views." + key();
        }
    }

    /** Steps of training, 1 or more. */
    long steps() {
        long steps = run.pairs() / batchPairs(run);
        if (steps < 1) {
            throw new RefusalException("Run " + run.name() + " has " + run.pairs() + " pairs and batches of "
                    + batchPairs(run) + ", so there is no step to train; give it more pairs");
        }
        return steps;
    }

    /** The trainer's settings. */
    TrainConfig training(KafkaConnection kafka, Path checkpoints, int threads) {
        long steps = steps();
        TrainOptions options =
                TrainOptions.of(run.train()).forViews(Recipe.parse(run.recipe()).size());
        options.readWeights(checkpoints);
        RunTopics topics =
                new RunTopics(kafka, views().topic(), Topic.BATCHES.defaultName(), Topic.ENCODERS.defaultName());
        Saving saving = new Saving(checkpoints, Math.toIntExact(Math.max(1, steps / CHECKPOINTS)), 1);
        RunLength length =
                RunLength.of(steps).warmingUp(Math.round(WARM_UP * steps)).coolingDown(Math.round(COOL_DOWN * steps));
        return options.config(id(), seed, topics, saving, length, options.computing(threads));
    }

    /** What the encoder starts from, by names of tensors; empty for random weights. */
    Map<String, float[]> startingEncoder(Path checkpoints) {
        TrainOptions options = TrainOptions.of(run.train());
        options.readWeights(checkpoints);
        return options.startingEncoder();
    }

    /** View pairs that the topic must hold: the feed reads whole blocks. */
    long pairsRead() {
        TrainOptions options = TrainOptions.of(run.train());
        int batch = options.batching().pairs();
        return options.freshPairs((run.pairs() + batch - 1) / batch);
    }

    /** Of texts, numbers and lists of texts, in the form that Java gave lists when the first trials were named. */
    private static String digest(Object... parts) {
        byte[] text = Arrays.stream(parts)
                .map(Trial::text)
                .collect(Collectors.joining(", ", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.begin().digest(text), 0, 4);
    }

    private static String text(Object part) {
        return part instanceof List<?> several
                ? several.stream().map(Trial::text).collect(Collectors.joining(", ", "[", "]"))
                : String.valueOf(part);
    }
}
