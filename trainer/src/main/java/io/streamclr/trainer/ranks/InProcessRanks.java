package io.streamclr.trainer.ranks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Ranks that are threads of one process, by the plainest means there are; each has a thread of its own. */
public final class InProcessRanks {

    private static final Runnable NOTHING = () -> {};

    private final ByteBuffer[][] sent;
    private final Runnable[] stops;
    private final boolean[] toStop;
    private Optional<RankLost> lost = Optional.empty();
    private int waiting;
    private long meetings;

    private InProcessRanks(int ranks) {
        sent = new ByteBuffer[ranks][ranks];
        stops = new Runnable[ranks];
        Arrays.fill(stops, NOTHING);
        toStop = new boolean[ranks];
    }

    /** So many ranks, in order. */
    public static List<Collective> of(int ranks) {
        InProcessRanks shared = new InProcessRanks(ranks);
        return IntStream.range(0, ranks)
                .<Collective>mapToObj(rank -> shared.new Member(rank))
                .toList();
    }

    /** Returns when all have come. */
    private synchronized void meet() throws InterruptedException {
        long before = meetings;
        waiting++;
        if (waiting == sent.length) {
            waiting = 0;
            meetings++;
            notifyAll();
        }
        while (meetings == before && lost.isEmpty()) {
            wait();
        }
        if (meetings == before) {
            throw lost.orElseThrow().refusal();
        }
    }

    private synchronized void lose(RankLost rank) {
        lost = lost.or(() -> Optional.of(rank));
        notifyAll();
        stopOthers(rank.rank());
    }

    private synchronized void stopOthers(int asked) {
        for (int other = 0; other < stops.length; other++) {
            if (other != asked) {
                toStop[other] = true;
                stops[other].run();
            }
        }
    }

    private synchronized void whenAskedToStop(int rank, Runnable stop) {
        stops[rank] = stop;
        if (toStop[rank]) {
            stop.run();
        }
    }

    private final class Member implements Collective {

        private final int rank;

        Member(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int ranks() {
            return sent.length;
        }

        @Override
        public int ranksHere() {
            return sent.length;
        }

        @Override
        public List<ByteBuffer> exchange(List<ByteBuffer> parts, int most) throws InterruptedException {
            for (int to = 0; to < sent.length; to++) {
                sent[rank][to] = copy(parts.get(to));
            }
            meet();
            List<ByteBuffer> received = new ArrayList<>();
            for (ByteBuffer[] from : sent) {
                received.add(from[rank]);
            }
            meet();
            return received;
        }

        private static ByteBuffer copy(ByteBuffer part) {
            ByteBuffer from = part.duplicate();
            return ByteBuffer.allocate(from.remaining()).put(from).flip().order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void askToStop() {
            stopOthers(rank);
        }

        @Override
        public void whenAskedToStop(Runnable stop) {
            InProcessRanks.this.whenAskedToStop(rank, stop);
        }

        @Override
        public void fail(String reason, int exitCode) {
            lose(new RankLost(rank, reason, exitCode));
        }

        @Override
        public void close() {
            lose(new RankLost(rank, RankLost.DONE));
        }
    }
}
