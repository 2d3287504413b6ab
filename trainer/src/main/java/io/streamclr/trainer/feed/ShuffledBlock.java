package io.streamclr.trainer.feed;

import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.Shuffle;

/** A full block in the order in which it is cut. Pure: the same block and seed give the same batches. */
final class ShuffledBlock {

    private final Block block;
    private final int[] order;

    ShuffledBlock(Block block, long shuffleSeed) {
        this.block = block;
        this.order = Shuffle.order(shuffleSeed, block.places().length);
    }

    /** Adds the places from {@code from} to below {@code to}. */
    void cut(int from, int to, Rows rows) {
        for (int place = from; place < to; place++) {
            int record = block.places()[order[place]];
            BlockMemory memory = block.memory();
            rows.add(memory.record(record), memory.facts(record), memory.arrivedAt(record));
        }
    }
}
