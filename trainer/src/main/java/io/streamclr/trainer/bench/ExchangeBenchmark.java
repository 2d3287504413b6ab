package io.streamclr.trainer.bench;

import com.sun.management.OperatingSystemMXBean;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.ranks.LoopbackRanks;
import io.streamclr.trainer.ranks.RankSums;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What the exchange of ranks takes by itself: ranks are threads of this process, which are connected as processes are, by
 * TCP on the loopback interface.
 */
public final class ExchangeBenchmark {

    /** Rounds before those that count: buffers are made in them, and code is compiled. */
    private static final int WARM_UP = 3;

    private ExchangeBenchmark() {}

    /**
     * What it takes.
     *
     * @param sumMillis to add up as many numbers of all ranks as were asked for, on all ranks, median
     * @param sumCpuMillis of the processor for that, for each rank, mean
     * @param gatherMillis to give all embeddings to all ranks, median
     */
    public record Figures(double sumMillis, double sumCpuMillis, double gatherMillis) {}

    /**
     * Measures.
     *
     * @param ranks 2 or more
     * @param numbers that are added up, 32 bits each
     * @param embeddings bytes that each rank gives to all
     */
    public static Figures run(int ranks, int numbers, int embeddings, int rounds) throws Exception {
        double[] sums = new double[rounds];
        double[] gathers = new double[rounds];
        double[] cpu = new double[1];
        List<Collective> all = LoopbackRanks.of(ranks);
        try {
            LoopbackRanks.on(all, rank -> {
                float[] row = new float[numbers];
                Arrays.fill(row, rank.rank() + 1);
                RankSums adding = new RankSums(rank);
                ByteBuffer mine = ByteBuffer.allocate(embeddings);
                for (int round = -WARM_UP; round < rounds; round++) {
                    rank.gather(ByteBuffer.allocate(0), 0);
                    if (round == 0 && rank.rank() == 0) {
                        cpu[0] = -cpuMillis();
                    }
                    note(sums, round, rank, timed(() -> adding.add(row)));
                }
                if (rank.rank() == 0) {
                    cpu[0] += cpuMillis();
                }
                for (int round = -WARM_UP; round < rounds; round++) {
                    rank.gather(ByteBuffer.allocate(0), 0);
                    note(gathers, round, rank, timed(() -> rank.gather(mine, embeddings)));
                }
                return true;
            });
        } finally {
            all.forEach(Collective::close);
        }
        return new Figures(median(sums), cpu[0] / rounds / ranks, median(gathers));
    }

    private static void note(double[] times, int round, Collective rank, double millis) {
        if (round >= 0 && rank.rank() == 0) {
            times[round] = millis;
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static double timed(Work work) throws InterruptedException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e6;
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
