package io.streamclr.console.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An encoder as {@code ResNetModel} of Hugging Face's transformers keeps one: settings, how images come in, weights. */
final class TransformersFolder {

    static final String CONFIG = "config.json";
    static final String IMAGES = "preprocessor_config.json";
    static final String WEIGHTS = "model.safetensors";

    private static final Pattern BLOCK = Pattern.compile("layer(\\d)\\.(\\d+)\\.(conv|bn|downsample\\.)(\\d)\\.(.+)");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private TransformersFolder() {}

    /** @throws RefusalException if transformers has no such network */
    static void require(NetworkPlan plan) {
        if (!(plan.backbone() instanceof ResNet resnet) || resnet.bottleneck() != 1) {
            throw new RefusalException(
                    "The encoder is a " + plan.backbone().title() + ", and a ResNet alone, but no wide"
                            + " one, can be written for transformers; export as onnx, torchscript or safetensors");
        }
        if (resnet.stem() != Stem.IMAGENET || plan.norm() != Norm.BATCH) {
            throw new RefusalException("transformers has no ResNet with "
                    + (plan.norm() == Norm.BATCH ? "the stem " + resnet.stem() : "group normalisation")
                    + ", only with stem imagenet and batch normalisation; export as onnx or torchscript");
        }
    }

    /**
     * Writes the files over what is there.
     *
     * @param folder that exists
     * @param weights of a network that {@link #require} takes
     * @param side of the images that the encoder was trained on, in pixels
     */
    static void write(Path folder, Weights weights, int side) throws IOException {
        NetworkPlan plan = weights.plan();
        Files.write(folder.resolve(CONFIG), JSON.writeValueAsBytes(config((ResNet) plan.backbone())));
        Files.write(folder.resolve(IMAGES), JSON.writeValueAsBytes(images(plan, side)));
        Map<String, Values> tensors = new LinkedHashMap<>();
        Map<String, Long> counters = new LinkedHashMap<>();
        for (Slot slot : Architecture.of(plan).slots()) {
            String name = name(slot.name());
            tensors.put(name, new Values(slot.shape(), weights.values().get(slot.name())));
            if (name.endsWith("running_var")) {
                counters.put(name.replace("running_var", "num_batches_tracked"), 0L);
            }
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(WEIGHTS)), 1 << 16)) {
            new Safetensors(tensors, counters, Map.of("format", "pt")).writeTo(out);
        }
    }

    private static ObjectNode config(ResNet plan) {
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add("ResNetModel");
        config.put("model_type", "resnet");
        config.put("num_channels", 3);
        config.put("embedding_size", plan.base());
        for (int stage = 0; stage < ResNet.STAGES; stage++) {
            config.withArray("hidden_sizes").add(plan.channels(stage));
        }
        Arrays.stream(plan.blocks()).forEach(config.putArray("depths")::add);
        config.put("layer_type", plan.expansion() == 1 ? "basic" : "bottleneck");
        config.put("hidden_act", "relu");
        config.put("downsample_in_first_stage", false);
        config.put("downsample_in_bottleneck", false);
        config.put("torch_dtype", "float32");
        return config;
    }

    /** The centre square of an image, resized to the size that the encoder was trained on. */
    private static ObjectNode images(NetworkPlan plan, int side) {
        ObjectNode images = JSON.createObjectNode();
        images.put("image_processor_type", "ConvNextImageProcessor");
        images.put("do_resize", true);
        images.putObject("size").put("shortest_edge", side);
        images.put("crop_pct", 1.0);
        images.put("resample", 2); // bilinear
        images.put("do_rescale", true);
        images.put("rescale_factor", 1 / 255.0);
        images.put("do_normalize", plan.pixels() != NetworkPlan.Normalisation.NONE);
        Arrays.stream(plan.pixels().mean()).forEach(images.putArray("image_mean")::add);
        Arrays.stream(plan.pixels().deviation()).forEach(images.putArray("image_std")::add);
        return images;
    }

    /** A tensor's name there, from torchvision's. */
    static String name(String ours) {
        if (ours.startsWith("conv1.")) {
            return "embedder.embedder.convolution." + ours.substring("conv1.".length());
        }
        if (ours.startsWith("bn1.")) {
            return "embedder.embedder.normalization." + ours.substring("bn1.".length());
        }
        Matcher block = BLOCK.matcher(ours);
        if (!block.matches()) {
            throw new IllegalArgumentException("No tensor of a ResNet is called " + ours);
        }
        String place = "encoder.stages." + (Integer.parseInt(block.group(1)) - 1) + ".layers." + block.group(2) + ".";
        int number = Integer.parseInt(block.group(4));
        String part = block.group(5);
        return switch (block.group(3)) {
            case "conv" -> place + "layer." + (number - 1) + ".convolution." + part;
            case "bn" -> place + "layer." + (number - 1) + ".normalization." + part;
            default -> place + "shortcut." + (number == 0 ? "convolution." : "normalization.") + part;
        };
    }
}
