package io.streamclr.trainer.run;

import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.InProcessRanks;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.RankExchange;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/** The learner of one rank of a run, in a thread of its own, where one process does what all ranks did. */
final class RankLearner implements AutoCloseable {

    private final ExecutorService thread;
    private final Opened opened;

    /** What joins it with the others, if there are any. */
    private Optional<Collective> others = Optional.empty();

    /** @param learner of the device, closed before it */
    record Opened(Torch torch, Learner learner) {}

    private RankLearner(int rank, Opened opened) {
        this.opened = opened;
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "learner-" + rank);
            made.setDaemon(true);
            return made;
        });
    }

    /** One for each rank of a run, in their order. */
    static List<RankLearner> of(TrainConfig config, Supplier<Opened> opening) {
        List<RankLearner> learners = new ArrayList<>();
        int ranks = config.share().ranks();
        for (int rank = 0; rank < ranks; rank++) {
            learners.add(new RankLearner(rank, opening.get()));
        }
        if (ranks > 1) {
            for (Collective rank : InProcessRanks.of(ranks)) {
                learners.get(rank.rank()).join(rank);
            }
        }
        return learners;
    }

    private void join(Collective rank) {
        others = Optional.of(rank);
        opened.learner().join(new RankExchange(rank));
    }

    /** Something that the learner does, in its thread. */
    <T> T does(Function<Learner, T> work) {
        return result(begin(work));
    }

    private <T> CompletableFuture<T> begin(Function<Learner, T> work) {
        return CompletableFuture.supplyAsync(() -> work.apply(opened.learner()), thread);
    }

    /**
     * Trains a step on all of them.
     *
     * @param batches of each rank, in their order
     * @return its loss, in nats
     */
    static double train(List<RankLearner> learners, List<Batch> batches, double rate) {
        List<CompletableFuture<Double>> losses = new ArrayList<>();
        for (int rank = 0; rank < learners.size(); rank++) {
            Batch batch = batches.get(rank);
            losses.add(learners.get(rank)
                    .begin(learner -> learner.train(batch, rate).loss())
                    .whenComplete(learners.get(rank)::failed));
        }
        return losses.stream().map(RankLearner::result).toList().get(0);
    }

    /** The others would wait for one that failed for ever. */
    private void failed(Double loss, Throwable failure) {
        if (failure != null) {
            others.ifPresent(rank -> rank.fail(failure.toString(), 1));
        }
    }

    private static <T> T result(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    @Override
    public void close() {
        result(CompletableFuture.runAsync(
                () -> {
                    opened.learner().close();
                    opened.torch().close();
                },
                thread));
        thread.shutdown();
    }
}
