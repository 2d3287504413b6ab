package io.streamclr.schemas.topic;

import java.util.Map;

/** The topics of the system, with the settings they are created with. Keys are UTF-8 text, values single-object Avro. */
public enum Topic {
    /**
     * Images as received; the memory that every pass and every replay reads, so it is kept for good. The broker dates
     * them, so that what a partition held at a moment is one range of offsets.
     */
    IMAGES("images", true, Kept.FOR_GOOD_DATED_BY_THE_BROKER),
    /** Images that became no views; kept until they are sent in again. */
    IMAGES_REJECTED("images.rejected", true, Kept.FOR_GOOD),
    /** View pairs, kept for as long as a trainer may be away; what was in a batch can be rendered again at any time. */
    VIEWS("views", true, Kept.FOR_SOME_HOURS),
    /** What every training step was fed; one partition, because steps have one order. */
    BATCHES("batches", false, Kept.FOR_GOOD),
    /** The newest encoder of every run. */
    ENCODERS("encoders", false, Map.of("cleanup.policy", "compact")),
    /** What encoders made of the images, kept for good: an encoder that is gone cannot make it again. */
    EMBEDDINGS("embeddings", true, Kept.FOR_GOOD),
    /** From when on which encoder embedded images. The broker dates its entries, by which each image finds its own. */
    EMBEDDINGS_ENCODERS("embeddings.encoders", false, Kept.FOR_GOOD_DATED_BY_THE_BROKER);

    /** The largest image that is sent unless more is asked for, in bytes. */
    public static final int MAX_IMAGE_BYTES = 8 << 20;

    /** What a message holds beside its image, at most. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    /** The largest record that topics take unless more is asked for, in bytes. */
    public static final int MAX_MESSAGE_BYTES = MAX_IMAGE_BYTES + ENVELOPE_BYTES;

    /** The largest image that anybody may ask for: brokers refuse larger requests, and larger images are not rendered. */
    public static final int MOST_IMAGE_BYTES = 64 << 20;

    private final String defaultName;
    private final boolean partitioned;
    private final Map<String, String> settings;

    /** Enum constants cannot see constants of their own enum, so this stands apart. */
    private static final class Kept {
        /** The size too is without limit, whatever the broker's default. */
        static final Map<String, String> FOR_GOOD =
                Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

        static final Map<String, String> FOR_SOME_HOURS = Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                Long.toString(ViewsRetention.of(ViewsRetention.USUAL_ABSENCE).toMillis()));

        static final Map<String, String> FOR_GOOD_DATED_BY_THE_BROKER = Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                "-1",
                "retention.bytes",
                "-1",
                "message.timestamp.type",
                "LogAppendTime");
    }

    Topic(String defaultName, boolean partitioned, Map<String, String> settings) {
        this.defaultName = defaultName;
        this.partitioned = partitioned;
        this.settings = settings;
    }

    /** The size of a message that an image of this size fits into. */
    public static int messageBytes(int imageBytes) {
        return imageBytes + ENVELOPE_BYTES;
    }

    /** The topic that logs which encoders made the embeddings of a topic. */
    public static String encodersOf(String embeddings) {
        return embeddings + ".encoders";
    }

    /** The topic's name unless the user names another. */
    public String defaultName() {
        return defaultName;
    }

    /** Whether it has as many partitions as {@code images}; the others have one. */
    public boolean partitioned() {
        return partitioned;
    }

    /** Kafka topic settings, by Kafka's names, {@code max.message.bytes} apart. */
    public Map<String, String> settings() {
        return settings;
    }
}
