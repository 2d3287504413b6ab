package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.InProcessRanks;
import io.streamclr.trainer.ranks.Together;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranks train what one process trains on the rows of all of them. */
class RankedStepTest {

    private static final int PAIRS = 24;
    private static final int SIDE = 12;
    private static final int ROW = SIDE * SIDE * 3;
    private static final int STEPS = 3;
    private static final int WHOLE = 2 * PAIRS;

    private static Architecture architecture(Norm norm) {
        return Architecture.of(new NetworkPlan(
                        18,
                        1.0 / 8,
                        Stem.SMALL2,
                        new HeadPlan(2, 0, 16, 0),
                        false,
                        Normalisation.NONE,
                        Precision.FLOAT32)
                .withNorm(norm)
                .whitened(true));
    }

    /** Weights, running statistics, moments of features, and losses. */
    private record Outcome(Map<String, float[]> values, double[] losses, List<byte[]> heard) {}

    @ParameterizedTest
    @CsvSource({"2, BATCH, in-process", "3, BATCH, in-process", "2, GROUP, in-process", "4, GROUP, tcp", "2, BATCH, tcp"
    })
    void theirWeightsAreThoseOfOneProcessWithADeviceForEachToTheBit(int count, Norm norm, String how) throws Exception {
        List<Outcome> outcomes = ranked(count, norm, how, WHOLE);

        Outcome alone = alone(count, norm, PAIRS / count);

        assertThat(outcomes).hasSize(count).allSatisfy(rank -> {
            assertThat(rank.losses()).containsExactly(alone.losses());
            alone.values().forEach((name, values) -> assertThat(rank.values().get(name))
                    .describedAs(name)
                    .containsExactly(values));
        });
        assertThat(outcomes.get(0).values()).anySatisfy((name, values) -> assertThat(values)
                .isNotEqualTo(architecture(norm).initialValues(1).get(name)));
    }

