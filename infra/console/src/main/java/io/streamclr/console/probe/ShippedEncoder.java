package io.streamclr.console.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * An encoder as training leaves it: an archive, and a description beside it.
 *
 * @param archive an {@code encoder.pt} that exists
 */
public record ShippedEncoder(Path archive) {

    /**
     * @param place an {@code encoder.pt}, or the checkpoint folder that holds it
     * @throws RefusalException if there is none
     */
    public static ShippedEncoder at(Path place) {
        Path archive = Files.isRegularFile(place) ? place : place.resolve("encoder.pt");
        if (!Files.isRegularFile(archive)) {
            throw new RefusalException("There is no encoder at " + place
                    + "; give an encoder.pt, or the checkpoint folder that holds one");
        }
        return new ShippedEncoder(archive);
    }

    /** The side of the views that it was trained on, in pixels, as {@code encoder.json} beside it says; empty if not. */
    public OptionalInt trainedSide() {
        Path description = archive.resolveSibling("encoder.json");
        if (!Files.isRegularFile(description)) {
            return OptionalInt.empty();
        }
        try {
            JsonNode input =
                    new ObjectMapper().readTree(Files.readAllBytes(description)).path("input");
            int side = input.path("trained_height").asInt();
            return side > 0 ? OptionalInt.of(side) : OptionalInt.empty();
        } catch (IOException broken) {
            throw new RefusalException(
                    "Cannot read " + description + ": " + broken.getMessage() + "; put it right, or take it away",
                    broken);
        }
    }
}
