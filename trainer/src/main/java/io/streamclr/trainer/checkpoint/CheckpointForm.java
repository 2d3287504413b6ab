package io.streamclr.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Slot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of one checkpoint: the encoder's three, the head, the optimiser's state, the feed's position, the facts. */
final class CheckpointForm {

    /**
     * Version 1 did not say what its rounding depended on, version 2, of release 0.1, had words of Java's, version 3
     * did not know that gradients are clipped, version 4 that an encoder starts from weights of somebody else, and
     * version 5 that such weights may be held.
     */
    private static final int VERSION = 6;

    private static final int FIRST_IN_WORDS = 3;
    private static final int FIRST_OF_CLIPPING = 4;
    private static final int FIRST_OF_WEIGHTS = 5;
    private static final int FIRST_OF_HELD_WEIGHTS = 6;
    private static final String FORMAT = "streamclr-checkpoint";

    private static final String SETTINGS = "settings";
    private static final String FACTS = "checkpoint.json";
    private static final String OPTIMISER = "optimiser.safetensors";
    private static final String FEED = "feed.position";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private CheckpointForm() {}

    static void write(Path folder, Checkpoint checkpoint) throws IOException {
        Architecture architecture = checkpoint.architecture();
        EncoderFiles.write(folder, architecture, checkpoint.values(), checkpoint.origin());
        Map<String, Values> head = new LinkedHashMap<>();
        List<Slot> trained = new ArrayList<>();
        for (Slot slot : architecture.slots()) {
            if (!slot.ofEncoder()) {
                head.put(
                        slot.name(),
                        new Values(slot.shape(), checkpoint.values().get(slot.name())));
            }
            if (slot.trained()) {
                trained.add(slot);
            }
        }
        write(folder.resolve(EncoderFiles.HEAD), head);
        Map<String, Values> optimiser = new LinkedHashMap<>();
        checkpoint.optimiser().forEach((state, values) -> {
            for (int i = 0; i < trained.size(); i++) {
                Slot slot = trained.get(i);
                optimiser.put(state + "/" + slot.name(), new Values(slot.shape(), values.get(i)));
            }
        });
        write(folder.resolve(OPTIMISER), optimiser);
        Files.write(folder.resolve(FEED), checkpoint.feedPosition());
        Files.write(folder.resolve(FACTS), JSON.writeValueAsBytes(facts(checkpoint)));
    }

    private static void write(Path file, Map<String, Values> tensors) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            new Safetensors(tensors, Map.of(), Map.of()).writeTo(out);
        }
    }

    private static ObjectNode facts(Checkpoint checkpoint) {
        EncoderFiles.Origin origin = checkpoint.origin();
        ObjectNode facts = JSON.createObjectNode();
        facts.put("format", FORMAT);
        facts.put("version", VERSION);
        facts.put("run", origin.runId());
        facts.put("step", origin.step());
        facts.put("seed", origin.seed());
        facts.put("recipe", origin.recipe());
        facts.put("recipe_text", origin.recipeText());
        facts.put("height", origin.height());
        facts.put("width", origin.width());
        EncoderFiles.describeWeights(facts, origin);
        facts.put("pairs", checkpoint.pairs());
        checkpoint.settings().forEach(facts.putObject(SETTINGS)::put);
        checkpoint.rounding().forEach(facts.putObject("rounding")::put);
        facts.set("rate", RateForm.write(checkpoint.rate()));
        return facts;
    }

    /**
     * Reads a checkpoint whose files are known to be as they were written.
     *
     * @param architecture of the network that the run is asked for
     * @throws IOException if a file cannot be read or is of a version that is not known
     */
    static Checkpoint read(Path folder, Architecture architecture) throws IOException {
        JsonNode facts = facts(folder);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String file : List.of(EncoderFiles.SAFETENSORS, EncoderFiles.HEAD)) {
            Safetensors.read(folder.resolve(file))
                    .floats()
                    .forEach((name, tensor) -> values.put(name, tensor.values()));
        }
        // What the network's tensors say anyway is in the files for others alone.
        values.keySet().retainAll(architecture.slots().stream().map(Slot::name).toList());
        Map<String, List<float[]>> optimiser = new LinkedHashMap<>();
        Safetensors.read(folder.resolve(OPTIMISER)).floats().forEach((name, tensor) -> optimiser
                .computeIfAbsent(name.substring(0, name.indexOf('/')), state -> new ArrayList<>())
                .add(tensor.values()));
        EncoderFiles.Origin origin = new EncoderFiles.Origin(
                facts.path("run").asText(),
                facts.path("step").asLong(),
                facts.path("seed").asLong(),
                facts.path("recipe").asText(),
                facts.path("recipe_text").asText(),
                facts.path("height").asInt(),
                facts.path("width").asInt(),
                EncoderFiles.weights(facts));
        return new Checkpoint(
                architecture,
                origin,
                facts.path("pairs").asLong(),
                options(facts, SETTINGS),
                options(facts, "rounding"),
                inWords(facts) ? RateForm.read(facts.path("rate")) : RateForm.readFirst(facts.path("rate")),
                Files.readAllBytes(folder.resolve(FEED)),
                values,
                optimiser);
    }

    /** The settings that a checkpoint was made with. */
    static Map<String, String> settings(Path folder) throws IOException {
        return options(facts(folder), SETTINGS);
    }

    private static Map<String, String> options(JsonNode facts, String kind) {
        Map<String, String> options = new LinkedHashMap<>();
        facts.path(kind)
                .properties()
                .forEach(each -> options.put(each.getKey(), each.getValue().asText()));
        Map<String, String> words = inWords(facts) ? options : FirstSettings.inWords(options);
        if (!kind.equals(SETTINGS)) {
            return words;
        }
        int version = facts.path("version").asInt();
        Map<String, String> known = version < FIRST_OF_CLIPPING ? ThirdSettings.inWords(words) : words;
        if (version < FIRST_OF_WEIGHTS) {
            known.put("--weights", "");
        }
        if (version < FIRST_OF_HELD_WEIGHTS) {
            known.put("--freeze-steps", "0");
            known.put("--layer-decay", "1");
        }
        return known;
    }

    private static boolean inWords(JsonNode facts) {
        return facts.path("version").asInt() >= FIRST_IN_WORDS;
    }

    private static JsonNode facts(Path folder) throws IOException {
        JsonNode facts = JSON.readTree(Files.readAllBytes(folder.resolve(FACTS)));
        int version = facts.path("version").asInt();
        if (version < 1 || version > VERSION) {
            throw new IOException("its format is version " + version + ", and versions 1 to " + VERSION
                    + " are known to this StreamCLR");
        }
        if (inWords(facts) && !facts.path("format").asText().equals(FORMAT)) {
            throw new IOException("its format is '" + facts.path("format").asText() + "'");
        }
        return facts;
    }
}
