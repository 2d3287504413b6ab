package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.Map;

/**
 * An encoder whose four stages all answer, with where in the image they found what: each stage's map is averaged over a
 * grid of cells, of as many cells as it has pixels where these are fewer, and the averages are concatenated.
 * So Goyal et al. 2019 (arXiv:1905.01235) look at layers by linear classifiers; the features h, averages over
 * whole maps, keep no places.
 */
public final class FeatureMaps implements AutoCloseable {

    private final Scope weights;
    private final Script script;
    private final Convolutions convolutions;
    private final List<Tensor> tensors;

    private FeatureMaps(Scope weights, Script script, Convolutions convolutions, List<Tensor> tensors) {
        this.weights = weights;
        this.script = script;
        this.convolutions = convolutions;
        this.tensors = tensors;
    }

    /**
     * The maps of a network with these values.
     *
     * @param values of every slot of the architecture, by name; copied
     * @param cells that a map is averaged over, each way, 1 or more
     * @throws io.streamclr.schemas.RefusalException if the backbone has no stages
     */
    public static FeatureMaps of(Torch torch, Architecture architecture, Map<String, float[]> values, int cells) {
        String maps = architecture.mapMethod(cells);
        Scope weights = torch.scope();
        List<Tensor> tensors = architecture.slots().stream()
                .map(slot -> weights.floats(values.get(slot.name()), slot.shape()))
                .toList();
        Script script = torch.compile(architecture.pixelMethods() + maps + """
                  def encode(self, x: Tensor, p: List[Tensor]) -> Tensor:
                    return self.maps(self.bytes(x), p)  # (N, M) from (N, H, W, 3)
                """.indent(0));
        return new FeatureMaps(
                weights, script, Convolutions.of(torch, architecture.plan(), Precision.FLOAT32), tensors);
    }

    /**
     * The maps of images, with running statistics.
     *
     * @param images (N, H, W, 3), unsigned bytes
     * @return (N, M); M is the sum over the stages of their channels times their cells
     */
    public Tensor encode(Scope scope, Tensor images) {
        return convolutions.compute(images, () -> script.one(scope, "encode", images, tensors));
    }

    @Override
    public void close() {
        weights.close();
        script.close();
    }
}
