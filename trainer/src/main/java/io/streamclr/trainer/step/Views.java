package io.streamclr.trainer.step;

import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;

/**
 * The views of a batch, in memory that does not change while a step lasts.
 *
 * @param bytes 2N rows of (height, width, 3) unsigned bytes; rows i and N + i show the same image
 */
record Views(ByteRows bytes, int height, int width) {

    /** The views of a chunk, (rows, height, width, 3), without a copy where they lie in one piece. */
    Tensor of(Scope scope, Chunk chunk) {
        return scope.bytes(bytes, chunk.from(), chunk.rows(), height, width, 3);
    }
}
