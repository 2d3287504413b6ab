package io.streamclr.ingest.push;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.record.EncodedImage;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What is said of an image beside its bytes.
 *
 * @param label null where nobody says
 * @param className what that class is called, null where nobody says; needs no label
 */
record ImageDetails(
        String source, Integer label, String className, Instant capturedAt, Map<String, String> attributes) {

    private static final int MOST_CHARACTERS = 1024;
    /** The longest name of a folder. */
    private static final int MOST_IN_A_NAME = 255;

    private static final int MOST_ATTRIBUTES = 64;

    /**
     * @param said gives what is said under a name, or null
     * @param now where nobody says when it was taken
     */
    static ImageDetails from(Function<String, String> said, Instant now) {
        String source = said.apply("source");
        String label = said.apply("label");
        String className = said.apply("class");
        String capturedAt = said.apply("capturedAt");
        try {
            return new ImageDetails(
                    source == null ? "push" : bounded("source", source),
                    label == null ? null : Integer.valueOf(label),
                    className == null ? null : className(className),
                    Instant.ofEpochMilli((capturedAt == null ? now : Instant.parse(capturedAt)).toEpochMilli()),
                    Map.of());
        } catch (NumberFormatException wrong) {
            throw new BadRequest(400, "label is no whole number of 32 bits");
        } catch (DateTimeException wrong) {
            throw new BadRequest(400, "capturedAt is no time such as 2026-01-31T12:00:00Z");
        } catch (ArithmeticException tooFar) {
            throw new BadRequest(
                    400,
                    "capturedAt is further from 1970 than 64 bits of milliseconds reach; give a time such as"
                            + " 2026-01-31T12:00:00Z");
        }
    }

    /** The fields of a line. */
    static ImageDetails from(JsonNode line, Instant now) {
        ImageDetails details =
                from(name -> line.hasNonNull(name) ? line.get(name).asText() : null, now);
        Map<String, String> attributes = new HashMap<>();
        JsonNode said = line.path("attributes");
        if (said.size() > MOST_ATTRIBUTES) {
            throw new BadRequest(400, "attributes has more than " + MOST_ATTRIBUTES + " entries");
        }
        said.properties()
                .forEach(entry -> attributes.put(
                        bounded("the name of an attribute", entry.getKey()),
                        bounded(entry.getKey(), entry.getValue().asText())));
        return new ImageDetails(details.source, details.label, details.className, details.capturedAt, attributes);
    }

    /** As a folder may be called. */
    private static String className(String name) {
        if (name.isBlank() || name.length() > MOST_IN_A_NAME || name.contains("/")) {
            throw new BadRequest(
                    400, "class is no name of 1 to " + MOST_IN_A_NAME + " characters without / in it, such as cat");
        }
        return OneLine.of(name);
    }

    private static String bounded(String what, String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new BadRequest(400, what + " has more than " + MOST_CHARACTERS + " characters");
        }
        return text;
    }

    ImageDetails from(String otherSource) {
        return new ImageDetails(bounded("source", otherSource), label, className, capturedAt, attributes);
    }

    /** @param more put on every image, outranking what was said of this one */
    EncodedImage of(byte[] encoded, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(attributes);
        all.putAll(more);
        return new EncodedImage(OneLine.of(source), ByteBuffer.wrap(encoded), label, capturedAt, all, className);
    }
}
