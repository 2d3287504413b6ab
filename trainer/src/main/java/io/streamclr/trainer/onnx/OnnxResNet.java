package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.number;
import static io.streamclr.trainer.onnx.OnnxGraph.numbers;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import java.util.ArrayList;
import java.util.List;

/** From normalised pixels, (n, 3, h, w), to the features of a ResNet. */
record OnnxResNet(OnnxGraph graph, OnnxLayers layers, ResNet plan, Norm norm) {

    String features(String images) {
        Stem stem = plan.stem();
        String y = layers.relu(normalise(
                layers.convolve(images, "conv1", 3, plan.base(), stem.side(), stem.stride()), "bn1", plan.base()));
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
        for (int stage = 0; stage < ResNet.STAGES; stage++) {
            for (int block = 0; block < plan.blocks()[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                y = residual(y, "layer" + (stage + 1) + "." + block + ".", channels, stage, stride);
                channels = plan.channels(stage);
            }
            if (stage >= ResNet.STAGES - plan.stages()) {
                averages.add(graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(y)))));
            }
        }
        return averages.size() == 1 ? averages.get(0) : graph.node("Concat", averages, number("axis", 1));
    }

    private String residual(String images, String name, int channels, int stage, int stride) {
        int planes = plan.planes(stage);
        int outputs = plan.channels(stage);
        String y;
        if (plan.expansion() == 1) {
            y = layers.relu(normalise(
                    layers.convolve(images, name + "conv1", channels, planes, 3, stride), name + "bn1", planes));
            y = normalise(layers.convolve(y, name + "conv2", planes, planes, 3, 1), name + "bn2", planes);
        } else {
            y = layers.relu(
                    normalise(layers.convolve(images, name + "conv1", channels, planes, 1, 1), name + "bn1", planes));
            y = layers.relu(
                    normalise(layers.convolve(y, name + "conv2", planes, planes, 3, stride), name + "bn2", planes));
            y = normalise(layers.convolve(y, name + "conv3", planes, outputs, 1, 1), name + "bn3", outputs);
        }
        String past = images;
        if (stride != 1 || channels != outputs) {
            past = normalise(
                    layers.convolve(images, name + "downsample.0", channels, outputs, 1, stride),
                    name + "downsample.1",
                    outputs);
        }
        return layers.relu(graph.node("Add", List.of(y, past)));
    }

    private String normalise(String y, String name, int width) {
        return norm == Norm.BATCH
                ? layers.byStatistics(y, name, layers.values(), width)
                : layers.byGroups(y, name, layers.values(), plan.groups(), new long[] {width, 1, 1});
    }
}
