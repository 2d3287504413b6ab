package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A forward pass as TorchScript while it is written: its lines so far, and each tensor that they met. */
public final class ForwardText {

    private final Names names;
    private final Norm norm;
    private final Precision precision;
    private final List<Slot> slots = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();

    ForwardText(Norm norm, Names names, Precision precision) {
        this.norm = norm;
        this.names = names;
        this.precision = precision;
    }

    List<Slot> slots() {
        return slots;
    }

    /** The body of a method, of all lines since the last one was taken. */
    String body() {
        String body = lines.toString();
        lines.setLength(0);
        return body;
    }

    /** @param shape of the tensor that the line makes; sides are divided rounding up */
    void line(String text, String shape) {
        lines.append("    ").append(text).append("  # ").append(shape).append('\n');
    }

    /** A line that makes no tensor. */
    void control(String text) {
        lines.append("    ").append(text).append('\n');
    }

    /** The shape of a map. @param shrunk by how much it is smaller than the images, each way */
    static String map(int channels, int shrunk) {
        String shorter = shrunk == 1 ? "" : " / " + shrunk;
        return "(N, " + channels + ", H" + shorter + ", W" + shorter + ")";
    }

    /** The expression of a tensor that starts from a normal distribution around 0. @param spread its deviation */
    String normal(String name, double spread, long... shape) {
        return tensor(new Slot(name, shape, Slot.Start.NORMAL, spread, true));
    }

    /** The expression of a tensor that starts with one value everywhere. */
    String constant(String name, double value, long... shape) {
        return tensor(new Slot(name, shape, Slot.Start.CONSTANT, value, true));
    }

    /** The expression of a tensor. */
    String tensor(Slot slot) {
        slots.add(slot);
        return names.tensor(slot.name());
    }

    /** The same in the kind of numbers that is computed with. */
    String lowered(String expression) {
        return precision == Precision.FLOAT32
                ? expression
                : "torch.to(" + expression + ", torch." + precision.name().toLowerCase(Locale.ROOT) + ")";
    }

    /** The same in 32 bits. */
    String raised(String expression) {
        return precision == Precision.FLOAT32 ? expression : "torch.to(" + expression + ", torch.float32)";
    }

    /** Brings a variable to the kind of numbers that is computed with. */
    void lower(String variable, String shape) {
        if (precision != Precision.FLOAT32) {
            line(variable + " = " + lowered(variable), shape);
        }
    }

    /** The average of the map {@code y} of a stage, counted from 0. @return the variable that holds it */
    String average(int stage, int channels) {
        String variable = "h" + (stage + 1);
        line(variable + " = torch.mean(y, [2, 3])", "(N, " + channels + ")");
        return variable;
    }

    /** The averages of the map {@code y} of a stage over a grid of cells. @return the variable that holds them */
    String cells(int stage, int channels, int cells) {
        String variable = "h" + (stage + 1);
        line(
                variable + " = torch.flatten(torch.adaptive_avg_pool2d(y, [min(" + cells + ", y.shape[2]), min(" + cells
                        + ", y.shape[3])]), 1)",
                "(N, " + channels + " times cells)");
        return variable;
    }

    /** Returns variables side by side, in 32 bits. */
    void together(List<String> parts, String shape) {
        line("y = " + (parts.size() == 1 ? parts.get(0) : "torch.cat(" + parts + ", 1)"), shape);
        line("return " + raised("y"), shape);
    }

    /**
     * Normalises as the plan says.
     *
     * @param scale that it starts with
     * @param shifted whether it has a shift
     */
    void normalise(
            String variable, String name, int width, double scale, int groups, boolean shifted, String tensorShape) {
        long[] shape = {width};
        String affine = constant(name + ".weight", scale, shape) + ", "
                + (shifted ? constant(name + ".bias", 0, shape) : "None");
        if (norm == Norm.GROUP) {
            String normalised =
                    "torch.group_norm(" + raised(variable) + ", " + groups + ", " + affine + ", 1e-05, True)";
            // CUDA's kernel takes numbers of one kind alone, and scale and shift have 32 bits; so have the head's all
            // along.
            line(
                    variable + " = "
                            + (precision == Precision.FLOAT32
                                    ? normalised
                                    : "torch.type_as(" + normalised + ", " + variable + ")"),
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

    /**
     * Layer normalisation over the last side (Ba et al. 2016, arXiv:1607.06450), in 32 bits. Its epsilon is 1e-6, as both
     * ViT and ConvNeXt have it.
     */
    void layerNorm(String to, String from, String name, int width, String shape) {
        String weight = constant(name + ".weight", 1, width);
        String bias = constant(name + ".bias", 0, width);
        line(
                to + " = torch.layer_norm(" + raised(from) + ", [" + width + "], " + weight + ", " + bias + ", 1e-06)",
                shape);
    }

    /** The expression of a linear layer with a bias that starts with 0. @param spread deviation of its weights */
    String linear(String from, String weight, String bias, int inputs, int outputs, double spread) {
        return "torch.linear(" + lowered(from) + ", " + lowered(normal(weight, spread, outputs, inputs)) + ", "
                + lowered(constant(bias, 0, outputs)) + ")";
    }
}