    /** In another order numbers are added up by other bits. */
    @ParameterizedTest
    @CsvSource({"2, 48", "3, 48", "2, 5"})
    void withGroupNormalisationTheirWeightsAreThoseOfOneDeviceToRounding(int count, int chunkViews) throws Exception {
        List<Outcome> outcomes = ranked(count, Norm.GROUP, "in-process", chunkViews);

        Outcome alone = alone(1, Norm.GROUP, WHOLE);

        for (int step = 0; step < STEPS; step++) {
            assertThat(outcomes.get(0).losses()[step]).isCloseTo(alone.losses()[step], within(1e-4));
        }
        assertThat(outcomes).allSatisfy(rank -> alone.values()
                .forEach((name, values) -> assertThat(rank.values().get(name))
                        .describedAs(name)
                        .containsExactly(outcomes.get(0).values().get(name))));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void eachHearsWhatTheOthersSay(Norm norm) throws Exception {
        List<Outcome> outcomes = ranked(2, norm, "in-process", WHOLE);

        assertThat(outcomes).allSatisfy(rank -> assertThat(rank.heard())
                .extracting(String::new)
                .containsExactly("rank 0 at step 3", "rank 1 at step 3"));
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void aStepThatOneRankIsToStopMovesNothingOnAny(int stopping) throws Exception {
        List<Collective> ranks = InProcessRanks.of(2);

        List<Boolean> same = Together.on(ranks, rank -> {
            try (Ranked ranked = new Ranked(rank, Norm.BATCH, WHOLE)) {
                Map<String, float[]> before = new TreeMap<>(ranked.network.values());
                boolean abandoned = false;
                try {
                    ranked.train(1, () -> rank.rank() != stopping);
                } catch (StepAbandoned asked) {
                    abandoned = true;
                }
                Map<String, float[]> after = ranked.network.values();
                return abandoned
                        && before.keySet().stream().allMatch(name -> Arrays.equals(before.get(name), after.get(name)));
            }
        });

        assertThat(same).containsExactly(true, true);
    }

    private static List<Outcome> ranked(int count, Norm norm, String how, int chunkViews) throws Exception {
        List<Collective> ranks = how.equals("tcp") ? Together.byTcp(count) : InProcessRanks.of(count);
        return Together.on(ranks, rank -> {
            try (Ranked ranked = new Ranked(rank, norm, chunkViews)) {
                double[] losses = new double[STEPS];
                for (int i = 0; i < STEPS; i++) {
                    losses[i] = ranked.train(i + 1, () -> true).loss();
                }
                return new Outcome(ranked.network.values(), losses, ranked.exchange.heard());
            } finally {
                rank.close();
            }
        });
    }

    private static Outcome alone(int devices, Norm norm, int chunkViews) {
        List<Torch> all = new ArrayList<>();
        for (int d = 0; d < devices; d++) {
            all.add(Torch.open(1));
        }
        Torch torch = all.get(0);
        Architecture architecture = architecture(norm);
        Network network = Network.of(torch, architecture, architecture.initialValues(1));
        double[] losses = new double[STEPS];
        try (TrainingStep step = new TrainingStep(
                torch,
                network,
                new TiledLoss(torch, LossPlan.ntXent(0.2)),
                optimiser(torch, network),
                chunkViews,
                all.subList(1, devices))) {
            for (int i = 0; i < STEPS; i++) {
                losses[i] = step.train(
                                batch(i + 1, 0, 1), SIDE, SIDE, numbers(0, PAIRS), 0, 0.003, i + 1, StepWatch.NONE)
                        .loss();
            }
            return new Outcome(network.values(), losses, List.of());
        } finally {
            all.forEach(Torch::close);
        }
    }

    private static Optimiser optimiser(Torch torch, Network network) {
        return new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
    }

    /** Two pairs of a rank show one image. */
    private static ShownImages numbers(int from, int count) {
        return ShownImages.numbered(IntStream.range(from, from + count)
                .map(image -> image % 3 == 1 ? image - 1 : image)
                .map(image -> image - from)
                .toArray());
    }

    /** The rows of a rank of the batch of a step: of the first views and of the second views as many. */
    private static ByteRows batch(int step, int rank, int ranks) {
        byte[] noise = new byte[2 * PAIRS * ROW];
        new Random(step).nextBytes(noise);
        int pairs = PAIRS / ranks;
        ByteBuffer own = ByteBuffer.allocateDirect(2 * pairs * ROW);
        own.put(noise, rank * pairs * ROW, pairs * ROW).put(noise, (PAIRS + rank * pairs) * ROW, pairs * ROW);
        return ByteRows.of(own.flip(), ROW);
    }

    private static final class Ranked implements AutoCloseable {

        final Network network;
        final RankExchange exchange;
        private final Collective rank;
        private final Torch torch = Torch.open(1);
        private final TrainingStep step;

        Ranked(Collective rank, Norm norm, int chunkViews) {
            this.rank = rank;
            Architecture architecture = architecture(norm);
            network = Network.of(torch, architecture, architecture.initialValues(1));
            step = new TrainingStep(
                    torch, network, new TiledLoss(torch, LossPlan.ntXent(0.2)), optimiser(torch, network), chunkViews);
            exchange = new RankExchange(rank);
            step.join(exchange);
        }

        Trained train(int count, java.util.function.BooleanSupplier goesOn) {
            exchange.say(
                    ("rank " + rank.rank() + " at step " + count).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            StepWatch watch = new StepWatch() {
                @Override
                public boolean goesOn() {
                    return goesOn.getAsBoolean();
                }

                @Override
                public void passed(int done, int of) {
                    assertThat(done).isLessThanOrEqualTo(of);
                }
            };
            int pairs = PAIRS / rank.ranks();
            ByteRows rows = batch(count, rank.rank(), rank.ranks());
            return step.train(rows, SIDE, SIDE, numbers(rank.rank() * pairs, pairs), 0, 0.003, count, watch);
        }

        @Override
        public void close() {
            step.close();
            torch.close();
        }
    }
}
