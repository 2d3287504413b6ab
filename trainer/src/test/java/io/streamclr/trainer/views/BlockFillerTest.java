package io.streamclr.trainer.views;

import static io.streamclr.trainer.feed.ViewsOfTests.range;
import static io.streamclr.trainer.feed.ViewsOfTests.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.feed.ViewsOfTests;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockFillerTest {

    private static final long PATIENCE = BlockFiller.PATIENCE.toNanos();

    private final BlockMemory memory = new BlockMemory(6);

    private static BlockFiller filler(int partitions) {
        List<Reading> readings = IntStream.range(0, partitions)
                .mapToObj(partition -> Reading.from(0))
                .toList();
        return new BlockFiller(readings, 6, new ViewReader(ViewShape.UNKNOWN));
    }

    /** Origins of the block's records in the order of its ranges. */
    private static List<Long> origins(Block block) throws Exception {
        List<Long> origins = new ArrayList<>();
        for (int place : block.places()) {
            ViewPair pair = WireFormat.VIEW_PAIR.decode(
                    ViewsOfTests.bytes(block.memory().record(place)));
            origins.add(pair.getOrigin().getPartition() * 100 + pair.getOrigin().getOffset());
        }
        return origins;
    }

    private static void offer(BlockFiller filler, int partition, int from, int to) {
        for (int offset = from; offset < to; offset++) {
            filler.offer(record(partition, offset, offset));
        }
    }

    @Test
    void partitionsTakeTurnsAndTheBlockIsOrderedByPartition() throws Exception {
        BlockFiller filler = filler(2);
        filler.begin(0, memory);
        offer(filler, 1, 0, 9);
        offer(filler, 0, 0, 9);

        boolean full = filler.fill(0);

        assertThat(full).isTrue();
        assertThat(filler.block().ranges()).containsExactly(range(0, 0, 2, 3, 0), range(1, 0, 2, 3, 0));
        assertThat(origins(filler.block())).containsExactly(0L, 1L, 2L, 100L, 101L, 102L);
        assertThat(filler.block().before()).containsExactly(Reading.from(0), Reading.from(0));
        assertThat(filler.block().after()).containsExactly(new Reading(3, 0, 2), new Reading(3, 0, 2));
    }

    @Test
    void theNextBlockGoesOnWhereTheLastEndedEvenInTheTurns() throws Exception {
        BlockFiller filler = filler(4);
        filler.begin(0, memory);
        IntStream.range(0, 4).forEach(partition -> offer(filler, partition, 0, 9));
        filler.fill(0);
        List<BlockRange> first = filler.block().ranges();
        filler.begin(1, memory);

        filler.fill(0);

        assertThat(first.stream().map(BlockRange::records)).containsExactly(2, 2, 1, 1);
        assertThat(filler.block().ranges())
                .containsExactly(
                        range(0, 2, 2, 1, 2), range(1, 2, 2, 1, 2), range(2, 1, 2, 2, 1), range(3, 1, 2, 2, 1));
    }

    @Test
    void howRecordsArriveDoesNotDecideWhichBlockTheyAreIn() throws Exception {
        BlockFiller atOnce = filler(3);
        atOnce.begin(0, memory);
        IntStream.range(0, 3).forEach(partition -> offer(atOnce, partition, 0, 9));
        atOnce.fill(0);
        List<BlockRange> expected = atOnce.block().ranges();
        BlockFiller inDrops = filler(3);
        inDrops.begin(0, new BlockMemory(6));

        boolean full = false;
        for (int offset = 0; !full; offset++) {
            for (int partition = 2; partition >= 0 && !full; partition--) {
                inDrops.offer(record(partition, offset, offset));
                full = inDrops.fill(PATIENCE / 10 * offset);
            }
        }

        assertThat(inDrops.block().ranges()).isEqualTo(expected);
    }

    @Test
    void aSlowPartitionIsWaitedForOnceAndThenSkippedUntilItKeepsUp() {
        BlockFiller filler = filler(2);
        filler.begin(0, memory);
        offer(filler, 0, 0, 40);

        assertThat(filler.fill(0)).isFalse();
        assertThat(filler.fill(PATIENCE - 1)).isFalse();
        assertThat(filler.fill(PATIENCE)).isTrue();
        assertThat(filler.slowPartitions()).containsExactly(1);
        assertThat(filler.block().ranges()).containsExactly(range(0, 0, 5, 6, 0));

        filler.begin(1, memory);
        offer(filler, 1, 0, 1);
        assertThat(filler.fill(PATIENCE)).as("one record is not yet keeping up").isTrue();
        assertThat(filler.slowPartitions()).containsExactly(1);
        assertThat(filler.block().ranges()).containsExactly(range(0, 6, 10, 5, 6), range(1, 0, 0, 1, 0));

        filler.begin(2, memory);
        offer(filler, 1, 1, 4);
        assertThat(filler.fill(PATIENCE)).isTrue();
        filler.begin(3, memory);
        assertThat(filler.slowPartitions()).isEmpty();
        assertThat(filler.fill(PATIENCE)).as("waited for again").isFalse();
    }

    @Test
    void nobodyIsSlowWhileNobodyHasRecords() {
        BlockFiller filler = filler(2);
        filler.begin(0, memory);
        filler.fill(0);

        boolean full = filler.fill(100 * PATIENCE);

        assertThat(full).isFalse();
        assertThat(filler.slowPartitions()).isEmpty();
    }

    @Test
    void whatAJobRepeatsAfterACrashIsPassedOverAndCounted() throws Exception {
        BlockFiller filler = filler(1);
        filler.begin(0, memory);
        long[] origins = {0, 1, 2, 1, 2, 3, 2, 3, 4, 5};
        for (int offset = 0; offset < origins.length; offset++) {
            filler.offer(record(0, offset, origins[offset]));
        }

        assertThat(filler.fill(0)).isTrue();

        assertThat(origins(filler.block())).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(filler.block().ranges()).containsExactly(range(0, 0, 9, 6, 0));
        assertThat(filler.repetitions()).isEqualTo(4);
    }

    @Test
    void aLaterPassBringsTheSameImagesAsNewRecords() throws Exception {
        BlockFiller filler = filler(1);
        filler.begin(0, memory);
        for (int offset = 0; offset < 6; offset++) {
            byte[] value = WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(0, offset / 3, offset % 3));
            filler.offer(record(0, offset, value));
        }

        assertThat(filler.fill(0)).isTrue();

        assertThat(origins(filler.block())).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
        assertThat(filler.block().after()).containsExactly(new Reading(6, 1, 2));
        assertThat(filler.block().ranges().get(0).origins())
                .containsExactly(new OriginRange(7L, 0, 0L, 2L), new OriginRange(7L, 1, 0L, 2L));
    }

    @Test
    void fullPartitionsAreNotAskedForMore() {
        BlockFiller filler = filler(2);
        filler.begin(0, memory);

        offer(filler, 0, 0, 1);

        assertThat(filler.wants(0)).isFalse();
        assertThat(filler.wants(1)).isTrue();
    }
}
