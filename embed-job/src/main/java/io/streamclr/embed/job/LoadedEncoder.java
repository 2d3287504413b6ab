package io.streamclr.embed.job;

import io.streamclr.embed.encoders.EncoderShelf;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.trainer.encoder.Encoder;
import io.streamclr.trainer.encoder.SquareDecoder;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An encoder as one subtask uses it: decoding in its own thread, computing together with the others of the process. */
final class LoadedEncoder implements AutoCloseable {

    private final EncoderSwitch entry;
    private final EncoderLease lease;
    private final SquareDecoder decoder;
    private final int blockBytes;
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

    private LoadedEncoder(EncoderSwitch entry, EncoderLease lease, SquareDecoder decoder, int block) {
        this.entry = entry;
        this.lease = lease;
        this.decoder = decoder;
        this.blockBytes = Math.multiplyExact(block, decoder.bytes());
    }

    /**
     * Loads what an entry of the log names.
     *
     * @throws RefusalException if it is not on the shelf, is another one, or this machine cannot compute it
     */
    static LoadedEncoder of(EncoderSwitch entry, EmbedSettings settings) {
        EncoderLease lease = EncoderLease.of(
                EncoderShelf.at(settings.shelf()).folder(entry.getDigest()),
                settings.computing().options());
        Encoder encoder = lease.encoder();
        if (!encoder.digest().equals(entry.getDigest())) {
            lease.close();
            throw new RefusalException("The encoder " + encoder.file() + " has SHA-256 " + encoder.digest()
                    + " and not " + entry.getDigest() + ", as when it was kept; put the right file back");
        }
        return new LoadedEncoder(
                entry,
                lease,
                encoder.squareDecoder(settings.limits()),
                settings.computing().block());
    }

    EncoderSwitch entry() {
        return entry;
    }

    Encoder encoder() {
        return lease.encoder();
    }

    SquareDecoder decoder() {
        return decoder;
    }

    /** Room for the squares of a block. */
    ByteBuffer takeBuffer() {
        ByteBuffer free = buffers.poll();
        return free == null ? ByteBuffer.allocateDirect(blockBytes) : free.clear();
    }

    /** Has a buffer used again, from whichever thread. */
    void giveBack(ByteBuffer buffer) {
        buffers.add(buffer);
    }

    @Override
    public void close() {
        decoder.close();
        lease.close();
    }
}
