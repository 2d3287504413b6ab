package io.streamclr.trainer.torch;

/**
 * One convolution of a network on a batch, with as much padding as keeps the side at stride 1. Its gradients belong to it.
 *
 * @param kernel side of the square of weights, odd
 * @param height of the input, as {@code width}
 * @param images in the batch
 * @param type PyTorch's number of the kind of numbers: 5 and 15 of 16 bits, 6 of 32
 */
public record Convolution(
        int inputs, int outputs, int kernel, int stride, int height, int width, int images, int type) {

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
    }

    /** This one on as many images, from 2 on, as can be tried in a moment. */
    Convolution tried(ConvolutionWay way) {
        boolean slowly = type == FLOAT16 || (inSixteenBits() && way.slowInSixteenBits());
        long each = (long) inputs * outputs * kernel * kernel * after(height) * after(width);
        long most = Math.max(2, (slowly ? LITTLE_WORK : MOST_WORK) / each);
        return new Convolution(
                inputs, outputs, kernel, stride, height, width, (int) Math.min(most, Math.max(2, images)), type);
    }

    /** Multiplications of its trial: there, back to inputs and back to weights, of two images in 64 bits besides. */
    double work(ConvolutionWay way) {
        double each = (double) inputs * outputs * kernel * kernel * after(height) * after(width);
        return 3 * each * (2 + tried(way).images());
    }

    private int after(int side) {
        return (side - 1) / stride + 1;
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
        return new long[] {inputs, outputs, kernel, stride, height, width, images, type};
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return inputs + "," + outputs + "," + kernel + "," + stride + "," + height + "," + width + "," + images + ","
                + type;
    }

    static Convolution parse(String text) {
        String[] parts = text.split(",", -1);
        int[] n = new int[8];
        for (int i = 0; i < n.length; i++) {
            n[i] = Integer.parseInt(parts[i]);
        }
        return new Convolution(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }
}
