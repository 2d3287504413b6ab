package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/** Walks through a network once, writing its forward pass and noting each tensor that it meets. */
final class ForwardText {

    private final NetworkPlan plan;
    private final Names names;
    private final Precision precision;
    private final List<Slot> slots = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    /** By how much the map is smaller than the images, each way. */
    private int shrunk;

    ForwardText(NetworkPlan plan, Names names, Precision precision) {
        this.plan = plan;
        this.names = names;
        this.precision = precision;
    }

    List<Slot> slots() {
        return slots;
    }

    /** The body of a method from pixels {@code y}, (N, 3, H, W), to features, (N, F) in 32 bits. */
    String encoder() {
        List<String> averages = new ArrayList<>();
        stages(stage -> {
            if (stage > NetworkPlan.STAGES - plan.stages()) {
                averages.add("h" + stage);
                line("h" + stage + " = torch.mean(y, [2, 3])", "(N, " + channels(stage) + ")");
            }
        });
        return together(averages, "(N, " + plan.features() + ")");
    }

    /**
     * The body of a method from pixels {@code y}, (N, 3, H, W), to the maps of all stages, (N, M) in 32 bits: each
     * averaged over a grid of cells, of as many cells as it has pixels where these are fewer.
     *
     * @param cells each way, 1 or more
     */
    String maps(int cells) {
        List<String> maps = new ArrayList<>();
        stages(stage -> {
            maps.add("h" + stage);
            line(
                    "h" + stage + " = torch.flatten(torch.adaptive_avg_pool2d(y, [min(" + cells + ", y.shape[2]), min("
                            + cells + ", y.shape[3])]), 1)",
                    "(N, " + channels(stage) + " times cells)");
        });
        return together(maps, "(N, M)");
    }

    private String together(List<String> parts, String shape) {
        line("y = " + (parts.size() == 1 ? parts.get(0) : "torch.cat(" + parts + ", 1)"), shape);
        line(precision == Precision.FLOAT32 ? "return y" : "return torch.to(y, torch.float32)", shape);
        return lines.toString();
    }

    /** Of the map of a stage, counted from 1. */
    private int channels(int stage) {
        return (plan.base() << (stage - 1)) * plan.expansion();
    }

    /** The shape of a map as it is now. */
    private String map(int channels) {
        String shorter = shrunk == 1 ? "" : " / " + shrunk;
        return "(N, " + channels + ", H" + shorter + ", W" + shorter + ")";
    }

