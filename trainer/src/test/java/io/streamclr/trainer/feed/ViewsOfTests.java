package io.streamclr.trainer.feed;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Small view pairs whose pixels follow from where they come from. */
public final class ViewsOfTests {

    static final int SIDE = 4;

    private ViewsOfTests() {}

    /** The pair of the image at this origin; images of equal {@code origin} in different passes are the same image. */
    public static ViewPair pair(int partition, int pass, long origin, String recipe, int side) {
        String image = new ImageId(partition, origin).toString();
        SplittableRandom random = new SplittableRandom(31 * (31L * partition + pass) + origin);
        return new ViewPair(
                image, pass, new Origin(partition, origin), 7L, recipe, view(side, random), view(side, random), null);
    }

    public static ViewPair pair(int partition, int pass, long origin) {
        return pair(partition, pass, origin, "recipe-1", SIDE);
    }

    private static View view(int side, SplittableRandom random) {
        byte[] pixels = new byte[side * side * 3];
        random.nextBytes(pixels);
        Lineage lineage = new Lineage(random.nextLong(), 9, 9, new CropBox(0, 0, 9, 9), List.of());
        return new View(side, side, ByteBuffer.wrap(pixels), lineage);
    }

    public static ConsumerRecord<byte[], ByteBuffer> record(int partition, long offset, byte[] value) {
        return new ConsumerRecord<>(
                "views", partition, offset, new byte[0], value == null ? null : ByteBuffer.wrap(value));
    }

    /** The record at this offset, made from the image at {@code origin} in pass 0. */
    public static ConsumerRecord<byte[], ByteBuffer> record(int partition, long offset, long origin) {
        return record(partition, offset, WireFormat.VIEW_PAIR.encode(pair(partition, 0, origin)));
    }

    /** Records from {@code firstOffset} on, rendered in pass 0 from as many images from {@code firstOrigin} on. */
    public static BlockRange range(int partition, long firstOffset, long lastOffset, int records, long firstOrigin) {
        return new BlockRange(partition, firstOffset, lastOffset, records, origins(0, firstOrigin, records));
    }

    /** As many images of consecutive offsets. */
    static List<OriginRange> origins(int pass, long first, int images) {
        return List.of(new OriginRange(7L, pass, first, first + images - 1));
    }

    static FeedConfig config(int batchPairs, int blockBatches) {
        return config(KafkaConnection.to("127.0.0.1:1"), "run", batchPairs, blockBatches);
    }

    static FeedConfig config(KafkaConnection kafka, String run, int batchPairs, int blockBatches) {
        return new FeedConfig(kafka, "views", "batches", run, batchPairs, blockBatches, 42, "monitor");
    }

    static ByteBuffer pixels(int pairs, int side) {
        return ByteBuffer.allocateDirect(2 * pairs * side * side * 3).order(ByteOrder.nativeOrder());
    }

    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
