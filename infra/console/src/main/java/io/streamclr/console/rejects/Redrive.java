package io.streamclr.console.rejects;

import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.stream.source.ImagesFormat;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends rejected images in again, each once. The image goes to the end of the partition that it came from, byte for
 * byte, with a header that names its old place; in the same transaction a note of it goes to the topic of rejects. So
 * an image that was sent has its note and one without a note was not sent, whatever crashes; and of two that redrive at
 * once, Kafka stops the elder.
 */
final class Redrive implements AutoCloseable {

    /** Header of an image that was sent in again: the place where it was rejected. */
    static final String REDRIVEN_FROM = "streamclr.redriven-from";

    private static final int TRANSACTION_TIMEOUT_MS = 60_000;
    private static final int IMAGES_PER_TRANSACTION = 100;

    private final KafkaConnection kafka;
    private final String images;
    private final String rejects;
    private final ImagesFormat format;
    private final ImageDecoder decoder;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * What became of the rejects.
     *
     * @param sent in again
     * @param stillBad the job would reject them again
     * @param gone the topic of images no longer holds them
     * @param sentBefore by an earlier redrive
     */
    record Report(int sent, int stillBad, int gone, int sentBefore) {}

    Redrive(KafkaConnection kafka, String images, String rejects, ImagesFormat format, ImageDecoder decoder) {
        this.kafka = kafka;
        this.images = images;
        this.rejects = rejects;
        this.format = format;
        this.decoder = decoder;
        this.producer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "streamclr-redrive-" + rejects,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_TIMEOUT_MS,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topic.messageBytes(Topic.MOST_IMAGE_BYTES),
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        2L * Topic.messageBytes(Topic.MOST_IMAGE_BYTES))),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /**
     * Sends those of the wanted rejects that the job would draw now.
     *
     * @throws RefusalException if the broker fails; what was sent has its note, so the same command does the rest
     */
    Report send(Predicate<Reject> wanted) {
        try (ImageLog log = new ImageLog(kafka, images)) {
            // Ends what an earlier redrive left open, so that the notes that are read next are all there are.
            producer.initTransactions();
            SortedMap<RejectPlace, Reject> known = RejectLog.read(kafka, rejects);
            Collection<Reject> chosen = known.values().stream().filter(wanted).toList();
            int sent = 0;
            int stillBad = 0;
            int gone = 0;
            int sentBefore = 0;
            for (Reject reject : chosen) {
                Optional<ConsumerRecord<byte[], byte[]>> image =
                        reject.redriven() ? Optional.empty() : log.at(reject.place());
                if (reject.redriven()) {
                    sentBefore++;
                } else if (image.isEmpty()) {
                    gone++;
                } else if (!canBeDrawn(image.get().value())) {
                    stillBad++;
                } else {
                    if (sent++ % IMAGES_PER_TRANSACTION == 0) {
                        turnTransaction(sent > 1);
                    }
                    send(image.get(), reject.place());
                }
            }
            if (sent > 0) {
                producer.commitTransaction();
            }
            return new Report(sent, stillBad, gone, sentBefore);
        } catch (ProducerFencedException | InvalidProducerEpochException other) {
            throw new RefusalException(
                    "Another redrive of " + rejects + " began meanwhile, so this one stopped; what either sent was sent"
                            + " once, run the command again for the rest",
                    other);
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "The Kafka broker at " + kafka.bootstrapServers() + " failed the redrive (" + failed.getMessage()
                            + "); what was sent is noted, run the command again for the rest",
                    failed);
        }
    }

    private boolean canBeDrawn(byte[] value) {
        return ImageLog.encoded(value, format)
                .map(encoded -> decoder.decode(encoded).match(decoded -> true, rejected -> false))
                .orElse(false);
    }

    /** Ends the transaction before and begins another; ending throws what any of its sends failed with. */
    private void turnTransaction(boolean open) {
        if (open) {
            producer.commitTransaction();
        }
        producer.beginTransaction();
    }

    private void send(ConsumerRecord<byte[], byte[]> image, RejectPlace from) {
        ProducerRecord<byte[], byte[]> again =
                new ProducerRecord<>(images, from.partition(), null, image.key(), image.value(), image.headers());
        again.headers().remove(REDRIVEN_FROM).add(REDRIVEN_FROM, from.bytes());
        ProducerRecord<byte[], byte[]> note = new ProducerRecord<>(rejects, from.partition(), image.key(), null);
        note.headers().add(RejectLog.REDRIVEN, from.bytes());
        sending(again);
        sending(note);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The end of the transaction throws what a send failed with.
    private void sending(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
    }
}
