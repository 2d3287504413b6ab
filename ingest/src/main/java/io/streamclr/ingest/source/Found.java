package io.streamclr.ingest.source;

import io.streamclr.ingest.classes.ClassName;
import io.streamclr.schemas.topic.Topic;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One thing that a source holds. */
public sealed interface Found {

    /** Where it was found, for people. */
    String source();

    /** Handles every outcome. Another outcome adds a parameter here, and every caller stops compiling. */
    void match(Consumer<Image> onImage, Consumer<Unreadable> onUnreadable, Consumer<Skipped> onSkipped);

    /**
     * An encoded image. Nobody has decoded it yet: it may still turn out to be broken.
     *
     * @param source where it was found: a path, or a file and the entry in it
     * @param encoded the bytes as found, 1 to {@link Topic#MOST_IMAGE_BYTES}; owned by this record, never written
     *     to
     * @param label class of the image, where the source says it
     * @param className what that class is called, with or without a number; empty where the source does not say it
     * @param capturedAt modification time of the file or entry, whole milliseconds; a time that 64 bits of milliseconds
     *     cannot say becomes the nearest that they can
     * @param attributes what the source says of the image beside that
     */
    record Image(
            String source,
            byte[] encoded,
            OptionalInt label,
            String className,
            Instant capturedAt,
            Map<String, String> attributes)
            implements Found {

        private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
        private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

        public Image {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(className, "className");
            // Archives claim any time, and a wrong one is no reason to lose the image.
            if (capturedAt.isBefore(EARLIEST)) {
                capturedAt = EARLIEST;
            } else if (capturedAt.isAfter(LATEST)) {
                capturedAt = LATEST;
            }
            attributes = Map.copyOf(attributes);
            if (encoded.length == 0 || encoded.length > Topic.MOST_IMAGE_BYTES) {
                throw new IllegalArgumentException("Image " + source + " has " + encoded.length
                        + " bytes, allowed are 1 to " + Topic.MOST_IMAGE_BYTES);
            }
        }

        /** Of a class without a name. */
        public Image(
                String source, byte[] encoded, OptionalInt label, Instant capturedAt, Map<String, String> attributes) {
            this(source, encoded, label, "", capturedAt, attributes);
        }

        /** The same, of this class. */
        Image of(ClassName known) {
            return new Image(source, encoded, known.number(), known.name(), capturedAt, attributes);
        }

        @Override
        public void match(Consumer<Image> onImage, Consumer<Unreadable> onUnreadable, Consumer<Skipped> onSkipped) {
            onImage.accept(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Image that
                    && source.equals(that.source)
                    && Arrays.equals(encoded, that.encoded)
                    && label.equals(that.label)
                    && className.equals(that.className)
                    && capturedAt.equals(that.capturedAt)
                    && attributes.equals(that.attributes);
        }

        @Override
        public int hashCode() {
            return Objects.hash(source, Arrays.hashCode(encoded), label, className, capturedAt, attributes);
        }

        @Override
        public String toString() {
            return "Image[" + source + ", " + encoded.length + " bytes]";
        }
    }

    /**
     * Something that should be an image, or hold images, and cannot be had: empty, too large, not permitted, damaged.
     *
     * @param why ends the sentence "cannot be read because it ..."
     */
    record Unreadable(String source, String why) implements Found {
        @Override
        public void match(Consumer<Image> onImage, Consumer<Unreadable> onUnreadable, Consumer<Skipped> onSkipped) {
            onUnreadable.accept(this);
        }
    }

    /**
     * Something that does not claim to be an image.
     *
     * @param why ends the sentence "is passed over because it ..."; one of few, so that they can be counted
     */
    record Skipped(String source, String why) implements Found {

        /** Neither name nor content say image. */
        static Skipped noImage(String source) {
            return new Skipped(source, "is no image by its name and its first bytes");
        }

        /** The system's own, and other people's. */
        static Skipped hidden(String source) {
            return new Skipped(source, "is hidden");
        }

        /** An archive in an archive. */
        static Skipped nested(String source) {
            return new Skipped(source, "is an archive within an archive; unpack the outer one");
        }

        @Override
        public void match(Consumer<Image> onImage, Consumer<Unreadable> onUnreadable, Consumer<Skipped> onSkipped) {
            onSkipped.accept(this);
        }
    }
}
