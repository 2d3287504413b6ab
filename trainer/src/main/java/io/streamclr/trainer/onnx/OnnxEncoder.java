package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.number;
import static io.streamclr.trainer.onnx.OnnxGraph.numbers;
import static io.streamclr.trainer.onnx.OnnxGraph.word;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.streamclr.trainer.encoder.ClassifierFiles.Layer;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.model.Whitening;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** An encoder, or a classifier with one, as an ONNX model. The number of images is free, and their size too, but for a ViT. */
public final class OnnxEncoder {

    /** What the file is called beside other forms of the encoder. */
    public static final String FILE = "encoder.onnx";

    /** What that of a classifier is called. */
    public static final String CLASSIFIER = "classifier.onnx";

    private final NetworkPlan plan;
    private final OnnxGraph graph;
    private final OnnxLayers layers;

    /**
     * What the model takes and gives.
     *
     * @param bytes whether it takes unsigned bytes (N, H, W, 3), and not floats in [0, 1] of shape (N, 3, H, W)
     * @param resize to squares of so many pixels inside; empty leaves images as they are
     * @param half whether it computes in 16-bit floats
     */
    public record Form(boolean bytes, OptionalInt resize, boolean half) {

        /** Floats of any size, in 32 bits. */
        public static final Form USUAL = new Form(false, OptionalInt.empty(), false);
    }

    private OnnxEncoder(Weights weights, Form form) {
        this.plan = weights.plan();
        this.graph = new OnnxGraph(form.half());
        this.layers = new OnnxLayers(graph, weights.values());
    }

    /**
     * The model.
     *
     * @param head the projection head's tensors, if embeddings are wanted beside features
     * @param about what the file says of itself
     */
    public static byte[] model(
            Weights weights, Optional<Map<String, Values>> head, Form form, Map<String, String> about) {
        OnnxEncoder encoder = new OnnxEncoder(weights, form);
        String features = encoder.features(encoder.pixels(form));
        String given = weights.whitening()
                .map(whitening -> encoder.whitened(features, whitening))
                .orElse(features);
        encoder.graph.output("features", given, "n", encoder.plan.features());
        head.ifPresent(tensors -> {
            Projected embedding = encoder.project(features, tensors, false);
            encoder.graph.output("embedding", embedding.name(), "n", embedding.width());
        });
        return encoder.graph.model(about);
    }

    /**
     * The model of a classifier: {@code scores} of the classes, (n, C), beside its features.
     *
     * @param about what the file says of itself, the names of the classes among it
     */
    public static byte[] classifier(Weights weights, Layer layer, Form form, Map<String, String> about) {
        OnnxEncoder encoder = new OnnxEncoder(weights, form);
        OnnxGraph graph = encoder.graph;
        int classes = layer.classNames().size();
        String features = encoder.features(encoder.pixels(form));
        Projected last = encoder.project(features, head(weights), true);
        String weight = graph.weights("fc.weight", layer.weight(), classes, last.width());
        String bias = graph.weights("fc.bias", layer.bias(), classes);
        graph.output(
                "scores", graph.node("Gemm", List.of(last.name(), weight, bias), number("transB", 1)), "n", classes);
        graph.output("features", features, "n", encoder.plan.features());
        return graph.model(about);
    }

    /** The layers of the head that a classifier has; none of most. */
    private static Map<String, Values> head(Weights weights) {
        Map<String, Values> head = new LinkedHashMap<>();
        for (Slot slot : Architecture.of(weights.plan()).slots()) {
            if (!slot.ofEncoder()) {
                head.put(slot.name(), new Values(slot.shape(), weights.values().get(slot.name())));
            }
        }
        return head;
    }

    /** From what the model takes to what the first convolution takes. */
    private String pixels(Form form) {
        String type = form.bytes() ? "bytes" : "images";
        Object height = "h";
        Object width = "w";
        if (plan.backbone() instanceof VisionTransformer vit && form.resize().isEmpty()) {
            height = vit.side();
            width = vit.side();
        }
        if (form.bytes()) {
            graph.input(type, DataType.UINT8, "n", height, width, 3);
        } else {
            graph.input(type, DataType.FLOAT, "n", 3, height, width);
        }
        String y = type;
        if (form.bytes()) {
            y = graph.node("Transpose", List.of(y), numbers("perm", 0, 3, 1, 2));
            y = graph.node("Cast", List.of(y), number("to", DataType.FLOAT.getNumber()));
        }
        if (form.resize().isPresent()) {
            y = resized(y, form.resize().getAsInt());
        }
        y = graph.node("Cast", List.of(y), number("to", graph.type()));
        if (form.bytes()) {
            y = graph.node("Div", List.of(y, graph.weights("levels", new float[] {255}, 1)));
        }
        Normalisation pixels = plan.pixels();
        if (pixels != Normalisation.NONE) {
            y = graph.node("Sub", List.of(y, graph.weights("mean", floats(pixels.mean()), 1, 3, 1, 1)));
            y = graph.node("Div", List.of(y, graph.weights("std", floats(pixels.deviation()), 1, 3, 1, 1)));
        }
        return y;
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    /** Each image as a square, stretched if it is none; what is made smaller is smoothed. */
    private String resized(String images, int side) {
        String shape = graph.node("Shape", List.of(images), number("start", 0), number("end", 2));
        String sizes = graph.node("Concat", List.of(shape, graph.integers("square", side, side)), number("axis", 0));
        return graph.node(
                "Resize",
                List.of(images, "", "", sizes),
                word("mode", "linear"),
                word("coordinate_transformation_mode", "half_pixel"),
                number("antialias", 1));
    }

    private String features(String images) {
        if (plan.backbone() instanceof VisionTransformer vit) {
            return new OnnxVisionTransformer(graph, layers, vit).features(images);
        }
        if (plan.backbone() instanceof ConvNext convnext) {
            return new OnnxConvNext(graph, layers, convnext).features(images);
        }
        return new OnnxResNet(graph, layers, (ResNet) plan.backbone(), plan.norm()).features(images);
    }

    private String whitened(String features, Whitening whitening) {
        int width = whitening.bias().length;
        String weight = graph.weights(Whitening.WEIGHT, whitening.weight(), width, width);
        String bias = graph.weights(Whitening.BIAS, whitening.bias(), width);
        return graph.node("Gemm", List.of(features, weight, bias), number("transB", 1));
    }

    /** What layers of a head give. @param width its dimensions */
    private record Projected(String name, long width) {}

    /** From features through the head to embeddings. @param rectified whether a ReLU follows the last layer too */
    private Projected project(String features, Map<String, Values> head, boolean rectified) {
        String y = features;
        long width = plan.features();
        int count = 0;
        while (head.containsKey("head." + count + ".linear.weight")) {
            count++;
        }
        Map<String, float[]> tensors = new LinkedHashMap<>();
        head.forEach((name, tensor) -> tensors.put(name, tensor.values()));
        for (int layer = 0; layer < count; layer++) {
            String name = "head." + layer + ".";
            long outputs = head.get(name + "linear.weight").shape()[0];
            String weight = graph.weights(name + "linear.weight", tensors.get(name + "linear.weight"), outputs, width);
            y = graph.node("Gemm", List.of(y, weight), number("transB", 1));
            width = outputs;
            y = plan.norm() == Norm.BATCH
                    ? layers.byStatistics(y, name + "bn", tensors, (int) width)
                    : layers.byGroups(y, name + "bn", tensors, 1, new long[] {width});
            if (layer < count - 1 || rectified) {
                y = layers.relu(y);
            }
        }
        return new Projected(y, width);
    }
}
