package io.streamclr.trainer.step;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import java.nio.ByteBuffer;

/**
 * The views of a batch, in memory that does not change while a step lasts.
 *
 * @param bytes direct, (2N, height, width, 3) unsigned bytes; rows i and N + i show the same image
 */
record Views(ByteBuffer bytes, int height, int width) {

    /** The views of a chunk, (rows, height, width, 3), without a copy. */
    Tensor of(Scope scope, Chunk chunk) {
        int row = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        int from = bytes.position() + Math.multiplyExact(chunk.from(), row);
        ByteBuffer part = bytes.duplicate();
        part.limit(from + Math.multiplyExact(chunk.rows(), row)).position(from);
        return scope.bytes(part, chunk.rows(), height, width, 3);
    }
}
