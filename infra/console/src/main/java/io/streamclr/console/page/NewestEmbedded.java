package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images of a stream that were embedded last, with their neighbours among the recent ones. For one thread. */
final class NewestEmbedded implements AutoCloseable {

    private static final int SHOWN = 8;
    private static final int NEIGHBOURS = 6;

    /** Of a class's name, or a source's. */
    private static final int MOST_CHARACTERS = 200;

    private static final Duration BRIEFLY = Duration.ofMillis(50);
    private static final long MOST_NANOS = 1_000_000_000;

    private final StreamTopics topics;
    private final Thumbnails thumbnails;
    private final RecentEmbeddings recent = new RecentEmbeddings();
    private final EmbeddingLog log;

    /** @throws RefusalException if there is no such topic, or it may not be read */
    NewestEmbedded(StreamTopics topics, Thumbnails thumbnails) {
        this.topics = topics;
        this.thumbnails = thumbnails;
        this.log = EmbeddingLog.open(topics.kafka(), topics.embeddings(), Optional.empty(), tail(topics));
    }

    /** The same share of each partition: what lies further back is not compared. */
    private static LogPosition tail(StreamTopics stream) {
        Map<Integer, Long> next = new HashMap<>();
        try (Topics topics = Topics.at(stream.kafka())) {
            Map<Integer, Long> ends = topics.end(stream.embeddings());
            long each = RecentEmbeddings.MOST / Math.max(1, ends.size()) + 1L;
            ends.forEach((partition, end) -> next.put(partition, Math.max(0, end - each)));
        }
        return new LogPosition(next, Map.of());
    }

    /**
     * Reads on for a second at most, and says what is newest; empty before there is an embedding.
     *
     * @throws RefusalException if the topic cannot be read
     */
    Optional<ObjectNode> look() {
        long begun = System.nanoTime();
        List<StoredEmbedding> read;
        do {
            read = log.next(BRIEFLY);
            read.forEach(recent::add);
        } while (!read.isEmpty() && System.nanoTime() - begun < MOST_NANOS);
        List<RecentEmbeddings.Row> rows = recent.newest(SHOWN, NEIGHBOURS);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Pictures pictures = new Pictures();
        ObjectNode stream = JsonNodeFactory.instance.objectNode();
        stream.put("topic", topics.embeddings());
        stream.put("images_topic", topics.images());
        ArrayNode newest = stream.putArray("newest");
        for (RecentEmbeddings.Row row : rows) {
            ObjectNode image = described(newest.addObject(), row.image(), pictures);
            EncoderName encoder = row.image().encoder();
            image.put("arrived_at", row.image().record().getArrivedAt().toString());
            image.put("run", OneLine.of(encoder.run()));
            image.put("step", encoder.step());
            image.put("encoder", encoder.digest());
            image.put("compared", row.compared());
            ArrayNode neighbours = image.putArray("neighbours");
            row.neighbours().forEach(near -> described(neighbours.addObject(), near.image(), pictures)
                    .put("cosine", Math.round(near.cosine() * 1e4) / 1e4));
        }
        return Optional.of(stream);
    }

    /** Makes pictures until the topic of images fails; then all others have that reason, and nobody waits for each. */
    private final class Pictures {

        private Optional<String> failure = Optional.empty();

        Optional<String> whyNone(StoredEmbedding embedding) {
            if (failure.isPresent()) {
                return failure;
            }
            try {
                return thumbnails.make(embedding);
            } catch (RefusalException unreadable) {
                failure = Optional.of(unreadable.getMessage());
                return failure;
            }
        }
    }

    private static ObjectNode described(ObjectNode into, StoredEmbedding embedding, Pictures pictures) {
        into.put("image", embedding.record().getImageId());
        into.put("partition", embedding.partition());
        into.put("offset", embedding.origin());
        into.put("source", shown(embedding.record().getSource()));
        if (embedding.label() != StoredEmbedding.NO_LABEL) {
            into.put("label", embedding.label());
        }
        if (!embedding.className().isEmpty()) {
            into.put("class_name", shown(embedding.className()));
        }
        pictures.whyNone(embedding).ifPresent(reason -> into.put("no_picture", reason));
        return into;
    }

    private static String shown(String foreign) {
        String line = OneLine.of(foreign);
        return line.substring(0, Math.min(line.length(), MOST_CHARACTERS));
    }

    @Override
    public void close() {
        log.close();
    }
}
