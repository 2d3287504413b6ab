package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Convolution;
import io.streamclr.trainer.torch.ConvolutionWay;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Has a network's convolutions checked before they are computed: when it is shown images of another size, or more of them
 * at once than before. Fewer are divided among the processor's caches as more are.
 */
public final class Convolutions {

    /**
     * Where caches are hidden, oneDNN computes the first wrongly with the instructions of AVX-512, and divides by 0 in the
     * second with those of AVX2, which write outside memory in narrow networks as well.
     */
    private static final List<Convolution> TELLING = List.of(
            new Convolution(256, 512, 1, 2, 8, 8, 32, Precision.FLOAT32.torchType()),
            new Convolution(1024, 256, 1, 1, 4, 4, 32, Precision.FLOAT32.torchType()));

    private static final int LEAST_TRIED = 64;

    private final Torch torch;
    private final List<NetworkPlan> plans;
    private final Precision precision;
    private final List<Shown> shown = new ArrayList<>();
    private Optional<ConvolutionWay> recorded = Optional.empty();

    /** @param images that many, or fewer, of this size are computed in this way */
    private record Shown(long height, long width, long images, ConvolutionWay way) {}

    private Convolutions(Torch torch, List<NetworkPlan> plans, Precision precision) {
        this.torch = torch;
        this.plans = plans;
        this.precision = precision;
    }

    /** @param precision of the numbers that are computed with */
    static Convolutions of(Torch torch, NetworkPlan plan, Precision precision) {
        return new Convolutions(torch, List.of(plan), precision);
    }

    /** Those of a saved encoder; of usual networks with narrow and wide layers, if nobody knows what it is. */
    public static Convolutions ofSaved(Torch torch, Optional<NetworkPlan> plan) {
        return new Convolutions(torch, plan.map(List::of).orElse(List.of(usual(18), usual(50))), Precision.FLOAT32);
    }

    private static NetworkPlan usual(int depth) {
        return new NetworkPlan(
                depth, 1, Stem.SMALL, HeadPlan.NONE, false, NetworkPlan.Normalisation.NONE, Precision.FLOAT32);
    }

    /**
     * Computes the network in the way that is right for these images, whatever else it was shown before.
     *
     * @param images (N, H, W, 3)
     * @throws io.streamclr.schemas.RefusalException if this machine computes the network rightly in no way
     */
    public <T> T compute(Tensor images, Supplier<T> work) {
        return torch.compute(wayOf(images), work);
    }

    /** As {@link #compute}, and what {@link #backward} computes later belongs to it. */
    <T> T record(Tensor images, Supplier<T> work) {
        ConvolutionWay way = wayOf(images);
        recorded = Optional.of(way);
        return torch.compute(way, work);
    }

    /** Computes gradients in the way of the pass that was recorded. */
    <T> T backward(Supplier<T> work) {
        return torch.compute(recorded.orElseThrow(), work);
    }

    /** The name of the way in which gradients are computed; empty before the first, and on a graphics card. */
    Optional<String> way() {
        return recorded.flatMap(torch::name);
    }

    private ConvolutionWay wayOf(Tensor images) {
        long[] shape = images.shape();
        return shown.stream()
                .filter(before -> before.height() == shape[1] && before.width() == shape[2])
                .filter(before -> before.images() >= shape[0])
                .findFirst()
                .map(Shown::way)
                .orElseGet(() -> wayOf((int) shape[1], (int) shape[2], (int) shape[0]));
    }

    private ConvolutionWay wayOf(int height, int width, int images) {
        plans.forEach(plan -> plan.backbone().require(height, width));
        int most = rounded(images);
        ConvolutionWay way = torch.wayOf(tried(plans, precision, height, width, most));
        shown.add(new Shown(height, width, most, way));
        return way;
    }

    /** As many images as a trial is of, or more: a few sizes, so that not every batch has a trial of its own. */
    static int rounded(int images) {
        return Math.max(LEAST_TRIED, 2 * Integer.highestOneBit(Math.max(1, images - 1)));
    }

    /**
     * Has the way of a network chosen before any other network limits it in this process.
     *
     * @param images that it is shown at once first
     */
    public static void foresee(Torch torch, NetworkPlan plan, int height, int width, int images) {
        of(torch, plan, plan.precision()).wayOf(height, width, images);
    }

    /**
     * Whether a processor that has instructions for 16 bits computes such a network rightly by them; without them, sums over
     * many images lose more than they keep.
     *
     * @param images that it is shown at once, or fewer
     */
    public static boolean fastInSixteenBits(NetworkPlan plan, int side, int images) {
        List<Convolution> tried = tried(List.of(plan), Precision.BFLOAT16, side, side, rounded(images));
        return Torch.fastInSixteenBits(Runtime.getRuntime().availableProcessors(), tried);
    }

    /**
     * All convolutions that tell whether a way is right for these networks; first those by which a machine is found out once
     * for all narrow networks.
     */
    static List<Convolution> tried(List<NetworkPlan> plans, Precision precision, int height, int width, int images) {
        Stream<Convolution> own = plans.stream().flatMap(plan -> of(plan, precision, height, width, images).stream());
        boolean narrow = plans.stream().anyMatch(plan -> plan.backbone().narrow());
        return Stream.concat(narrow ? TELLING.stream() : Stream.empty(), own)
                .distinct()
                .toList();
    }

    /** All convolutions of a network that differ, in the order of the forward pass. */
    static List<Convolution> of(NetworkPlan plan, Precision precision, int height, int width, int images) {
        return plan.backbone().convolutions(precision.torchType(), height, width, images);
    }
}
