package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.fraction;
import static io.streamclr.trainer.onnx.OnnxGraph.number;
import static io.streamclr.trainer.onnx.OnnxGraph.numbers;
import static io.streamclr.trainer.onnx.OnnxGraph.word;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.streamclr.trainer.checkpoint.ClassifierFiles.Layer;
import io.streamclr.trainer.checkpoint.EncoderFiles.Weights;
import io.streamclr.trainer.checkpoint.Safetensors.Values;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.Stem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A ResNet encoder, or a classifier with one, as an ONNX model. The numbers of images, and their sizes, are free. */
public final class OnnxEncoder {

    /** What the file is called beside other forms of the encoder. */
    public static final String FILE = "encoder.onnx";

    /** What that of a classifier is called. */
    public static final String CLASSIFIER = "classifier.onnx";

    private static final double EPSILON = 1e-5;

    private final NetworkPlan plan;
    private final Map<String, float[]> values;
    private final OnnxGraph graph;

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
        this.values = weights.values();
        this.graph = new OnnxGraph(form.half());
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
        encoder.graph.output("features", features, "n", encoder.plan.features());
        head.ifPresent(tensors -> encoder.project(features, tensors));
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
        String weight = graph.weights("fc.weight", layer.weight(), classes, encoder.plan.features());
        String bias = graph.weights("fc.bias", layer.bias(), classes);
        graph.output("scores", graph.node("Gemm", List.of(features, weight, bias), number("transB", 1)), "n", classes);
        graph.output("features", features, "n", encoder.plan.features());
        return graph.model(about);
    }

    /** From what the model takes to what the first convolution takes. */
    private String pixels(Form form) {
        String type = form.bytes() ? "bytes" : "images";
        if (form.bytes()) {
            graph.input(type, DataType.UINT8, "n", "h", "w", 3);
        } else {
            graph.input(type, DataType.FLOAT, "n", 3, "h", "w");
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
        Stem stem = plan.stem();
        String y = relu(
                normalise(convolve(images, "conv1", 3, plan.base(), stem.side(), stem.stride()), "bn1", plan.base()));
        if (stem.pool()) {
            y = graph.node(
                    "MaxPool",
                    List.of(y),
                    numbers("kernel_shape", 3, 3),
                    numbers("strides", 2, 2),
                    numbers("pads", 1, 1, 1, 1));
        }
        List<String> averages = new ArrayList<>();
        int channels = plan.base();
        for (int stage = 0; stage < NetworkPlan.STAGES; stage++) {
            int planes = plan.base() << stage;
            for (int block = 0; block < plan.blocks()[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                y = residual(y, "layer" + (stage + 1) + "." + block + ".", channels, planes, stride);
                channels = planes * plan.expansion();
            }
            if (stage >= NetworkPlan.STAGES - plan.stages()) {
                averages.add(graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(y)))));
            }
        }
        return averages.size() == 1 ? averages.get(0) : graph.node("Concat", averages, number("axis", 1));
    }

    private String residual(String images, String name, int channels, int planes, int stride) {
        int outputs = planes * plan.expansion();
        String y;
        if (plan.expansion() == 1) {
            y = relu(normalise(convolve(images, name + "conv1", channels, planes, 3, stride), name + "bn1", planes));
            y = normalise(convolve(y, name + "conv2", planes, planes, 3, 1), name + "bn2", planes);
        } else {
            y = relu(normalise(convolve(images, name + "conv1", channels, planes, 1, 1), name + "bn1", planes));
            y = relu(normalise(convolve(y, name + "conv2", planes, planes, 3, stride), name + "bn2", planes));
            y = normalise(convolve(y, name + "conv3", planes, outputs, 1, 1), name + "bn3", outputs);
        }
        String past = images;
        if (stride != 1 || channels != outputs) {
            past = normalise(
                    convolve(images, name + "downsample.0", channels, outputs, 1, stride),
                    name + "downsample.1",
                    outputs);
        }
        return relu(graph.node("Add", List.of(y, past)));
    }

    private String relu(String y) {
        return graph.node("Relu", List.of(y));
    }

    private String convolve(String y, String name, int inputs, int outputs, int side, int stride) {
        String weight = name + ".weight";
        graph.weights(weight, values.get(weight), outputs, inputs, side, side);
        long border = side / 2;
        return graph.node(
                "Conv",
                List.of(y, weight),
                numbers("kernel_shape", side, side),
                numbers("strides", stride, stride),
                numbers("pads", border, border, border, border));
    }

    private String normalise(String y, String name, int width) {
        return plan.norm() == Norm.BATCH
                ? byStatistics(y, name, values, width)
                : byGroups(y, name, values, plan.groups(), new long[] {width, 1, 1});
    }

    private String byStatistics(String y, String name, Map<String, float[]> from, int width) {
        List<String> inputs = new ArrayList<>(List.of(y));
        for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
            // The head's last layer shifts nothing.
            float[] tensor = from.getOrDefault(name + part, new float[width]);
            inputs.add(graph.weights(name + part, tensor, width));
        }
        return graph.node("BatchNormalization", inputs, fraction("epsilon", EPSILON));
    }

    /** Group normalisation: each group of an image is one row, and rows are normalised one by one. */
    private String byGroups(String y, String name, Map<String, float[]> from, int groups, long[] shape) {
        String before = graph.node("Shape", List.of(y));
        String rows = graph.node("Reshape", List.of(y, graph.integers(name + ".rows", 0, groups, -1)));
        float[] ones = new float[groups];
        Arrays.fill(ones, 1);
        rows = graph.node(
                "InstanceNormalization",
                List.of(
                        rows,
                        graph.weights(name + ".ones", ones, groups),
                        graph.weights(name + ".zeros", new float[groups], groups)),
                fraction("epsilon", EPSILON));
        String z = graph.node("Reshape", List.of(rows, before));
        z = graph.node("Mul", List.of(z, graph.weights(name + ".weight", from.get(name + ".weight"), shape)));
        float[] shift = from.get(name + ".bias");
        return shift == null ? z : graph.node("Add", List.of(z, graph.weights(name + ".bias", shift, shape)));
    }

    /** From features through the head to embeddings. */
    private void project(String features, Map<String, Values> head) {
        String y = features;
        long width = plan.features();
        int layers = 0;
        while (head.containsKey("head." + layers + ".linear.weight")) {
            layers++;
        }
        Map<String, float[]> tensors = new LinkedHashMap<>();
        head.forEach((name, tensor) -> tensors.put(name, tensor.values()));
        for (int layer = 0; layer < layers; layer++) {
            String name = "head." + layer + ".";
            long outputs = head.get(name + "linear.weight").shape()[0];
            String weight = graph.weights(name + "linear.weight", tensors.get(name + "linear.weight"), outputs, width);
            y = graph.node("Gemm", List.of(y, weight), number("transB", 1));
            width = outputs;
            y = plan.norm() == Norm.BATCH
                    ? byStatistics(y, name + "bn", tensors, (int) width)
                    : byGroups(y, name + "bn", tensors, 1, new long[] {width});
            if (layer < layers - 1) {
                y = relu(y);
            }
        }
        graph.output("embedding", y, "n", width);
    }
}
