package io.streamclr.console.views;

import io.streamclr.augment.decode.CutImages;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.DecodeRegion;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.RecipeHeader;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads single records out of {@code views} and the images that they were rendered from. For one thread. */
public final class ViewLog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Topics topics;
    private final String views;
    private final String images;
    private final Map<String, Extent> extents = new HashMap<>();
    /** What the job could decode must be shown, by whichever library, and also what is left of an image that was cut off. */
    private final ImageDecoder decoder =
            new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.KEEP, SystemFormats.ALL);

    /** Nothing is read yet. */
    public ViewLog(KafkaConnection kafka, String views, String images) {
        this.topics = Topics.at(kafka);
        this.views = views;
        this.images = images;
        this.consumer = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        64,
                        // The broker answers a connection in turn: a fetch that waits for more holds up the next.
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        5)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** From which offset to which, exclusive, each partition of a topic was filled when it was looked at. */
    private record Extent(Map<Integer, Long> beginning, Map<Integer, Long> end) {}

    /**
     * A pair and where it lies.
     *
     * @param recipeText the recipe as {@code augment --recipe} takes it; empty where the record does not say
     */
    public record Located(int partition, long offset, ViewPair pair, String recipeText) {}

    /** The newest pairs, oldest first, spread over the partitions; fewer where there are not so many. */
    public List<Located> newest(int count) {
        Map<Integer, Long> beginning = topics.beginning(views);
        Map<Integer, Long> end = topics.end(views);
        int share = (count + end.size() - 1) / end.size();
        List<Located> found = new ArrayList<>();
        for (int partition : end.keySet()) {
            int most = Math.min(share, count - found.size());
            found.addAll(newest(partition, beginning.get(partition), end.get(partition), most));
        }
        return found;
    }

    /** Markers of transactions take offsets too, so that many pairs may begin further back than that many offsets. */
    private List<Located> newest(int partition, long beginning, long end, int count) {
        List<Located> found = List.of();
        long from = end;
        for (long back = count; found.size() < count && from > beginning; back *= 4) {
            from = Math.max(beginning, end - back);
            found = between(partition, from, end, Integer.MAX_VALUE);
        }
        return found.subList(Math.max(0, found.size() - count), found.size());
    }

    /**
     * Pairs of one partition in a row; fewer where it ends before.
     *
     * @throws RefusalException if nothing is at the offset, or something that is no pair
     */
    public List<Located> from(int partition, long offset, int count) {
        requireHeld(views, partition, offset);
        List<Located> found = between(partition, offset, topics.end(views).get(partition), count);
        if (found.isEmpty()) {
            throw new RefusalException("Topic " + views + ", partition " + partition + " has no pair at offset "
                    + offset + " or after it, only the end of a transaction; name an older offset");
        }
        return found;
    }

    private List<Located> between(int partition, long from, long end, int most) {
        List<Located> found = new ArrayList<>();
        long offset = from;
        while (offset < end && found.size() < most) {
            Optional<Located> next = atOrAfter(partition, offset);
            if (next.isEmpty()) {
                break;
            }
            found.add(next.get());
            offset = next.get().offset() + 1;
        }
        return found;
    }

    /**
     * The pair at an offset, or the first after it where the offset holds a transaction's marker; empty if only markers
     * follow.
     *
     * @throws RefusalException if nothing is there, or it is no pair
     */
    private Optional<Located> atOrAfter(int partition, long offset) {
        return record(views, partition, offset).map(record -> located(partition, offset, record));
    }

    private Located located(int partition, long offset, ConsumerRecord<byte[], byte[]> record) {
        try {
            return new Located(
                    partition,
                    record.offset(),
                    WireFormat.VIEW_PAIR.decode(record.value()),
                    RecipeHeader.textIn(record.headers()));
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "The record at " + views + ", partition " + partition + ", offset " + offset + " is "
                            + foreign.getMessage() + "; name another topic with --views-topic",
                    foreign);
        }
    }

    /**
     * The whole image that a pair was rendered from, upright.
     *
     * @throws RefusalException if it is no longer there, not the image that the pair names, or cannot be decoded
     */
    public Pixels original(ViewPair pair) {
        Origin origin = pair.getOrigin();
        return decodedOriginal(pair).match(Decoding.Decoded::pixels, rejected -> {
            throw new RefusalException("The image at " + images + ", partition "
                    + origin.getPartition() + ", offset " + origin.getOffset()
                    + " cannot be decoded (" + rejected.detail()
                    + "); is this the topic that the views were rendered from?");
        });
    }

    /**
     * What the topic says of the image that a pair was rendered from; of bare image bytes, nothing but these.
     *
     * @throws RefusalException if it is no longer there
     */
    public EncodedImage envelope(ViewPair pair) {
        Origin origin = pair.getOrigin();
        byte[] value = record(images, origin.getPartition(), origin.getOffset())
                .map(ConsumerRecord::value)
                .orElse(new byte[0]);
        try {
            return WireFormat.ENCODED_IMAGE.decode(value);
        } catch (ForeignRecordException bare) {
            return new EncodedImage("", ByteBuffer.wrap(value), null, Instant.EPOCH, Map.of(), null);
        }
    }

    /** As {@link #original(ViewPair)}, or why it cannot be decoded. */
    Decoding decodedOriginal(ViewPair pair) {
        return decodedOriginal(pair, decoder, DecodeRegion.WHOLE);
    }

    /**
     * What is wanted of the image that a pair was rendered from, upright, or why it cannot be decoded.
     *
     * @throws RefusalException if it is no longer there, or not the image that the pair names
     */
    Decoding decodedOriginal(ViewPair pair, ImageDecoder reader, DecodeRegion wanted) {
        Origin origin = pair.getOrigin();
        byte[] encoded = record(images, origin.getPartition(), origin.getOffset())
                .map(record -> encoded(record.value()))
                .orElse(new byte[0]);
        if (!ImageId.of(encoded).equals(ImageId.parse(pair.getImageId()))) {
            throw new RefusalException("The image at " + images + ", partition " + origin.getPartition()
                    + ", offset " + origin.getOffset() + " is not image " + pair.getImageId()
                    + " that the views were rendered from; name their topic with --images-topic");
        }
        return reader.decode(encoded, wanted);
    }

    /** An image topic holds envelopes or bare image bytes; which of them shows in the record. */
    private static byte[] encoded(byte[] value) {
        try {
            var bytes = WireFormat.ENCODED_IMAGE.decode(value).getEncoded();
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return copy;
        } catch (ForeignRecordException bare) {
            return value;
        }
    }

    /** The record at an offset or after it; empty if the partition ends in markers of transactions from there on. */
    private Optional<ConsumerRecord<byte[], byte[]>> record(String topic, int partition, long offset) {
        if (!holds(topic, partition, offset)) {
            extents.remove(topic); // it may hold more by now
            requireHeld(topic, partition, offset);
        }
        TopicPartition place = new TopicPartition(topic, partition);
        consumer.assign(List.of(place));
        consumer.seek(place, offset);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long end = extents.get(topic).end.get(partition);
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                return Optional.of(record);
            }
            if (consumer.position(place) >= end) {
                return Optional.empty();
            }
        }
        throw new RefusalException("Topic " + topic + ", partition " + partition + ", offset " + offset
                + " gave no record within " + PATIENCE.toSeconds()
                + " seconds; an open transaction may hide it, try an older one");
    }

    private boolean holds(String topic, int partition, long offset) {
        Extent extent =
                extents.computeIfAbsent(topic, unseen -> new Extent(topics.beginning(topic), topics.end(topic)));
        return extent.beginning.containsKey(partition)
                && offset >= extent.beginning.get(partition)
                && offset < extent.end.get(partition);
    }

    private void requireHeld(String topic, int partition, long offset) {
        if (holds(topic, partition, offset)) {
            return;
        }
        Extent extent = extents.get(topic);
        if (!extent.beginning.containsKey(partition)) {
            throw new RefusalException("Topic " + topic + " has " + extent.beginning.size()
                    + " partitions, counted from 0, and no partition " + partition + "; name one of those");
        }
        throw new RefusalException("Topic " + topic + ", partition " + partition + " holds offsets "
                + extent.beginning.get(partition) + " to " + (extent.end.get(partition) - 1) + ", and not " + offset
                + "; older ones have expired, newer ones are yet to come");
    }

    @Override
    public void close() {
        consumer.close();
        topics.close();
    }
}