    /** @param after each stage, by its number from 1 on, whose map is {@code y} */
    private void stages(IntConsumer after) {
        lines.setLength(0);
        shrunk = 1;
        Stem stem = plan.stem();
        if (precision != Precision.FLOAT32) {
            line("y = " + lowered("y"), map(3));
        }
        convolve("y", "y", "conv1", 3, plan.base(), stem.side(), stem.stride());
        normalise("y", "bn1", plan.base(), 1);
        line("y = torch.relu_(y)", map(plan.base()));
        if (stem.pool()) {
            shrunk *= 2;
            line("y = torch.max_pool2d(y, [3, 3], [2, 2], [1, 1])", map(plan.base()));
        }
        int channels = plan.base();
        for (int stage = 0; stage < NetworkPlan.STAGES; stage++) {
            int planes = plan.base() << stage;
            for (int block = 0; block < plan.blocks()[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                residual("layer" + (stage + 1) + "." + block + ".", channels, planes, stride);
                channels = planes * plan.expansion();
            }
            after.accept(stage + 1);
        }
    }

    /** The body of a method from features {@code y}, (N, F), to embeddings, (N, D). */
    String head() {
        lines.setLength(0);
        int inputs = plan.features();
        int layers = plan.head().layers();
        for (int layer = 0; layer < layers; layer++) {
            boolean last = layer == layers - 1;
            int hidden =
                    plan.head().hidden() == 0 ? plan.features() : plan.head().hidden();
            int outputs = last ? plan.head().output() : hidden;
            double spread = plan.head().spread() == 0
                    ? Math.sqrt(2.0 / inputs)
                    : plan.head().spread();
            String name = "head." + layer + ".";
            slots.add(new Slot(name + "linear.weight", new long[] {outputs, inputs}, Slot.Start.NORMAL, spread, true));
            String shape = "(N, " + outputs + ")";
            line("y = torch.linear(y, " + names.tensor(name + "linear.weight") + ", None)", shape);
            normalise("y", name + "bn", outputs, 1, 1, !last, shape);
            if (!last) {
                line("y = torch.relu_(y)", shape);
            }
            inputs = outputs;
        }
        line("return y", "(N, " + inputs + ")");
        return lines.toString();
    }

    private void residual(String name, int channels, int planes, int stride) {
        int outputs = planes * plan.expansion();
        double lastScale = plan.zeroGamma() ? 0 : 1;
        int shrunkBefore = shrunk;
        if (plan.expansion() == 1) {
            convolve("a", "y", name + "conv1", channels, planes, 3, stride);
            normalise("a", name + "bn1", planes, 1);
            line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv2", planes, planes, 3, 1);
            normalise("a", name + "bn2", planes, lastScale);
        } else {
            convolve("a", "y", name + "conv1", channels, planes, 1, 1);
            normalise("a", name + "bn1", planes, 1);
            line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv2", planes, planes, 3, stride);
            normalise("a", name + "bn2", planes, 1);
            line("a = torch.relu_(a)", map(planes));
            convolve("a", "a", name + "conv3", planes, outputs, 1, 1);
            normalise("a", name + "bn3", outputs, lastScale);
        }
        if (stride != 1 || channels != outputs) {
            shrunk = shrunkBefore;
            convolve("y", "y", name + "downsample.0", channels, outputs, 1, stride);
            normalise("y", name + "downsample.1", outputs, 1);
        }
        line("y = torch.relu_(torch.add_(a, y))", map(outputs));
    }

    private String lowered(String expression) {
        return precision == Precision.FLOAT32
                ? expression
                : "torch.to(" + expression + ", torch." + precision.name().toLowerCase(Locale.ROOT) + ")";
    }

    private void convolve(String to, String from, String name, int inputs, int outputs, int side, int stride) {
        double spread = Math.sqrt(2.0 / ((double) outputs * side * side));
        String weight = name + ".weight";
        slots.add(new Slot(weight, new long[] {outputs, inputs, side, side}, Slot.Start.NORMAL, spread, true));
        shrunk *= stride;
        line(
                to + " = torch.conv2d(" + from + ", " + lowered(names.tensor(weight)) + ", None, [" + stride + ", "
                        + stride + "], [" + side / 2 + ", " + side / 2 + "])",
                map(outputs));
    }

    private void normalise(String variable, String name, int width, double scale) {
        normalise(variable, name, width, scale, plan.groups(), true, map(width));
    }

    private void normalise(
            String variable, String name, int width, double scale, int groups, boolean shifted, String tensorShape) {
        long[] shape = {width};
        slots.add(new Slot(name + ".weight", shape, Slot.Start.CONSTANT, scale, true));
        if (shifted) {
            slots.add(new Slot(name + ".bias", shape, Slot.Start.CONSTANT, 0, true));
        }
        String affine = names.tensor(name + ".weight") + ", " + (shifted ? names.tensor(name + ".bias") : "None");
        if (plan.norm() == Norm.GROUP) {
            line(
                    variable + " = torch.group_norm(" + variable + ", " + groups + ", " + affine + ", 1e-05, True)",
                    tensorShape);
            return;
        }
        slots.add(new Slot(name + ".running_mean", shape, Slot.Start.CONSTANT, 0, false));
        slots.add(new Slot(name + ".running_var", shape, Slot.Start.CONSTANT, 1, false));
        names.batches(name).ifPresent(batches -> {
            lines.append("    if ").append(names.training(name)).append(":\n");
            lines.append("      torch.add_(").append(batches).append(", 1)  # ()\n");
        });
        line(
                variable + " = torch.batch_norm(" + variable + ", " + affine + ", "
                        + names.tensor(name + ".running_mean") + ", " + names.tensor(name + ".running_var") + ", "
                        + names.training(name) + ", momentum, 1e-05, True)",
                tensorShape);
    }

    /** @param shape of the tensor that the line makes; sides are divided rounding up */
    private void line(String text, String shape) {
        lines.append("    ").append(text).append("  # ").append(shape).append('\n');
    }
}
