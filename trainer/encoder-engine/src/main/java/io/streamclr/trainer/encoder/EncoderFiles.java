package io.streamclr.trainer.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Whitening;
import io.streamclr.trainer.torch.ScriptModule;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An encoder as others use it, in three files of one folder: {@value #TORCHSCRIPT} for PyTorch, C++ and DJL,
 * {@value #SAFETENSORS} with torchvision's names, and {@value #DESCRIPTION}, which says what it is.
 */
public final class EncoderFiles {

    /**
     * A TorchScript archive. {@code forward} takes floats in [0, 1] of shape (N, 3, H, W) and {@code embed} unsigned
     * bytes of shape (N, H, W, 3); both give features h of shape (N, F). {@code project} takes such features on through
     * the head to embeddings z of shape (N, D). It is loaded in evaluation mode and can be trained further:
     * {@code train()} makes batch normalisation use the batch's statistics and move the running ones. Features that are
     * whitened are so by two buffers, {@code whiten.weight} and {@code whiten.bias}, which stay as they are.
     */
    public static final String TORCHSCRIPT = "encoder.pt";

    public static final String SAFETENSORS = "encoder.safetensors";
    public static final String DESCRIPTION = "encoder.json";

    /** Beside them in a checkpoint: the projection head. */
    public static final String HEAD = "head.safetensors";

    private static final int MOST_DESCRIPTION_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * Where an encoder comes from.
     *
     * @param step how many steps it was trained; 0 for none
     * @param recipe fingerprint of its views' recipe; empty if it saw none
     * @param recipeText that recipe as {@code streamclr augment --recipe} takes it; empty where nobody knows
     * @param height of the views it was trained on, in pixels; 0 if it saw none
     * @param width likewise
     * @param weights what it was before its first step; empty for random weights
     */
    public record Origin(
            String runId,
            long step,
            long seed,
            String recipe,
            String recipeText,
            int height,
            int width,
            Optional<WeightsOrigin> weights) {

        /** Of a run that began with random weights. */
        public Origin(String runId, long step, long seed, String recipe, String recipeText, int height, int width) {
            this(runId, step, seed, recipe, recipeText, height, width, Optional.empty());
        }

        /** Of a run that has trained nothing yet. */
        public static Origin untrained(String runId, long seed, Optional<WeightsOrigin> weights) {
            return new Origin(runId, 0, seed, "", "", 0, 0, weights);
        }

        /**
         * The same after another step.
         *
         * @param height of its views, in pixels
         */
        public Origin after(long trained, String ofViews, String ofViewsText, int height, int width) {
            return new Origin(runId, trained, seed, ofViews, ofViewsText, height, width, weights);
        }

        /** What files of other formats say of it, by name. */
        public Map<String, String> facts() {
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("run", runId);
            facts.put("step", Long.toString(step));
            facts.put("recipe", recipe);
            facts.put("trained_height", Integer.toString(height));
            facts.put("trained_width", Integer.toString(width));
            return facts;
        }

        /** The same of another run that goes on with it. */
        public Origin ofRun(String other) {
            return new Origin(other, step, seed, recipe, recipeText, height, width, weights);
        }

        /** Of a run whose recipe nobody can spell. */
        public Origin(String runId, long step, long seed, String recipe, int height, int width) {
            this(runId, step, seed, recipe, "", height, width);
        }
    }

    /**
     * An encoder's weights, for what goes on training them.
     *
     * @param plan of the network in 32 bits, without its head, or with the first layers of it
     * @param values of every tensor of the network, by name
     * @param whitening what its features go through in the end where others are given them; training on does without
     */
    public record Weights(NetworkPlan plan, Map<String, float[]> values, Optional<Whitening> whitening) {}

    private EncoderFiles() {}

    /**
     * The network of an encoder, as far as its description says: its backbone.
     *
     * @param folder with {@value #DESCRIPTION} in it
     * @return empty if there is no description, or none that StreamCLR wrote
     */
    public static Optional<NetworkPlan> described(Path folder) {
        try {
            JsonNode node = read(folder.resolve(DESCRIPTION));
            Backbone backbone = Backbone.described(
                    node.path("architecture").asText(),
                    fact -> Optional.of(node.path(fact).asText()).filter(text -> !text.isEmpty()));
            return Optional.of(
                    new NetworkPlan(backbone, HeadPlan.NONE, Norm.BATCH, Normalisation.NONE, Precision.FLOAT32));
        } catch (IOException | IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /**
     * Where an encoder comes from, as its description says.
     *
     * @param folder with {@value #DESCRIPTION} in it
     * @return empty if there is no description
     * @throws RefusalException if it cannot be read
     */
    public static Optional<Origin> origin(Path folder) {
        return readOrigin(folder.resolve(DESCRIPTION));
    }

    /**
     * Where the network of an archive comes from, as the description beside it says: {@value
     * ClassifierFiles#DESCRIPTION} of {@value ClassifierFiles#TORCHSCRIPT}, otherwise {@value #DESCRIPTION}.
     *
     * @return empty if there is no description
     * @throws RefusalException if it cannot be read
     */
    public static Optional<Origin> originOf(Path archive) {
        return readOrigin(archive.toAbsolutePath()
                .resolveSibling(ClassifierFiles.isOne(archive) ? ClassifierFiles.DESCRIPTION : DESCRIPTION));
    }

    private static Optional<Origin> readOrigin(Path description) {
        try {
            JsonNode node = read(description);
            return Optional.of(new Origin(
                    node.path("run").asText(),
                    node.path("step").asLong(),
                    node.path("seed").asLong(),
                    node.path("recipe").asText(),
                    node.path("recipe_text").asText(),
                    node.path("input").path("trained_height").asInt(),
                    node.path("input").path("trained_width").asInt(),
                    weights(node)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException broken) {
            throw new RefusalException(
                    "The description " + description + " cannot be read ("
                            + FileFault.of(broken) + "); put the file"
                            + " back as StreamCLR wrote it, or take it away",
                    broken);
        }
    }

    /** What an encoder was before its first step, as a description or a checkpoint says. */
    public static Optional<WeightsOrigin> weights(JsonNode node) {
        JsonNode weights = node.path("weights");
        return weights.isObject()
                ? Optional.of(new WeightsOrigin(
                        weights.path("file").asText(), weights.path("sha256").asText()))
                : Optional.empty();
    }

    /** Says what an encoder was before its first step; nothing of random weights. */
    public static void describeWeights(ObjectNode node, Origin origin) {
        origin.weights()
                .ifPresent(weights ->
                        node.putObject("weights").put("file", weights.name()).put("sha256", weights.digest()));
    }

    /** @throws NoSuchFileException if there is none */
    static JsonNode read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.size(file) > MOST_DESCRIPTION_BYTES) {
            throw new IOException("it has more than " + MOST_DESCRIPTION_BYTES + " bytes");
        }
        return JSON.readTree(Files.readAllBytes(file));
    }

    /** Writes the files into a folder that exists, over what is there. */
    public static void write(Path folder, Architecture architecture, Map<String, float[]> values, Origin origin)
            throws IOException {
        Optional<Whitening> whitening = Whitening.of(architecture.plan(), values);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(TORCHSCRIPT)), 1 << 16)) {
            module(architecture, values, whitening, origin.step()).writeTo(out, "encoder");
        }
        writeSafetensors(folder, architecture, values, whitening, origin);
        Files.write(folder.resolve(DESCRIPTION), JSON.writeValueAsBytes(describe(architecture.plan(), origin)));
    }

    /** Writes {@value #SAFETENSORS} alone. @param whitening what its features go through in the end */
    public static void writeSafetensors(
            Path folder,
            Architecture architecture,
            Map<String, float[]> values,
            Optional<Whitening> whitening,
            Origin origin)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(SAFETENSORS)), 1 << 16)) {
            tensors(architecture, values, whitening, origin).writeTo(out);
        }
    }

    private static ScriptModule module(
            Architecture architecture, Map<String, float[]> values, Optional<Whitening> whitening, long step) {
        ScriptModule encoder = module("Encoder", """
                  def forward(self, x: Tensor) -> Tensor:
                    return self.to_features(self.pixels(x))  # (N, F) from (N, 3, H, W)
                """.indent(0), architecture, values, step);
        whitening.ifPresent(map -> encoder.child("whiten", "Encoder_whiten")
                .withBuffer("weight", map.weight(), map.bias().length, map.bias().length)
                .withBuffer("bias", map.bias(), map.bias().length));
        return encoder;
    }

    /**
     * A module with all tensors of an architecture but those of its features' moments, its method {@code embed}, and those
     * from which that is made.
     *
     * @param className of the module
     * @param methods that it has besides, as {@link ScriptModule#withMethods} takes them
     */
    static ScriptModule module(
            String className, String methods, Architecture architecture, Map<String, float[]> values, long step) {
        ScriptModule encoder = ScriptModule.named(className)
                .withMethods(architecture.pixelMethods() + architecture.shippedMethods() + methods + """
                          def embed(self, x: Tensor) -> Tensor:
                            return self.to_features(self.bytes(x))  # (N, F) from (N, H, W, 3)
                        """.indent(0));
        for (Slot slot : architecture.shippedSlots()) {
            String[] path = slot.name().split("\\.", -1);
            ScriptModule owner = encoder;
            StringBuilder child = new StringBuilder(className);
            for (String part : Arrays.asList(path).subList(0, path.length - 1)) {
                child.append('_').append(part);
                owner = owner.child(part, child.toString());
            }
            String last = path[path.length - 1];
            if (slot.trained()) {
                owner.withParameter(last, values.get(slot.name()), slot.shape());
            } else {
                owner.withBuffer(last, values.get(slot.name()), slot.shape());
            }
            if (last.equals("running_var") && slot.ofEncoder()) {
                owner.withCounter("num_batches_tracked", step);
            }
        }
        return encoder;
    }

    private static Safetensors tensors(
            Architecture architecture, Map<String, float[]> values, Optional<Whitening> whitening, Origin origin) {
        Map<String, Values> floats = new LinkedHashMap<>();
        Map<String, Long> counters = new LinkedHashMap<>();
        for (Slot slot : architecture.slots()) {
            if (slot.ofEncoder()) {
                floats.put(slot.name(), new Values(slot.shape(), values.get(slot.name())));
                if (slot.name().endsWith("running_var")) {
                    counters.put(slot.name().replace("running_var", "num_batches_tracked"), origin.step());
                }
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        whitening.ifPresent(map -> {
            long width = map.bias().length;
            floats.put(Whitening.WEIGHT, new Values(new long[] {width, width}, map.weight()));
            floats.put(Whitening.BIAS, new Values(new long[] {width}, map.bias()));
        });
        metadata.put("format", "pt");
        Backbone backbone = architecture.plan().backbone();
        metadata.put("architecture", backbone.name());
        backbone.facts().forEach((name, value) -> metadata.put(name, value.toString()));
        metadata.put("norm", architecture.plan().norm().word());
        architecture.plan().groups().ifPresent(groups -> metadata.put("norm_groups", Integer.toString(groups)));
        metadata.put("pixels", "[0, 1], RGB");
        metadata.put("mean", Arrays.toString(architecture.plan().pixels().mean()));
        metadata.put("std", Arrays.toString(architecture.plan().pixels().deviation()));
        metadata.put("run", origin.runId());
        metadata.put("step", Long.toString(origin.step()));
        metadata.put("seed", Long.toString(origin.seed()));
        origin.weights().ifPresent(weights -> metadata.put("weights_sha256", weights.digest()));
        metadata.put("recipe", origin.recipe());
        if (!origin.recipeText().isEmpty()) {
            metadata.put("recipe_text", origin.recipeText());
        }
        return new Safetensors(floats, counters, metadata);
    }

    static ObjectNode describe(NetworkPlan plan, Origin origin) {
        ObjectNode node = JSON.createObjectNode();
        node.put("format", 1);
        node.put("architecture", plan.backbone().name());
        plan.backbone().facts().forEach(node::putPOJO);
        node.put("norm", plan.norm().word());
        plan.groups().ifPresent(groups -> node.put("norm_groups", groups));
        node.put("features", plan.features());
        if (plan.whitened()) {
            node.put("whitened", true);
        }
        node.put("embedding", plan.embedding());
        ObjectNode input = node.putObject("input");
        input.put("forward", "float32 in [0, 1], RGB, shape (N, 3, height, width)");
        input.put("embed", "uint8, RGB, shape (N, height, width, 3)");
        input.put("project", "features as forward and embed give them, shape (N, features)");
        input.put("normalisation_inside", plan.pixels().word());
        Arrays.stream(plan.pixels().mean()).forEach(input.putArray("mean")::add);
        Arrays.stream(plan.pixels().deviation()).forEach(input.putArray("std")::add);
        input.put("trained_height", origin.height());
        input.put("trained_width", origin.width());
        node.put("run", origin.runId());
        node.put("step", origin.step());
        node.put("seed", origin.seed());
        node.put("recipe", origin.recipe());
        if (!origin.recipeText().isEmpty()) {
            node.put("recipe_text", origin.recipeText());
        }
        describeWeights(node, origin);
        return node;
    }
}
