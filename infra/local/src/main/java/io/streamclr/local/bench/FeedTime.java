package io.streamclr.local.bench;

import io.streamclr.schemas.identity.Sha256;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.views.ViewReader;
import io.streamclr.trainer.views.ViewShape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a pair costs in the feed, in milliseconds of processor time. To read records and to hash them is measured alone, on the
 * same records, and left out of the time of the threads that do it.
 *
 * @param all of the whole process: also of the garbage collector, of compilers, of Kafka's own threads
 * @param fetch of the threads that read the topic into blocks, reading of records left out
 * @param decode to read a record and to hold it against those before
 * @param hash SHA-256 over a record, for the digest of its batch
 * @param compose of the thread that makes batches of blocks and logs them, the hash left out
 */
record FeedTime(double all, double fetch, double decode, double hash, double compose) {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** More bytes of records than caches hold, so that each is read from memory as in the feed. */
    private static final int BYTES_ALONE = 64 << 20;

    private static final String FETCHING = "feed-fetch";
    private static final String COMPOSING = "feed-compose";
    private static final int MOST_ALONE = 4_096;
    private static final int ROUNDS = 7;

    /** What was taken before a feed is drained. */
    record Clock(long process, long fetching, long composing) {

        /**
         * Looks again, while the feed's threads are still there.
         *
         * @param pairs that were fed
         * @param side of their views
         */
        FeedTime stop(int pairs, int side) {
            double all = (ofProcess() - process) / 1e6 / pairs;
            double fetch = (ofThreads(FETCHING) - fetching) / 1e6 / pairs;
            double compose = (ofThreads(COMPOSING) - composing) / 1e6 / pairs;
            int count = Math.max(1, Math.min(MOST_ALONE, BYTES_ALONE / (6 * side * side)));
            List<byte[]> records = IntStream.range(0, count)
                    .mapToObj(each -> MadeUpPairs.encoded(0, each, side))
                    .toList();
            double decode = decodeAlone(records);
            double hash = hashAlone(records);
            return new FeedTime(all, fetch - decode, decode, hash, compose - hash);
        }
    }

    static Clock start() {
        return new Clock(ofProcess(), ofThreads(FETCHING), ofThreads(COMPOSING));
    }

    /** What neither of the feed's threads took. */
    double rest() {
        return all - fetch - decode - hash - compose;
    }

    private static double decodeAlone(List<byte[]> records) {
        ViewReader reader = new ViewReader(ViewShape.UNKNOWN);
        return alone(
                records.stream()
                        .map(each -> new ConsumerRecord<>(
                                Topic.VIEWS.defaultName(), 0, 0, new byte[0], ByteBuffer.wrap(each)))
                        .toList(),
                reader::read);
    }

    private static double hashAlone(List<byte[]> records) {
        MessageDigest sha256 = Sha256.begin();
        return alone(records.stream().map(FeedTime::offHeap).toList(), each -> sha256.update(each.duplicate()));
    }

    private static ByteBuffer offHeap(byte[] record) {
        return ByteBuffer.allocateDirect(record.length).put(record).flip();
    }

    /** Milliseconds for each, the median of a few rounds after one to warm up. */
    private static <T> double alone(List<T> records, Consumer<T> work) {
        double[] rounds = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            records.forEach(work);
            if (round >= 0) {
                rounds[round] = (THREADS.getCurrentThreadCpuTime() - begin) / 1e6 / records.size();
            }
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    private static long ofThreads(String name) {
        long sum = 0;
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            if (thread != null && thread.getThreadName().startsWith(name)) {
                sum += Math.max(0, THREADS.getThreadCpuTime(id));
            }
        }
        return sum;
    }

    private static long ofProcess() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
