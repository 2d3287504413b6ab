package io.streamclr.local.demo;

import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.HealthWatchPlan;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.Remembering;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.weights.GivenWeights;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a demo learns from, how, and for how long.
 *
 * @param home folder of everything local
 * @param train images to learn from
 * @param labels whether the folders of images say their classes
 * @param shuffled whether they are sent in a random order and not in their own
 * @param test images to measure on; empty to measure on the training images, which leaves kNN out
 * @param recipe of the views
 * @param duration of everything after the images are on this machine
 * @param seed of views, weights and shuffles
 * @param threads of PyTorch, 1 or more
 * @param precision of the convolutions
 * @param blockBatches batches that are shuffled together; training begins when the first block is rendered
 * @param workers of the job that renders views
 * @param weights what the encoder starts from; empty for random weights
 */
record DemoPlan(
        Path home,
        Path train,
        Labels labels,
        boolean shuffled,
        Optional<Path> test,
        Recipe recipe,
        Duration duration,
        long seed,
        int threads,
        Precision precision,
        int blockBatches,
        int workers,
        Optional<GivenWeights> weights) {

    /** Partitions of the topics; more would only cost here. */
    static final int PARTITIONS = 4;

    /** Most images that test images are compared with, of this side in pixels. */
    static final int MEASURED_TRAIN = 60_000;

    static final int MEASURED_SIDE = 28;

    /** Most test images. */
    static final int MEASURED_TEST = 10_000;

    /** Most images that are compared with each other, where there are no test images: that takes as long. */
    static final int MEASURED_ALONE = 24_000;

    /** Part of the training time in which the learning rate falls to 0. */
    static final double COOL_DOWN = 0.35;

    /** Pairs of a batch. */
    static final int BATCH_PAIRS = Preset.CPU_SMALL.pairs();

    private static final String RUN = "demo";
    /** So many that the share of one partition fills a block, where the few images of a person lie in one. */
    private static final int BLOCKS_AHEAD = PARTITIONS + 1;

    private static final double PACE_TO_RELY_ON = 0.93;
    private static final int SAVE_EVERY = 500;

    private static final int KEEP = 2;

    DemoPlan {
        requirePossible(duration);
        int side = recipe.size();
        weights.ifPresent(given -> given.encoder().backbone().require(side, side));
    }

    /** What {@code streamclr train} does on a processor; the demo's stem is that for small views whatever their size. */
    private static Defaults preset() {
        return Preset.CPU_SMALL.at(MEASURED_SIDE, BATCH_PAIRS);
    }

    /** Of convolutions, on this machine. @param side of the views, in pixels */
    static Precision fasterPrecision(int side) {
        return Preset.CPU_SMALL.precision(preset().network(), side, 2 * BATCH_PAIRS);
    }

    /** @throws RefusalException if a demo cannot last so long, or so short */
    static void requirePossible(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(1)) < 0 || duration.compareTo(Duration.ofDays(7)) > 0) {
            throw RefusalException.ofUsage("--minutes is " + duration.toMinutes()
                    + ", but from 1 minute (too little to learn much) to a week are possible; 10 is usual");
        }
    }

    /** A demo that an earlier release began goes on as it was. */
    private DemoNetwork learns() {
        DemoNetwork before = DemoNetwork.untilRelease02(preset());
        return Files.isDirectory(folder(before)) ? before : DemoNetwork.of(preset());
    }

    private NetworkPlan network() {
        NetworkPlan usual = learns().network().with(precision);
        return weights.map(given -> given.encoder().network(usual)).orElse(usual);
    }

    /** What the encoder starts from, by names of tensors; empty for random weights. */
    Map<String, float[]> startingEncoder() {
        return weights.map(given -> given.encoder().values()).orElse(Map.of());
    }

    /**
     * Everything of this demo lies here. Other images, another recipe or another network have another folder, so a
     * second start finds either the same run or none.
     */
    Path folder() {
        return folder(learns());
    }

    private Path folder(DemoNetwork learner) {
        // As release 0.1 had it, so that its demos go on.
        String network = String.format(
                Locale.ROOT,
                "NetworkPlan[depth=%d, width=0.25, stem=small2, stages=2, head=HeadPlan[layers=2, hidden=256, output=128,"
                        + " spread=0.0], norm=BATCH, zeroGamma=false, pixels=NONE, precision=%S]",
                learner.depth(),
                precision.word());
        String all = train.toAbsolutePath().normalize() + "\n" + recipe.text() + "\n" + seed + "\n" + network + "\n"
                + learner.text() + "\n" + BATCH_PAIRS + " " + blockBatches + " " + preset().temperature() + " "
                + parts()
                + weights.map(given -> "\n" + given.origin().text()).orElse("");
        byte[] digest = Sha256.begin().digest(all.getBytes(StandardCharsets.UTF_8));
        return home.resolve("demo").resolve(HexFormat.of().formatHex(digest, 0, 4));
    }

    /** What the images are called. */
    String dataSet() {
        Path fetched = home.resolve("data");
        if (!train.startsWith(fetched)) {
            return train.toString();
        }
        return train.startsWith(fetched.resolve("cifar-10")) ? "CIFAR-10" : "Fashion-MNIST";
    }

    /** The trainer's settings. */
    TrainConfig training(KafkaConnection kafka) {
        RunTopics topics = new RunTopics(
                kafka, Topic.VIEWS.defaultName(), Topic.BATCHES.defaultName(), Topic.ENCODERS.defaultName());
        DemoNetwork usual = learns();
        NetworkPlan network = network();
        boolean resnet = network.backbone() instanceof ResNet;
        double peak = resnet ? usual.rate() : LearningRate.ofMocoV3(BATCH_PAIRS);
        Schedule schedule = Schedule.endless(LearningRate.constant(peak, preset().warmUp()));
        return new TrainConfig(
                RUN,
                seed,
                topics,
                new Saving(folder().resolve("checkpoints"), SAVE_EVERY, KEEP),
                new Batching(BATCH_PAIRS, blockBatches, 2 * BATCH_PAIRS),
                new Learning(
                        network,
                        weights.map(GivenWeights::origin),
                        LossPlan.ntXent(preset().temperature()),
                        resnet ? usual.rule() : Preset.CPU_SMALL.rule(network.backbone()),
                        GradientClipping.NONE,
                        schedule),
                new Computing(threads / parts(), Collections.nCopies(parts(), TorchDevice.CPU)),
                HealthWatchPlan.USUAL,
                Remembering.NOTHING);
    }

    /**
     * In how many parts a batch goes through the network at the same time: the images' first views and their second ones.
     * The threads of parts meet a few times in a step, threads that share every operator some hundred times; beside
     * broker and job on the same cores those wait for each other most of the time.
     */
    private int parts() {
        return Math.min(2, threads);
    }

    /** Pairs that wait for the trainer at most; it needs two blocks to be at work on one. */
    int pairsAhead() {
        return BLOCKS_AHEAD * blockBatches * BATCH_PAIRS;
    }

    /** The steps that a cool-down has at this pace; a few less, for a pace that may slacken. */
    static long coolDownSteps(double seconds, double pairsPerSecond) {
        return Math.max(1, (long) (PACE_TO_RELY_ON * seconds * pairsPerSecond / BATCH_PAIRS));
    }

    /** Whether the steps of a cool-down do not fit into the time that is left at this pace. The last one is done anyway. */
    static boolean isLate(long stepsLeft, double seconds, double pairsPerSecond) {
        return (double) stepsLeft * BATCH_PAIRS > Math.max(0, seconds) * pairsPerSecond && stepsLeft > 1;
    }
}
