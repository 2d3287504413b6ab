package io.streamclr.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Walks through a ConvNeXt once, writing its forward pass. Maps between blocks, and their normalisation, are in 32 bits
 * whatever the precision is; convolutions and linear layers have its numbers.
 */
final class ConvNextText {

    /** Side of the convolutions of single channels. */
    static final int KERNEL = 7;

    /** Deviation of all weights at the start, and the start of the scales of blocks. */
    private static final double SPREAD = 0.02;

    private static final double LAYER_SCALE = 1e-6;

    private final ConvNext plan;
    private final ForwardText text;
    /** By how much the map is smaller than the images, each way. */
    private int shrunk = 1;

    ConvNextText(ConvNext plan, ForwardText text) {
        this.plan = plan;
        this.text = text;
    }

    void features() {
        stages(stage -> {});
        String row = "(N, " + plan.features() + ")";
        text.layerNorm("y", "torch.mean(y, [2, 3])", "classifier.0", plan.features(), row);
        text.line("return y", row);
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
        patches("features.0.0", 3, plan.width(), plan.patch());
        normalise("features.0.1", plan.width());
        for (int stage = 0; stage < ConvNext.STAGES; stage++) {
            int channels = plan.channels(stage);
            if (stage > 0) {
                normalise("features." + 2 * stage + ".0", channels / 2);
                patches("features." + 2 * stage + ".1", channels / 2, channels, 2);
            }
            for (int block = 0; block < plan.blocks().get(stage); block++) {
                block("features." + (2 * stage + 1) + "." + block + ".", channels);
            }
            after.accept(stage);
        }
    }

    private void patches(String name, int inputs, int outputs, int side) {
        String weight = text.normal(name + ".weight", SPREAD, outputs, inputs, side, side);
        String bias = text.constant(name + ".bias", 0, outputs);
        shrunk *= side;
        text.line(
                "y = "
                        + text.raised("torch.conv2d(" + text.lowered("y") + ", " + text.lowered(weight) + ", "
                                + text.lowered(bias) + ", [" + side + ", " + side + "])"),
                map(outputs));
    }

    /** Over the channels of each pixel. */
    private void normalise(String name, int channels) {
        text.layerNorm("y", "torch.permute(y, [0, 2, 3, 1])", name, channels, last(channels));
        text.line("y = torch.permute(y, [0, 3, 1, 2])", map(channels));
    }

    private void block(String name, int channels) {
        int inner = 4 * channels;
        String weight = text.normal(name + "block.0.weight", SPREAD, channels, 1, KERNEL, KERNEL);
        String bias = text.constant(name + "block.0.bias", 0, channels);
        text.line(
                "a = torch.conv2d(" + text.lowered("y") + ", " + text.lowered(weight) + ", " + text.lowered(bias)
                        + ", [1, 1], [" + KERNEL / 2 + ", " + KERNEL / 2 + "], [1, 1], " + channels + ")",
                map(channels));
        text.layerNorm("a", "torch.permute(a, [0, 2, 3, 1])", name + "block.2", channels, last(channels));
        text.line(
                "a = torch.gelu("
                        + text.linear("a", name + "block.3.weight", name + "block.3.bias", channels, inner, SPREAD)
                        + ")",
                last(inner));
        text.line(
                "a = " + text.linear("a", name + "block.5.weight", name + "block.5.bias", inner, channels, SPREAD),
                last(channels));
        String scale = text.constant(name + "layer_scale", LAYER_SCALE, channels, 1, 1);
        text.line("y = torch.add(y, torch.mul(torch.permute(a, [0, 3, 1, 2]), " + scale + "))", map(channels));
    }

    /** The shape of a map with the channels last. */
    private String last(int channels) {
        return "(N, H / " + shrunk + ", W / " + shrunk + ", " + channels + ")";
    }
}
