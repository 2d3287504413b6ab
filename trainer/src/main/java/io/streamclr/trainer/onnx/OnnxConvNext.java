package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.numbers;

import io.streamclr.trainer.model.ConvNext;
import java.util.List;

/** From normalised pixels, (n, 3, h, w), to the features of a ConvNeXt. */
record OnnxConvNext(OnnxGraph graph, OnnxLayers layers, ConvNext plan) {

    private static final int KERNEL = 7;

    String features(String images) {
        String y = layers.convolve(images, "features.0.0", 3, plan.width(), plan.patch(), plan.patch(), 0, 1);
        y = normalise(y, "features.0.1", plan.width());
        for (int stage = 0; stage < plan.blocks().size(); stage++) {
            int channels = plan.channels(stage);
            if (stage > 0) {
                String between = "features." + 2 * stage + ".";
                y = normalise(y, between + "0", channels / 2);
                y = layers.convolve(y, between + "1", channels / 2, channels, 2, 2, 0, 1);
            }
            for (int block = 0; block < plan.blocks().get(stage); block++) {
                y = block(y, "features." + (2 * stage + 1) + "." + block + ".", channels);
            }
        }
        y = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(y))));
        return layers.layerNorm(y, "classifier.0", plan.features());
    }

    /** Over the channels of each pixel. */
    private String normalise(String y, String name, int channels) {
        return first(layers.layerNorm(last(y), name, channels));
    }

    private String block(String images, String name, int channels) {
        String y = layers.convolve(images, name + "block.0", channels, channels, KERNEL, 1, KERNEL / 2, channels);
        y = layers.layerNorm(last(y), name + "block.2", channels);
        y = layers.linear(y, name + "block.3.weight", name + "block.3.bias", channels, 4 * channels);
        y = layers.gelu(y);
        y = first(layers.linear(y, name + "block.5.weight", name + "block.5.bias", 4 * channels, channels));
        String scale = name + "layer_scale";
        y = graph.node("Mul", List.of(y, graph.weights(scale, layers.values().get(scale), channels, 1, 1)));
        return graph.node("Add", List.of(images, y));
    }

    /** Channels after the sides. */
    private String last(String y) {
        return graph.node("Transpose", List.of(y), numbers("perm", 0, 2, 3, 1));
    }

    private String first(String y) {
        return graph.node("Transpose", List.of(y), numbers("perm", 0, 3, 1, 2));
    }
}
