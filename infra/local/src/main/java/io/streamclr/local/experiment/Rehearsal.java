package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.screen.Status;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.bench.TrainBenchmark;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast this machine trains each network of a plan, found by training each a little on made-up views. */
final class Rehearsal {

    /** For configurations that nothing is run with. */
    private static final KafkaConnection NO_BROKER = KafkaConnection.to("none:1");

    /** Part of the rehearsed pace that is left when views are rendered and read too. */
    private static final double WITH_VIEWS = 0.8;

    /** A run's start and end beside measuring: job, feed, checkpoints. */
    private static final double SECONDS_TO_BEGIN = 6;

    /** Up to this size a network is trained on a whole batch, and on less in proportion where it is larger. */
    private static final long USUAL_PARAMETERS = 700_000;

    private static final int LEAST_PAIRS = 8;

    private final Map<NetworkPlan, Double> pairsPerSecond = new HashMap<>();
    private final Map<String, NetworkPlan> networks = new HashMap<>();

    private Rehearsal() {}

    /**
     * Trains each network.
     *
     * @param steps that each trains, 1 or more
     * @param threads of PyTorch
     * @param status shows each, for a large one takes half a minute
     */
    static Rehearsal of(ExperimentPlan plan, int steps, int threads, Status status) {
        Rehearsal rehearsal = new Rehearsal();
        int side = Recipe.parse(plan.runs().get(0).recipe()).size();
        for (Trial trial : plan.trials()) {
            if (!rehearsal.networks.containsKey(trial.run().train())) {
                TrainConfig settings = trial.training(NO_BROKER, Path.of(""), threads);
                // A head takes next to nothing, so networks that differ in it alone are trained once.
                NetworkPlan network =
                        SupervisedTraining.withoutHead(settings.learning().network());
                rehearsal.networks.put(trial.run().train(), network);
                if (!rehearsal.pairsPerSecond.containsKey(network)) {
                    double rate = trained(network, side, steps, threads);
                    rehearsal.pairsPerSecond.put(network, rate);
                    status.say(
                            "pace",
                            String.format(
                                    Locale.ROOT,
                                    "%s trains on %.0f pairs/s",
                                    network.backbone().title(),
                                    rate));
                }
            }
        }
        return rehearsal;
    }

    private static double trained(NetworkPlan network, int side, int steps, int threads) {
        long parameters = Architecture.of(network).encoderParameters();
        int pairs = (int) Math.max(
                LEAST_PAIRS, Math.min(TrainBenchmark.PAIRS, TrainBenchmark.PAIRS * USUAL_PARAMETERS / parameters));
        TrainBenchmark.Setting setting =
                new TrainBenchmark.Setting(network, side, pairs, 2 * pairs, 1, threads, List.of(TorchDevice.CPU));
        return TrainBenchmark.run(setting, steps).pairsPerSecond();
    }

    /** Pairs, or with labels images, of which each is half a pair. */
    private double pairsPerSecond(PlannedRun run) {
        double rehearsed = pairsPerSecond.get(networks.get(run.train()));
        return run.supervised() ? 2 * rehearsed : WITH_VIEWS * rehearsed;
    }

    /** A run's rates if measuring takes as long as a few passes of the network over the images. */
    RunRates measuring(int images) {
        return run -> new ExperimentRate(
                pairsPerSecond(run),
                SECONDS_TO_BEGIN + 2.0 * images / pairsPerSecond.get(networks.get(run.train())) / WITH_VIEWS);
    }

    /**
     * A run's rates if measuring the first one takes so long, and others longer as far as their networks are slower.
     *
     * @param seconds of one measuring
     */
    RunRates measuring(PlannedRun first, double seconds) {
        double usual = pairsPerSecond.get(networks.get(first.train()));
        return run -> new ExperimentRate(
                pairsPerSecond(run),
                SECONDS_TO_BEGIN + seconds * Math.max(1, usual / pairsPerSecond.get(networks.get(run.train()))));
    }
}
