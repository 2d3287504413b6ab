package io.streamclr.ingest.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.source.BoundedLines;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/**
 * The images of one request on their way into the topic, in the order in which they came. What is wrong with one of them
 * is said of it alone. For one thread.
 */
final class RequestImages {

    /** Base64 makes four characters of three bytes; beside the image a line says little. */
    static int lineBytes(int maxImageBytes) {
        return maxImageBytes / 3 * 4 + (256 << 10);
    }

    private static final int MOST_LINES = 10_000;
    /** A line says less; without limits, one of small objects would take many times its size of memory. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxTokenCount(10_000)
                    .maxNestingDepth(20)
                    .build())
            .build());

    private final ImageTopic topic;
    private final int maxImageBytes;
    private final Map<String, String> attributes;
    private final MeterRegistry meters;
    private final List<CompletableFuture<Fate>> fates = new ArrayList<>();

    /**
     * What became of an image.
     *
     * @param status of the request, if it were the only image in it
     */
    private record Fate(int status, ObjectNode answer) {}

    /**
     * What the request is answered with.
     *
     * @param status 202 if the topic has all of its images, 422 if some cannot be taken, 503 if the broker did not
     *     answer for some
     */
    record Answer(int status, String body) {}

    RequestImages(ImageTopic topic, int maxImageBytes, Map<String, String> attributes, MeterRegistry meters) {
        this.topic = topic;
        this.maxImageBytes = maxImageBytes;
        this.attributes = attributes;
        this.meters = meters;
    }

    /** The whole stream is one image; its time to arrive is the caller's business. */
    void image(InputStream body, ImageDetails details) throws IOException {
        image(body.readNBytes(maxImageBytes + 1), details); // grows with what is really there
    }

    private void image(byte[] encoded, ImageDetails details) {
        if (encoded.length == 0) {
            refuse("is empty");
        } else if (encoded.length > maxImageBytes) {
            refuse("has more than the " + maxImageBytes + " bytes that are allowed");
        } else {
            deliver(details.of(encoded, attributes));
        }
    }

    /**
     * Lines of JSON, each an object with the image in base64.
     *
     * @param window most bytes of images that wait for the broker; then reading waits too
     */
    void lines(InputStream body, ImageDetails usual, long window) throws IOException {
        BoundedLines lines = new BoundedLines(body, lineBytes(maxImageBytes));
        long unanswered = 0;
        int oldest = 0;
        List<Integer> sizes = new ArrayList<>();
        for (Optional<BoundedLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (fates.size() == MOST_LINES) {
                refuse("and what follows is not read: a request has at most " + MOST_LINES + " lines");
                return;
            }
            int size = line(line.get(), usual);
            sizes.add(size);
            unanswered += size;
            while (unanswered > window) {
                fates.get(oldest).join();
                unanswered -= sizes.get(oldest++);
            }
        }
    }

    /** Returns how many bytes the image has. */
    private int line(BoundedLines.Line line, ImageDetails usual) {
        if (line.cut()) {
            refuse("is a line of more than " + lineBytes(maxImageBytes) + " bytes");
            return 0;
        }
        try {
            JsonNode read = JSON.readTree(line.bytes());
            if (!read.path("image").isTextual()) {
                refuse("is no object with a field image");
                return 0;
            }
            byte[] encoded = read.get("image").binaryValue();
            image(encoded, ImageDetails.from(read, usual.capturedAt()));
            return encoded.length;
        } catch (StreamConstraintsException tooMuch) {
            refuse("says more beside its image than is read");
        } catch (IOException broken) {
            refuse("is no JSON, or its image is not in base64");
        } catch (BadRequest wrong) {
            refuse("is not understood: " + wrong.getMessage());
        }
        return 0;
    }

    void refuse(String why) {
        count("refused");
        fates.add(CompletableFuture.completedFuture(
                new Fate(422, JSON.createObjectNode().put("outcome", "refused").put("reason", why))));
    }

    private void deliver(EncodedImage image) {
        ImageId id = ImageId.of(image.getEncoded());
        fates.add(topic.deliver(image).handle((outcome, failed) -> fate(id, outcome, failed)));
    }

    private Fate fate(ImageId id, ImageTopic.Outcome outcome, Throwable failed) {
        ObjectNode answer = JSON.createObjectNode().put("id", id.toString());
        if (failed != null) {
            count("failed");
            return new Fate(503, answer.put("outcome", "failed").put("reason", reason(failed)));
        }
        String name = outcome.name().toLowerCase(Locale.ROOT);
        count(name);
        return outcome == ImageTopic.Outcome.TOO_LARGE
                ? new Fate(422, answer.put("outcome", "refused").put("reason", topic.whyTooLarge()))
                : new Fate(202, answer.put("outcome", name));
    }

    private static String reason(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof RefusalException) {
            return cause.getMessage();
        }
        return cause instanceof KafkaException ? "Kafka: " + cause.getMessage() : "this server: " + cause;
    }

    /** As soon as the broker has answered for every image. */
    CompletableFuture<Answer> answer() {
        return CompletableFuture.allOf(fates.toArray(CompletableFuture[]::new)).thenApply(all -> {
            int status = fates.isEmpty() ? 422 : 202;
            ObjectNode body = JSON.createObjectNode();
            for (CompletableFuture<Fate> fate : fates) {
                status = Math.max(status, fate.join().status());
                body.withArray("images").add(fate.join().answer());
            }
            return new Answer(status, body.toString());
        });
    }

    private void count(String outcome) {
        meters.counter("streamclr.ingest.images", "outcome", outcome).increment();
    }
}
