package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ranks of a process and those of a network do the same. */
class CollectiveTest {

    private static List<Collective> ranks(String how, int count) throws Exception {
        return how.equals("tcp") ? Together.byTcp(count) : InProcessRanks.of(count);
    }

    @ParameterizedTest
    @CsvSource({"in-process, 2, 3", "tcp, 2, 3", "in-process, 4, 0", "tcp, 4, 0", "tcp, 3, 200000", "tcp, 2, 9000000"})
    void eachRankGetsWhatTheOthersSendToItCallAfterCall(String how, int count, int bytes) throws Exception {
        List<Collective> ranks = ranks(how, count);

        List<Boolean> right = Together.on(ranks, rank -> {
            boolean all = true;
            for (int call = 0; call < 5; call++) {
                List<ByteBuffer> parts = new ArrayList<>();
                for (int to = 0; to < count; to++) {
                    parts.add(noise(call, rank.rank(), to, bytes));
                }
                List<ByteBuffer> received = rank.exchange(parts, bytes);
                for (int from = 0; from < count; from++) {
                    all &= received.get(from).equals(noise(call, from, rank.rank(), bytes));
                    all &= received.get(from).order() == ByteOrder.LITTLE_ENDIAN;
                }
            }
            return all;
        });

        assertThat(right).hasSize(count).containsOnly(true);
        Together.close(ranks);
    }

    private static ByteBuffer noise(int call, int from, int to, int bytes) {
        byte[] noise = new byte[bytes == 0 ? 0 : bytes - from];
        new Random(call * 100L + from * 10L + to).nextBytes(noise);
        return ByteBuffer.wrap(noise);
    }

    @ParameterizedTest
    @CsvSource({"in-process, 2, 7", "in-process, 3, 2", "tcp, 2, 7", "tcp, 3, 1", "tcp, 4, 100001"})
    void numbersAreAddedUpInTheOrderOfTheRanks(String how, int count, int length) throws Exception {
        List<Collective> ranks = ranks(how, count);

        List<float[]> sums = Together.on(ranks, rank -> {
            float[] row = row(rank.rank(), length);
            new RankSums(rank).add(row);
            return row;
        });

        float[] wanted = row(0, length);
        for (int r = 1; r < count; r++) {
            float[] more = row(r, length);
            for (int i = 0; i < length; i++) {
                wanted[i] += more[i];
            }
        }
        assertThat(sums).hasSize(count).allSatisfy(row -> assertThat(row).containsExactly(wanted));
        Together.close(ranks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void meansAreTakenIn64Bits(String how) throws Exception {
        List<Collective> ranks = ranks(how, 3);

        List<float[]> means = Together.on(ranks, rank -> {
            float[] row = {rank.rank() == 0 ? 1e8f : 1, 6};
            new RankSums(rank).mean(row, 5);
            return row;
        });

        float[] wanted = {(float) ((5e8 + 5 + 5) / 15), 6};
        assertThat(means).hasSize(3).allSatisfy(row -> assertThat(row).containsExactly(wanted));
        Together.close(ranks);
    }

    /** Numbers of very different sizes, whose sum depends on the order. */
    private static float[] row(int rank, int length) {
        Random random = new Random(rank);
        float[] row = new float[length];
        for (int i = 0; i < length; i++) {
            row[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
        }
        return row;
    }

    @ParameterizedTest
    @CsvSource({"in-process, 1", "tcp, 1", "in-process, 4", "tcp, 4"})
    void whatOneRankFailsForAllOthersSay(String how, int exitCode) throws Exception {
        List<Collective> ranks = ranks(how, 3);
        Together.Task<Integer, Object> wait = rank -> ranks.get(rank).gather(ByteBuffer.allocate(1), 1);
        var first = Together.failure(none -> wait.of(0));
        var third = Together.failure(none -> wait.of(2));

        ranks.get(1).fail("its disk is full; make room", exitCode);

        for (var failure : List.of(first, third)) {
            assertThat(failure.get())
                    .asInstanceOf(InstanceOfAssertFactories.type(RefusalException.class))
                    .returns(exitCode, RefusalException::exitCode)
                    .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                    .isEqualTo("Rank 1 ended: its disk is full; make room"
                            // Where another trainer took the run over, to start again would take it back.
                            + (exitCode == 4
                                    ? ""
                                    : "; when that is settled start all ranks again, and they go on from the newest"
                                            + " checkpoint"));
        }
        Together.close(ranks);
    }

    @Test
    void oneThatFailsEndsWhatAllDoTogether() throws Exception {
        List<Collective> ranks = LoopbackRanks.of(2);

        assertThatThrownBy(() -> LoopbackRanks.on(ranks, rank -> {
                    if (rank.rank() == 1) {
                        throw new IllegalStateException("no memory");
                    }
                    return rank.gather(ByteBuffer.allocate(1), 1);
                }))
                .hasMessageStartingWith("Rank 1 ended: java.lang.IllegalStateException: no memory;");
        Together.close(ranks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void whoWaitsElsewhereHearsThatARankIsGone(String how) throws Exception {
        List<Collective> ranks = ranks(how, 2);
        var heard = new java.util.concurrent.LinkedBlockingQueue<Integer>();
        ranks.get(0).whenAskedToStop(() -> heard.add(0));

        ranks.get(1).fail("its disk is full; make room", 1);

        assertThat(heard.take()).isZero();
        Together.close(ranks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void whoIsAskedToStopHasAllOthersHear(String how) throws Exception {
        List<Collective> ranks = ranks(how, 3);
        var heard = new java.util.concurrent.LinkedBlockingQueue<Integer>();
        ranks.forEach(rank -> rank.whenAskedToStop(() -> heard.add(rank.rank())));

        ranks.get(1).askToStop();

        assertThat(List.of(heard.take(), heard.take())).containsExactlyInAnyOrder(0, 2);
        Together.close(ranks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void whoListensLateHearsOfAStopAllTheSame(String how) throws Exception {
        List<Collective> ranks = ranks(how, 2);
        var heard = new java.util.concurrent.LinkedBlockingQueue<Integer>();
        ranks.get(1).askToStop();
        Together.on(ranks, rank -> rank.gather(ByteBuffer.allocate(1), 1));

        ranks.get(0).whenAskedToStop(() -> heard.add(0));

        assertThat(heard.take()).isZero();
        Together.close(ranks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in-process", "tcp"})
    void whoNeedsARankThatIsDoneIsToldSo(String how) throws Exception {
        List<Collective> ranks = ranks(how, 2);

        ranks.get(1).close();

        assertThatThrownBy(() -> ranks.get(0).gather(ByteBuffer.allocate(1), 1))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Rank 1 ended: it was done before this one");
        Together.close(ranks);
    }
}
