package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.fraction;
import static io.streamclr.trainer.onnx.OnnxGraph.number;
import static io.streamclr.trainer.onnx.OnnxGraph.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Layers of a network as operators of an ONNX graph.
 *
 * @param values of the network's tensors, by name
 */
record OnnxLayers(OnnxGraph graph, Map<String, float[]> values) {

    private static final double EPSILON = 1e-5;

    /** Of layer normalisation, in ViTs and ConvNeXts. */
    private static final double LAYER_EPSILON = 1e-6;

    String relu(String y) {
        return graph.node("Relu", List.of(y));
    }

    /** Gaussian error linear units (Hendrycks and Gimpel 2016, arXiv:1606.08415), which have an operator since set 20. */
    String gelu(String y) {
        String error = graph.node("Erf", List.of(graph.node("Mul", List.of(y, scalar("gelu.root", Math.sqrt(0.5))))));
        String share = graph.node("Add", List.of(error, scalar("gelu.one", 1)));
        return graph.node("Mul", List.of(y, graph.node("Mul", List.of(share, scalar("gelu.half", 0.5)))));
    }

    /** A constant of one number; written once. */
    String scalar(String name, double value) {
        return graph.knows(name) ? name : graph.weights(name, new float[] {(float) value}, 1);
    }

    /** With as much padding as keeps the side at stride 1, without a bias. */
    String convolve(String y, String name, int inputs, int outputs, int side, int stride) {
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

    /** Of channels in groups, with a bias. */
    String convolve(String y, String name, int inputs, int outputs, int side, int stride, int border, int groups) {
        String weight =
                graph.weights(name + ".weight", values.get(name + ".weight"), outputs, inputs / groups, side, side);
        String bias = graph.weights(name + ".bias", values.get(name + ".bias"), outputs);
        return graph.node(
                "Conv",
                List.of(y, weight, bias),
                numbers("kernel_shape", side, side),
                numbers("strides", stride, stride),
                numbers("pads", border, border, border, border),
                number("group", groups));
    }

    /** A linear layer over the last side. */
    String linear(String y, String weight, String bias, int inputs, int outputs) {
        float[] rows = values.get(weight);
        float[] columns = new float[rows.length];
        for (int out = 0; out < outputs; out++) {
            for (int in = 0; in < inputs; in++) {
                columns[in * outputs + out] = rows[out * inputs + in];
            }
        }
        String product = graph.node("MatMul", List.of(y, graph.weights(weight, columns, inputs, outputs)));
        return graph.node("Add", List.of(product, graph.weights(bias, values.get(bias), outputs)));
    }

    /** Over the last side. */
    String layerNorm(String y, String name, int width) {
        return graph.node(
                "LayerNormalization",
                List.of(
                        y,
                        graph.weights(name + ".weight", values.get(name + ".weight"), width),
                        graph.weights(name + ".bias", values.get(name + ".bias"), width)),
                fraction("epsilon", LAYER_EPSILON));
    }

    String byStatistics(String y, String name, Map<String, float[]> from, int width) {
        List<String> inputs = new ArrayList<>(List.of(y));
        for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
            // The head's last layer shifts nothing.
            float[] tensor = from.getOrDefault(name + part, new float[width]);
            inputs.add(graph.weights(name + part, tensor, width));
        }
        return graph.node("BatchNormalization", inputs, fraction("epsilon", EPSILON));
    }

    /** Group normalisation: each group of an image is one row, and rows are normalised one by one. */
    String byGroups(String y, String name, Map<String, float[]> from, int groups, long[] shape) {
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
}
