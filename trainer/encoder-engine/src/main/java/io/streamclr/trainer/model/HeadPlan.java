package io.streamclr.trainer.model;

/**
 * SimCLR's projection head: linear layers without bias, batch normalisation after each, ReLU between; the last
 * normalisation has a scale and no shift (google-research/simclr, {@code tf2/model.py}).
 *
 * @param layers 0 for none, 1 for linear, 2 or 3 as in SimCLR v1 and v2
 * @param hidden width of the layers before the last; 0 for the encoder's own, as the reference has it
 * @param output dimension of the embeddings
 * @param spread standard deviation of the weights at the start, 0.01 in the reference; 0 for the square root of 2 over
 *     the layer's inputs, which suits optimisers that do not scale with the weights
 * @param rectified whether a shift and a ReLU follow the last layer too, as in the first layers of a longer head
 */
public record HeadPlan(int layers, int hidden, int output, double spread, boolean rectified) {

    /** The reference's: two layers, 128 dimensions. */
    public static final HeadPlan REFERENCE = new HeadPlan(2, 0, 128, 0.01);

    /** No head: embeddings are the features themselves. */
    public static final HeadPlan NONE = new HeadPlan(0, 0, 128, 0);

    /** Heads of more layers are not known to be of use. */
    public static final int MOST_LAYERS = 3;

    public HeadPlan {
        if (layers < 0 || layers > MOST_LAYERS) {
            throw new IllegalArgumentException("A projection head has 0 to " + MOST_LAYERS + " layers, not " + layers);
        }
        if (hidden < 0 || hidden > 1 << 16 || output < 2 || output > 1 << 16) {
            throw new IllegalArgumentException("A projection head's layers have 2 to 65536 outputs (0 hidden ones mean"
                    + " the encoder's width), not " + hidden + " and " + output);
        }
        if (rectified && layers == 0) {
            throw new IllegalArgumentException("Where there is no layer of a head, no ReLU follows one");
        }
        if (!(spread >= 0 && spread <= 1)) {
            throw new IllegalArgumentException("The head's weights start with a spread of 0 to 1, not " + spread);
        }
    }

    /** A whole head, whose last layer has no shift and no ReLU. */
    public HeadPlan(int layers, int hidden, int output, double spread) {
        this(layers, hidden, output, spread, false);
    }

    /**
     * The first layers of a longer head, each with its ReLU: what SimCLR v2 fine-tunes with the encoder (Chen et al. 2020,
     * arXiv:2006.10029, section 2; {@code ft_proj_selector} in google-research/simclr, {@code tf2/model.py}).
     *
     * @param layers 1 or more
     * @param width of each of them
     */
    public static HeadPlan first(int layers, int width) {
        return new HeadPlan(layers, width, width, 0, true);
    }
}
