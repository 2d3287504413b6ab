package io.streamclr.console.similar;

import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.LogPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an index says of itself with each of its commits: what it holds, and how far it has read.
 *
 * @param topicId of the topic that it was made from, which tells it from another of the same name
 * @param encoder of all its embeddings; that of the first, if their steps or runs differ
 * @param dimension numbers of each embedding, 1 or more
 * @param others embeddings of other encoders that were left out
 * @param position after the last embedding in it
 */
record IndexNote(String topicId, EncoderName encoder, int dimension, long others, LogPosition position) {

    private static final String FORM = "streamclr.form";
    private static final String NEXT = "next.";
    private static final String HIGHEST = "highest.";

    Map<String, String> asText() {
        Map<String, String> text = new TreeMap<>();
        text.put(FORM, "1");
        text.put("topic.id", topicId);
        text.put("encoder.digest", encoder.digest());
        text.put("encoder.run", encoder.run());
        text.put("encoder.step", Long.toString(encoder.step()));
        text.put("dimension", Integer.toString(dimension));
        text.put("others", Long.toString(others));
        position.next().forEach((partition, offset) -> text.put(NEXT + partition, offset.toString()));
        position.highest().forEach((partition, offset) -> text.put(HIGHEST + partition, offset.toString()));
        return text;
    }

    /** Empty if this is no note of ours, or one of another release. */
    static Optional<IndexNote> parse(Map<String, String> text) {
        if (!"1".equals(text.get(FORM)) || !text.containsKey("topic.id") || !text.containsKey("encoder.digest")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new IndexNote(
                    text.get("topic.id"),
                    new EncoderName(
                            text.get("encoder.digest"),
                            text.getOrDefault("encoder.run", ""),
                            Long.parseLong(text.getOrDefault("encoder.step", "0"))),
                    Integer.parseInt(text.getOrDefault("dimension", "0")),
                    Long.parseLong(text.getOrDefault("others", "0")),
                    new LogPosition(offsets(text, NEXT), offsets(text, HIGHEST))));
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private static Map<Integer, Long> offsets(Map<String, String> text, String prefix) {
        Map<Integer, Long> offsets = new HashMap<>();
        text.forEach((key, offset) -> {
            if (key.startsWith(prefix)) {
                offsets.put(Integer.parseInt(key.substring(prefix.length())), Long.parseLong(offset));
            }
        });
        return offsets;
    }
}
