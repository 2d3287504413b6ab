package io.streamclr.trainer.torch;

/**
 * One convolution of a network on a batch. Its gradients belong to it.
 *
 * @param kernel side of the square of weights
 * @param height of the input, as {@code width}
 * @param images in the batch
 * @param type PyTorch's number of the kind of numbers: 5 and 15 of 16 bits, 6 of 32
 * @param padding on each side of the input
 * @param groups of channels that do not see each other; as many as inputs where each channel is by itself
 */
public record Convolution(
        int inputs,
        int outputs,
        int kernel,
        int stride,
        int height,
        int width,
        int images,
        int type,
        int padding,
        int groups) {

    /** Enough of a batch: what goes wrong is how the work is divided, and a billion multiplications are divided. */
    private static final long MOST_WORK = 1_000_000_000;
    /** Where a processor may lack instructions for the kind of numbers, the same takes up to twenty times as long. */
    private static final long LITTLE_WORK = 50_000_000;

    /** Numbers of 32 bits that one instruction takes. */
    private static final int CHANNELS_OF_AVX2 = 8;

    private static final int FLOAT16 = 5;
    private static final int FLOAT32 = 6;

    public Convolution {
        if (inputs < 1 || outputs < 1 || kernel < 1 || stride < 1 || height < 1 || width < 1 || images < 1) {
            throw new IllegalArgumentException("A convolution has no side below 1");
        }
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(
                    "The channels of a convolution cannot be shared by " + groups + " groups");
        }
        if (padding < 0 || Math.min(height, width) + 2 * padding < kernel) {
            throw new IllegalArgumentException("A convolution is not larger than its input");
        }
    }

    /** One of all channels, with as much padding as keeps the side at stride 1. @param kernel odd */
    public Convolution(int inputs, int outputs, int kernel, int stride, int height, int width, int images, int type) {
        this(inputs, outputs, kernel, stride, height, width, images, type, kernel / 2, 1);
    }

    /** This one on as many images, from 2 on, as can be tried in a moment. */
    Convolution tried(ConvolutionWay way) {
        boolean slowly = type == FLOAT16 || (inSixteenBits() && way.slowInSixteenBits());
        long most = Math.max(2, (slowly ? LITTLE_WORK : MOST_WORK) / multiplyAdds());
        int some = (int) Math.min(most, Math.max(2, images));
        return new Convolution(inputs, outputs, kernel, stride, height, width, some, type, padding, groups);
    }

    /** Of one image: each number of what comes out is a sum of products. */
    public long multiplyAdds() {
        return (long) inputs / groups * outputs * kernel * kernel * after(height) * after(width);
    }

    /** Multiplications of its trial: there, back to inputs and back to weights, of two images in 64 bits besides. */
    double work(ConvolutionWay way) {
        return 3.0 * multiplyAdds() * (2 + tried(way).images());
    }

    /** What it leaves of a side. */
    public int after(int side) {
        return (side + 2 * padding - kernel) / stride + 1;
    }

    /**
     * Whether oneDNN's code for AVX2 writes outside its memory here, on any machine: it gathers what a stride leaves of the
     * input eight channels at a time, also where there are fewer.
     */
    boolean overflowsInAvx2() {
        return kernel == 1 && stride > 1 && inputs < CHANNELS_OF_AVX2 && type == FLOAT32;
    }

    boolean inSixteenBits() {
        return type != FLOAT32;
    }

    /** All that it is, in the order of the record. */
    long[] numbers() {
        return new long[] {inputs, outputs, kernel, stride, height, width, images, type, padding, groups};
    }

    /** As {@link #parse} reads it; padding and groups where they are not as usual. */
    @Override
    public String toString() {
        String usual = inputs + "," + outputs + "," + kernel + "," + stride + "," + height + "," + width + "," + images
                + "," + type;
        return padding == kernel / 2 && groups == 1 ? usual : usual + "," + padding + "," + groups;
    }

    static Convolution parse(String text) {
        String[] parts = text.split(",", -1);
        int[] n = new int[parts.length];
        for (int i = 0; i < n.length; i++) {
            n[i] = Integer.parseInt(parts[i]);
        }
        return n.length == 8
                ? new Convolution(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7])
                : new Convolution(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]);
    }
}
