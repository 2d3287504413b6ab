package io.streamclr.embed.job;

import io.streamclr.augment.decode.Decoding;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.wire.VectorBytes;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.source.RawImage;
import io.streamclr.stream.source.ReceivedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Images in the order in which they came, of which those that can be decoded are embedded together by one encoder. */
final class Block {

    private final LoadedEncoder encoder;
    private final ByteBuffer squares;
    private final List<Item> items = new ArrayList<>();
    private int decoded;
    private long newestArrival;

    /** One image: a reject already, or one that waits for its vector. */
    private record Item(RawImage raw, ReceivedImage received, Outgoing reject) {}

    Block(LoadedEncoder encoder) {
        this.encoder = encoder;
        this.squares = encoder.takeBuffer();
    }

    EncoderSwitch entry() {
        return encoder.entry();
    }

    boolean isFull() {
        return !squares.hasRemaining();
    }

    /** Decodes and adds an image. @return why it cannot be decoded, in which case nothing was added */
    Optional<Decoding.Rejected> add(RawImage raw, ReceivedImage received) {
        Optional<Decoding.Rejected> rejected = encoder.decoder().append(received.encoded(), squares);
        if (rejected.isEmpty()) {
            items.add(new Item(raw, received, null));
            decoded++;
            newestArrival = raw.arrivedAt();
        }
        return rejected;
    }

    /** Adds an image that became nothing. */
    void add(Outgoing reject) {
        items.add(new Item(null, null, reject));
    }

    /** Images that were decoded. */
    int decoded() {
        return decoded;
    }

    /** When the broker dated the last image of them, in milliseconds since 1970. */
    long newestArrival() {
        return newestArrival;
    }

    /** The vectors of what was decoded, (decoded, F). Once, and nothing is added any more. */
    float[][] embed() {
        float[][] vectors = encoder.encoder().embedSquares(squares.flip());
        encoder.giveBack(squares);
        return vectors;
    }

    /** All records of the block, in order. @param vectors as {@link #embed} gave them */
    List<Outgoing> records(float[][] vectors, VectorFormat format) {
        List<Outgoing> records = new ArrayList<>(items.size());
        int next = 0;
        for (Item item : items) {
            records.add(item.reject() != null ? item.reject() : record(item, vectors[next++], format));
        }
        return records;
    }

    private Outgoing record(Item item, float[] vector, VectorFormat format) {
        RawImage raw = item.raw();
        String id = ImageId.of(item.received().encoded()).toString();
        EncoderSwitch entry = encoder.entry();
        ImageEmbedding embedding = new ImageEmbedding(
                id,
                new Origin(raw.partition(), raw.offset()),
                Instant.ofEpochMilli(raw.arrivedAt()),
                item.received().source(),
                entry.getRunId(),
                entry.getStep(),
                entry.getDigest(),
                format,
                VectorBytes.of(vector, format),
                item.received().label(),
                item.received().className());
        return new Outgoing(
                false,
                raw.partition(),
                id.getBytes(StandardCharsets.UTF_8),
                WireFormat.IMAGE_EMBEDDING.encode(embedding));
    }
}
