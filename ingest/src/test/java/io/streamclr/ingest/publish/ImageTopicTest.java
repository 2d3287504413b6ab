package io.streamclr.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.ingest.likeness.NearDuplicates;
import io.streamclr.ingest.publish.ImageTopic.Outcome;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class ImageTopicTest {

    private static final int PARTITIONS = 7;
    private static final Consumer<Outcome> UNCOUNTED = became -> {};

    private final ImageIdSet there = ImageIdSet.expecting(0);

    @Test
    void everyContentIsSentOnce() throws Exception {
        MockProducer<byte[], byte[]> producer = answering();
        there.add(ImageId.of(new byte[] {1}));
        ImageTopic topic = ImageTopic.writtenBy(producer, "images", PARTITIONS, there, null);

        assertThat(topic.offer(image("a", 1), UNCOUNTED)).isEqualTo(Outcome.ALREADY_THERE);
        assertThat(topic.offer(image("b", 2), UNCOUNTED)).isEqualTo(Outcome.SENT);
        assertThat(topic.offer(image("c", 2), UNCOUNTED)).isEqualTo(Outcome.DUPLICATE);
        topic.flush();

        assertThat(topic.acknowledged()).isEqualTo(1);
        ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertThat(record.topic()).isEqualTo("images");
        assertThat(new String(record.key(), StandardCharsets.UTF_8))
                .isEqualTo(ImageId.of(new byte[] {2}).toString());
        assertThat(WireFormat.ENCODED_IMAGE.decode(record.value())).isEqualTo(image("b", 2));
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void imagesSpreadEvenlyAndEachAlwaysToTheSamePartition() {
        int[] counts = new int[PARTITIONS];
        for (int i = 0; i < 7000; i++) {
            ImageId id = ImageId.of(ByteBuffer.allocate(4).putInt(i).array());
            counts[Admission.partitionOf(id, PARTITIONS)]++;
        }

        assertThat(counts).satisfies(each -> {
            for (int count : each) {
                assertThat(count).isBetween(900, 1100);
            }
        });
        assertThat(Admission.partitionOf(new ImageId(-1L, 0), 10)).isEqualTo(5); // 2^64 - 1 is 5 modulo 10
    }

    @Test
    void whatDoesNotFitIntoAMessageWithItsAttributesIsNotSent() {
        ImageTopic topic = ImageTopic.writtenBy(answering(), "images", PARTITIONS, there, null);
        EncodedImage image = EncodedImage.newBuilder(image("big", 9))
                .setAttributes(Map.of("text", "x".repeat(Topic.MAX_MESSAGE_BYTES)))
                .build();

        assertThat(topic.offer(image, UNCOUNTED)).isEqualTo(Outcome.TOO_LARGE);
        assertThat(topic.acknowledged()).isZero();
    }

    @Test
    void aBrokerThatFallsSilentEndsTheRunInOneSentence() {
        MockProducer<byte[], byte[]> producer = waiting();
        ImageTopic topic = ImageTopic.writtenBy(producer, "images", PARTITIONS, there, null);
        topic.offer(image("a", 1), UNCOUNTED);
        topic.offer(image("b", 2), UNCOUNTED);
        producer.completeNext();
        producer.errorNext(new DisconnectException("the broker is gone"));

        assertThatThrownBy(() -> topic.offer(image("c", 3), UNCOUNTED))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "Kafka at a producer stopped taking images after 1 of this run (the broker is gone); when it"
                                + " is well again, repeat the same command: it goes on where this one stopped");
    }

    @Test
    void aRightToWriteThatIsTakenAwayMeanwhileIsNamed() {
        MockProducer<byte[], byte[]> producer = waiting();
        ImageTopic topic = ImageTopic.writtenBy(producer, "images", PARTITIONS, there, null);
        topic.offer(image("a", 1), UNCOUNTED);
        producer.errorNext(new TopicAuthorizationException(Set.of("images")));

        assertThatThrownBy(topic::flush)
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(
                        "The user of the --kafka-config file may not write to topic images of Kafka at a"
                                + " producer; grant it the operations Describe, Read and Write on that topic");
    }

    @Test
    void anImageThatCannotBeWrittenDownFailsAloneAndMayBeDeliveredAgain() {
        ImageTopic topic = ImageTopic.writtenBy(answering(), "images", PARTITIONS, there, null);
        EncodedImage beyondTime = EncodedImage.newBuilder(image("a", 1))
                .setCapturedAt(Instant.MAX)
                .build();

        assertThat(topic.deliver(beyondTime)).isCompletedExceptionally();
        assertThat(topic.deliver(image("a", 1))).isCompletedWithValue(Outcome.SENT);
    }

    @Test
    void aPictureThatLooksLikeOneUnderWayIsAnsweredWithIt() throws IOException {
        MockProducer<byte[], byte[]> producer = waiting();
        ImageTopic topic = ImageTopic.writtenBy(producer, "images", PARTITIONS, there, new NearDuplicates(4));
        CompletableFuture<Outcome> first = topic.deliver(picture(200));

        CompletableFuture<Outcome> alike = topic.deliver(picture(201));

        assertThat(alike).isNotDone();
        producer.completeNext();
        assertThat(first).isCompletedWithValue(Outcome.SENT);
        assertThat(alike).isCompletedWithValue(Outcome.NEAR_DUPLICATE);
        assertThat(topic.deliver(picture(202))).isCompletedWithValue(Outcome.NEAR_DUPLICATE);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void aPictureThatLooksLikeOneThatFailedMayTakeItsPlace() throws IOException {
        MockProducer<byte[], byte[]> producer = waiting();
        ImageTopic topic = ImageTopic.writtenBy(producer, "images", PARTITIONS, there, new NearDuplicates(4));
        CompletableFuture<Outcome> first = topic.deliver(picture(200));
        CompletableFuture<Outcome> alike = topic.deliver(picture(201));

        producer.errorNext(new DisconnectException("the broker is gone"));

        assertThat(first).isCompletedExceptionally();
        assertThat(alike).isCompletedExceptionally();
        CompletableFuture<Outcome> again = topic.deliver(picture(201));
        producer.completeNext();
        assertThat(again).isCompletedWithValue(Outcome.SENT);
    }

    @Test
    void whatIsOfferedKeepsPicturesAwayThatLookLikeIt() throws IOException {
        ImageTopic topic = ImageTopic.writtenBy(waiting(), "images", PARTITIONS, there, new NearDuplicates(4));

        assertThat(topic.offer(picture(200), UNCOUNTED)).isEqualTo(Outcome.SENT);
        assertThat(topic.offer(picture(201), UNCOUNTED)).isEqualTo(Outcome.NEAR_DUPLICATE);
    }

    private static MockProducer<byte[], byte[]> waiting() {
        return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Grows darker from left to right; with another brightness it has other bytes and the same hash. */
    private static EncodedImage picture(int brightness) throws IOException {
        BufferedImage pixels = new BufferedImage(9, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 9; x++) {
                pixels.getRaster().setSample(x, y, 0, brightness - 20 * x);
            }
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        ImageIO.write(pixels, "png", encoded);
        return EncodedImage.newBuilder(image("picture", 0))
                .setEncoded(ByteBuffer.wrap(encoded.toByteArray()))
                .build();
    }

    private static MockProducer<byte[], byte[]> answering() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static EncodedImage image(String source, int content) {
        return EncodedImage.newBuilder()
                .setSource(source)
                .setEncoded(ByteBuffer.wrap(new byte[] {(byte) content}))
                .setCapturedAt(Instant.EPOCH)
                .build();
    }
}
