package io.streamclr.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Walks through a ResNet once, writing its forward pass. */
final class ResNetText {

    private final ResNet plan;
    private final ForwardText text;
    /** By how much the map is smaller than the images, each way. */
    private int shrunk = 1;

    ResNetText(ResNet plan, ForwardText text) {
        this.plan = plan;
        this.text = text;
    }

    void features() {
        List<String> averages = new ArrayList<>();
        stages(stage -> {
            if (stage >= ResNet.STAGES - plan.stages()) {
                averages.add(text.average(stage, plan.channels(stage)));
            }
        });
        text.together(averages, "(N, " + plan.features() + ")");
    }

    void maps(int cells) {
        List<String> maps = new ArrayList<>();
        stages(stage -> maps.add(text.cells(stage, plan.channels(stage), cells)));
        text.together(maps, "(N, M)");
    }

    private String map(int channels) {
        return ForwardText.map(channels, shrunk);
    }

    /** @param after each stage, by its number from 0 on, whose map is {@code y} */
    private void stages(IntConsumer after) {
        Stem stem = plan.stem();
        text.lower("y", map(3));
        convolve("y", "y", "conv1", 3, plan.base(), stem.side(), stem.stride());
        normalise("y", "bn1", plan.base(), 1);
        text.line("y = torch.relu_(y)", map(plan.base()));
        if (stem.pool()) {
            shrunk *= 2;
            text.line("y = torch.max_pool2d(y, [3, 3], [2, 2], [1, 1])", map(plan.base()));
        }
        int channels = plan.base();
        for (int stage = 0; stage < ResNet.STAGES; stage++) {
            for (int block = 0; block < plan.blocks()[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                residual("layer" + (stage + 1) + "." + block + ".", channels, stage, stride);
                channels = plan.channels(stage);
            }
            after.accept(stage);
        }
    }

    private void residual(String name, int channels, int stage, int stride) {
        int planes = plan.planes(stage);
        int outputs = plan.channels(stage);
        double lastScale = plan.zeroGamma() ? 0 : 1;
        int shrunkBefore = shrunk;
        if (plan.expansion() == 1) {
            convolve("a", "y", name + "conv1", channels, planes, 3, stride);
            normalise("a", name + "bn1", planes, 1);
            text.line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv2", planes, planes, 3, 1);
            normalise("a", name + "bn2", planes, lastScale);
        } else {
            convolve("a", "y", name + "conv1", channels, planes, 1, 1);
            normalise("a", name + "bn1", planes, 1);
            text.line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv2", planes, planes, 3, stride);
            normalise("a", name + "bn2", planes, 1);
            text.line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv3", planes, outputs, 1, 1);
            normalise("a", name + "bn3", outputs, lastScale);
        }
        if (stride != 1 || channels != outputs) {
            shrunk = shrunkBefore;
            convolve("y", "y", name + "downsample.0", channels, outputs, 1, stride);
            normalise("y", name + "downsample.1", outputs, 1);
        }
        text.line("y = torch.relu_(torch.add_(a, y))", map(outputs));
    }

    private void convolve(String to, String from, String name, int inputs, int outputs, int side, int stride) {
        double spread = Math.sqrt(2.0 / ((double) outputs * side * side));
        String weight = text.normal(name + ".weight", spread, outputs, inputs, side, side);
        shrunk *= stride;
        text.line(
                to + " = torch.conv2d(" + from + ", " + text.lowered(weight) + ", None, [" + stride + ", " + stride
                        + "], [" + side / 2 + ", " + side / 2 + "])",
                map(outputs));
    }

    private void normalise(String variable, String name, int width, double scale) {
        text.normalise(variable, name, width, scale, plan.groups(), true, map(width));
    }
}
