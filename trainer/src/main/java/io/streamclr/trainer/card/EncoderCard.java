package io.streamclr.trainer.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.encoder.EncoderFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes what an encoder says of itself into the folder where it lies. */
public final class EncoderCard {

    /** The model card, in the place and the form where Hugging Face's and others' pages look for it. */
    public static final String FILE = "README.md";

    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private EncoderCard() {}

    /** Adds facts to the description of the encoder in a folder, and writes its card. */
    public static MoreFiles of(EncoderFacts facts) {
        return folder -> {
            Path file = folder.resolve(EncoderFiles.DESCRIPTION);
            ObjectNode description = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
            description.setAll(facts.json());
            describe(file, description);
            write(folder, description, List.of());
        };
    }

    /** Writes a description over an earlier one. */
    public static void describe(Path file, ObjectNode description) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(description));
    }

    /**
     * Writes the card of an encoder over an earlier one.
     *
     * @param folder where its files lie
     * @param description as {@code encoder.json} has it
     * @param tables of what was measured beside floors
     * @return false if there is a {@value #FILE} that somebody else wrote, which stays as it is
     */
    public static boolean write(Path folder, JsonNode description, List<ScoreRows> tables) throws IOException {
        if (!isOurs(folder.resolve(FILE))) {
            return false;
        }
        Files.writeString(folder.resolve(FILE), new ModelCard(description, Shipped.in(folder), tables).text());
        return true;
    }

    /** Whether nothing of others would be lost. */
    private static boolean isOurs(Path file) throws IOException {
        if (!Files.exists(file)) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).contains(ModelCard.MARK);
        }
    }

    /**
     * A description, to be written beside copies of an encoder.
     *
     * @return empty if there is none, or one that is none of ours
     */
    public static Optional<ObjectNode> description(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
            return Optional.empty();
        }
        return JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object
                ? Optional.of(object)
                : Optional.empty();
    }
}
