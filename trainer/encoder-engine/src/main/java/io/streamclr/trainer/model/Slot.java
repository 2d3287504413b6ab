package io.streamclr.trainer.model;

/**
 * One tensor of a network.
 *
 * @param name torchvision's, such as {@code layer1.0.conv1.weight}; the head's begin with {@code head.}
 * @param shape a convolution's is (outputs, inputs, height, width), a linear layer's (outputs, inputs)
 * @param start how its values are chosen before training
 * @param constant the deviation for {@link Start#NORMAL}, otherwise the value itself
 * @param trained whether training changes it; else it is a running statistic, or stays as it was at the beginning
 */
public record Slot(String name, long[] shape, Start start, double constant, boolean trained) {

    /** How values start. */
    public enum Start {
        NORMAL,
        CONSTANT,
        /** A square matrix with the constant on its diagonal and 0 elsewhere. */
        IDENTITY
    }

    public Slot {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of values. */
    public int size() {
        long size = 1;
        for (long side : shape) {
            size *= side;
        }
        return Math.toIntExact(size);
    }

    /** Whether it belongs to the encoder that is shipped, and not to the head or to what whitens. */
    public boolean ofEncoder() {
        return isOfEncoder(name);
    }

    /** Whether it is a running statistic, which forward passes move and training does not. */
    boolean isStatistic() {
        return !Whitening.has(name) && (name.endsWith(".running_mean") || name.endsWith(".running_var"));
    }

    static boolean isOfEncoder(String name) {
        return !name.startsWith("head.") && !Whitening.has(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slot that && name.equals(that.name) && java.util.Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
