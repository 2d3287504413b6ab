package io.streamclr.trainer.views;

import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides which records make a block. A new block takes one record of each partition in turn; a partition that has
 * nothing is waited for once, and then skipped until it kept up for a whole block. So a block of records that lie ready
 * is always the same, and a slow partition does not hold up the others; which of the two it was, the manifest keeps.
 *
 * <p>Has no clock and no thread: records are put in, and time comes as an argument.
 */
public final class BlockFiller {

    /** How long a turn waits for a partition that used to keep up, while others have records. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final int blockPairs;
    private final ViewReader reader;
    private final List<Inbox> inboxes = new ArrayList<>();
    /** Partitions that take turns. */
    private final int[] owned;

    private final boolean[] slow;
    private final boolean[] skipped;

    private long number;
    private BlockMemory memory;
    private List<Reading> before = List.of();
    /** Index into {@link #owned}. */
    private int turn;

    private long waitingSince = NOT_WAITING;
    private int[] partitionOf;
    private long[] firstOffset;
    private long[] lastOffset;
    private int[] taken;
    private List<Origins> origins = List.of();

    /**
     * @param readings where each partition goes on
     * @param blockPairs records in a block
     */
    public BlockFiller(List<Reading> readings, int blockPairs, ViewReader reader) {
        this(readings, blockPairs, reader, RankShare.WHOLE);
    }

    /** As the other. @param share of which partitions there will be records, one at least */
    public BlockFiller(List<Reading> readings, int blockPairs, ViewReader reader, RankShare share) {
        this.blockPairs = blockPairs;
        this.reader = reader;
        readings.forEach(reading -> inboxes.add(new Inbox(reader, reading)));
        owned = share.owned(inboxes.size());
        slow = new boolean[inboxes.size()];
        skipped = new boolean[inboxes.size()];
    }

    /** Begins a block. */
    public void begin(long blockNumber, BlockMemory into) {
        number = blockNumber;
        memory = into;
        memory.clear();
        before = readings();
        turn = (int) (blockNumber % owned.length * blockPairs % owned.length);
        waitingSince = NOT_WAITING;
        System.arraycopy(skipped, 0, slow, 0, slow.length);
        Arrays.fill(skipped, false);
        partitionOf = new int[blockPairs];
        firstOffset = new long[inboxes.size()];
        lastOffset = new long[inboxes.size()];
        taken = new int[inboxes.size()];
        origins = Stream.generate(Origins::new).limit(inboxes.size()).toList();
    }

    /** Puts in a fetched record. */
    public void offer(ConsumerRecord<byte[], ByteBuffer> record) {
        inboxes.get(record.partition()).add(record);
    }

    /** Whether records of this partition should be fetched: what is there is taken before more is asked for. */
    public boolean wants(int partition) {
        return inboxes.get(partition).isEmpty();
    }

    /**
     * Takes what it can.
     *
     * @param nanos the time, on a clock that only goes forwards
     * @return whether the block is full
     */
    public boolean fill(long nanos) {
        while (memory.records() < blockPairs) {
            int partition = owned[turn];
            if (!inboxes.get(partition).isEmpty()) {
                take(partition);
            } else if (inboxes.stream().allMatch(Inbox::isEmpty)) {
                return false;
            } else if (!slow[partition] && waitingSince == NOT_WAITING) {
                waitingSince = nanos;
                return false;
            } else if (!slow[partition] && nanos - waitingSince < PATIENCE.toNanos()) {
                return false;
            } else {
                slow[partition] = true;
                skipped[partition] = true;
            }
            waitingSince = NOT_WAITING;
            turn = (turn + 1) % owned.length;
        }
        return true;
    }

    private void take(int partition) {
        Inbox.Kept kept = inboxes.get(partition).take();
        partitionOf[memory.records()] = partition;
        memory.add(kept.encoded(), kept.facts(), kept.arrivedAt());
        if (taken[partition] == 0) {
            firstOffset[partition] = kept.offset();
        }
        lastOffset[partition] = kept.offset();
        taken[partition]++;
        origins.get(partition).add(kept);
    }

    /** The full block. */
    public Block block() {
        List<BlockRange> ranges = new ArrayList<>();
        int[] nextPlace = new int[inboxes.size()];
        int places = 0;
        for (int partition = 0; partition < inboxes.size(); partition++) {
            nextPlace[partition] = places;
            places += taken[partition];
            if (taken[partition] > 0) {
                ranges.add(new BlockRange(
                        partition,
                        firstOffset[partition],
                        lastOffset[partition],
                        taken[partition],
                        origins.get(partition).ranges()));
            }
        }
        int[] order = new int[places];
        for (int record = 0; record < places; record++) {
            order[nextPlace[partitionOf[record]]++] = record;
        }
        return new Block(number, ranges, before, readings(), reader.shape(), memory, order);
    }

    /** Records of this partition that were fetched, and are in no full block; {@code filling} unless the last is full. */
    public int held(int partition, boolean filling) {
        return inboxes.get(partition).size() + (filling ? taken[partition] : 0);
    }

    /** Records of the block that is being filled, and of those that were fetched and wait to be. */
    public int gathered() {
        return memory.records() + inboxes.stream().mapToInt(Inbox::size).sum();
    }

    /** Partitions that are not waited for at present. */
    public List<Integer> slowPartitions() {
        List<Integer> found = new ArrayList<>();
        for (int partition = 0; partition < slow.length; partition++) {
            if (slow[partition]) {
                found.add(partition);
            }
        }
        return found;
    }

    /** Repetitions that were passed over so far. */
    public long repetitions() {
        return inboxes.stream().mapToLong(Inbox::repetitions).sum();
    }

    private List<Reading> readings() {
        return inboxes.stream().map(Inbox::reading).toList();
    }
}
