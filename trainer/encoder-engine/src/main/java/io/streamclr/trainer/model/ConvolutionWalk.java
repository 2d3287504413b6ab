package io.streamclr.trainer.model;

import io.streamclr.trainer.torch.Convolution;
import java.util.ArrayList;
import java.util.List;

/** A map of some height and width on its way through a network; the convolutions that it goes through are noted. */
record ConvolutionWalk(List<Convolution> found, int images, int type, int height, int width) {

    static ConvolutionWalk of(int images, int type, int height, int width) {
        return new ConvolutionWalk(new ArrayList<>(), images, type, height, width);
    }

    /** All that were noted and differ, in their order. */
    List<Convolution> all() {
        return found.stream().distinct().toList();
    }

    /** Of one image through all that were noted, in its order. */
    MultiplyAdds multiplyAdds() {
        long all = found.stream().mapToLong(Convolution::multiplyAdds).sum();
        return MultiplyAdds.fromPixels(all, found.get(0).multiplyAdds());
    }

    /** With as much padding as keeps the side at stride 1. */
    ConvolutionWalk through(int inputs, int outputs, int kernel, int stride) {
        return noted(new Convolution(inputs, outputs, kernel, stride, height, width, images, type));
    }

    /** Each channel by itself, at stride 1. */
    ConvolutionWalk depthwise(int channels, int kernel) {
        return noted(new Convolution(channels, channels, kernel, 1, height, width, images, type, kernel / 2, channels));
    }

    /** Patches side by side, without padding. */
    ConvolutionWalk patches(int inputs, int outputs, int side) {
        return noted(new Convolution(inputs, outputs, side, side, height, width, images, type, 0, 1));
    }

    private ConvolutionWalk noted(Convolution one) {
        found.add(one);
        return new ConvolutionWalk(found, images, type, one.after(height), one.after(width));
    }

    /** By a pool of stride 2. */
    ConvolutionWalk halved() {
        return new ConvolutionWalk(found, images, type, (height - 1) / 2 + 1, (width - 1) / 2 + 1);
    }
}
