package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network with its weights in native memory. Each forward pass and each backward pass is one native call. */
public final class Network implements AutoCloseable {

    private static final String BACKWARD = """
              def backward(self, z: Tensor, p: List[Tensor], seed: Tensor) -> List[Tensor]:
                return self.gradients(z, p, seed, False)  # one of each tensor's shape
            """;

    /**
     * Small numbers vanish in 16 bits, so the gradient goes back multiplied: at first until its largest element is 1024,
     * and by less and less while something overflows. The factor is a power of two found anew each time, so it costs
     * no digits and needs no state.
     */
    private static final String BACKWARD_SCALED = """
              def backward(self, z: Tensor, p: List[Tensor], seed: Tensor) -> List[Tensor]:
                power = torch.sub(10., torch.ceil(torch.log2(torch.clamp_min(torch.max(torch.abs(seed)), 1e-30))))  # ()
                found = self.scaled(z, p, seed, power)  # one of each tensor's shape
                tries = 1
                while tries < 8 and not bool(torch.isfinite(torch.sum(torch.stack(torch._foreach_norm(found))))):
                  power = torch.sub(power, 4.)  # ()
                  found = self.scaled(z, p, seed, power)  # one of each tensor's shape
                  tries += 1
                return found
              def scaled(self, z: Tensor, p: List[Tensor], seed: Tensor, power: Tensor) -> List[Tensor]:
                scale = torch.exp2(power)  # ()
                found = self.gradients(z, p, torch.mul(seed, scale), True)  # one of each tensor's shape
                torch._foreach_div_(found, scale)
                return found
            """;

    /**
     * What it makes of views.
     *
     * @param embeddings z, (N, D), any scale
     * @param features h, (N, F), without what the way back needs
     */
    public record Forward(Tensor embeddings, Tensor features) {

        private Forward(List<Tensor> both) {
            this(both.get(0), both.get(1));
        }
    }

    private final Architecture architecture;
    private final Scope weights;
    private final Script script;
    private final Convolutions convolutions;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> trained = new ArrayList<>();
    private final List<Tensor> statistics = new ArrayList<>();
    private Optional<FoundWhitening> whitening = Optional.empty();

    /** The map of some moments, in native memory. @param moments as they were */
    private record FoundWhitening(List<float[]> moments, Scope scope, Tensor weight, Tensor bias) {

        boolean isOf(List<float[]> others) {
            return Arrays.equals(moments.get(0), others.get(0)) && Arrays.equals(moments.get(1), others.get(1));
        }
    }

    private Network(Torch torch, Architecture architecture, Script script, Map<String, float[]> values) {
        this.architecture = architecture;
        this.weights = torch.scope();
        this.script = script;
        this.convolutions =
                Convolutions.of(torch, architecture.plan(), architecture.plan().precision());
        for (Slot slot : architecture.slots()) {
            Tensor tensor = weights.floats(values.get(slot.name()), slot.shape());
            tensors.add(tensor);
            if (slot.trained()) {
                trained.add(tensor.asParameter());
            } else if (slot.isStatistic()) {
                statistics.add(tensor);
            }
        }
    }

    /**
     * A network with these values.
     *
     * @param values of every slot of the architecture, by name; copied
     * @throws IllegalArgumentException if a value is missing or has another size
     */
    public static Network of(Torch torch, Architecture architecture, Map<String, float[]> values) {
        for (Slot slot : architecture.slots()) {
            float[] value = values.get(slot.name());
            if (value == null || value.length != slot.size()) {
                throw new IllegalArgumentException("The tensor " + slot.name() + " needs " + slot.size()
                        + " values and has " + (value == null ? "none" : value.length));
            }
        }
        String methods = architecture.pixelMethods()
                + architecture.trainingMethods()
                + Whitening.METHODS
                + """
                  def embed(self, x: Tensor, p: List[Tensor], momentum: Tensor) -> List[Tensor]:
                    m = float(momentum)
                    h = self.to_features(self.bytes(x), p, True, m)  # (N, F) from (N, H, W, 3)
                    return [self.project(h, p, True, m), torch.detach(h)]  # (N, D), (N, F)
                  def encode(self, x: Tensor, p: List[Tensor]) -> Tensor:
                    return self.to_features(self.bytes(x), p, False, 0.0)  # (N, F) from (N, H, W, 3)
                  def become(self, p: List[Tensor], q: List[Tensor]) -> Tensor:
                    torch._foreach_copy_(p, q)
                    return p[0]  # as p[0]; nothing of it is used
                  def project_alone(self, y: Tensor, p: List[Tensor]) -> Tensor:
                    return self.project(y, p, False, 0.0)  # (N, D) from (N, F)
                  def gradients(self, z: Tensor, p: List[Tensor], seed: Tensor, keep: bool) -> List[Tensor]:
                    found = annotate(List[Tensor], [])
                    for g in torch.grad([z], p, annotate(List[Optional[Tensor]], [seed]), keep):
                      found.append(unchecked_cast(Tensor, g))  # as its tensor of p
                    return found
                """.indent(0)
                + (architecture.plan().precision() == Precision.FLOAT16 ? BACKWARD_SCALED : BACKWARD);
        return new Network(torch, architecture, torch.compile(methods), values);
    }

    public Architecture architecture() {
        return architecture;
    }

    /** The tensors that training changes, in the order of the architecture. */
    public List<Tensor> trained() {
        return List.copyOf(trained);
    }

    /** The running statistics of layers, in the order of the architecture; none with group normalisation. */
    public List<Tensor> statistics() {
        return List.copyOf(statistics);
    }

    /**
     * What it knows of its features where they are whitened: their mean, and their covariance within the views of an image;
     * else none.
     */
    public List<Tensor> moments() {
        return architecture.plan().whitened() ? tensors.subList(tensors.size() - 2, tensors.size()) : List.of();
    }

    /**
     * Moves the {@link #moments} towards those of some views.
     *
     * @param pair the features h of first views of images, and of second views of the same images in their order, or both
     *     one after the other in one tensor
     */
    public void observe(Scope scope, List<Tensor> pair) {
        script.one(scope, "observe", pair, tensors, scope.hostDoubles(Whitening.MOMENTUM));
    }

    /**
     * Embeddings with the batch's own statistics, remembering what {@link #backward} needs.
     *
     * @param images (N, H, W, 3), unsigned bytes
     * @param momentum of running statistics, in [0, 1]; 0 leaves them as they are
     * @return z, (N, D), any scale
     */
    public Tensor forwardWithGraph(Scope scope, Tensor images, double momentum) {
        return forwardAllWithGraph(scope, images, momentum).embeddings();
    }

    /** As the other, with the features that embeddings were made from. */
    public Forward forwardAllWithGraph(Scope scope, Tensor images, double momentum) {
        return new Forward(convolutions.record(
                images, () -> script.recording(scope, "embed", images, tensors, scope.hostDoubles(momentum))));
    }

    /** Embeddings as {@link #forwardWithGraph} makes them, without remembering anything. */
    public Tensor embed(Scope scope, Tensor images, double momentum) {
        return forwardAll(scope, images, momentum).embeddings();
    }

    /** As the other, with the features that embeddings were made from. */
    public Forward forwardAll(Scope scope, Tensor images, double momentum) {
        return new Forward(convolutions.compute(
                images, () -> script.call(scope, "embed", images, tensors, scope.hostDoubles(momentum))));
    }

    /**
     * Gradients of the trained tensors, one for each of {@link #trained}.
     *
     * @param embeddings from {@link #forwardWithGraph}, whose memory of the forward pass is used up
     * @param gradient of the loss with respect to them, (N, D)
     */
    public List<Tensor> backward(Scope scope, Tensor embeddings, Tensor gradient) {
        return convolutions.backward(() -> script.call(scope, "backward", embeddings, trained, gradient));
    }

    /**
     * Features with the running statistics, as the shipped encoder gives them.
     *
     * @param images (N, H, W, 3), unsigned bytes
     * @return h, (N, F)
     */
    public Tensor encode(Scope scope, Tensor images) {
        Tensor features = encodeRaw(scope, images);
        return architecture.plan().whitened() ? mapped(scope, "to_whitened", features) : features;
    }

    /** As {@link #encode}, before features are whitened, as the head takes them. */
    public Tensor encodeRaw(Scope scope, Tensor images) {
        return convolutions.compute(images, () -> script.one(scope, "encode", images, tensors));
    }

    /** By what training knows of features now. @param method that takes features and the map */
    private Tensor mapped(Scope scope, String method, Tensor features) {
        List<float[]> now = moments().stream().map(Tensor::floats).toList();
        if (whitening.filter(known -> known.isOf(now)).isEmpty()) {
            Whitening map = Whitening.of(now.get(0), now.get(1));
            long width = map.bias().length;
            whitening.ifPresent(known -> known.scope().close());
            Scope own = weights.inner();
            whitening = Optional.of(new FoundWhitening(
                    now, own, own.floats(map.weight(), width, width), own.floats(map.bias(), width)));
        }
        return script.one(
                scope,
                method,
                features,
                whitening.get().weight(),
                whitening.get().bias());
    }

    /** The way in which its gradients are computed, by name; empty before the first, and on a graphics card. */
    public Optional<String> wayOfConvolutions() {
        return convolutions.way();
    }

    /**
     * Embeddings with the running statistics, as the shipped encoder gives them.
     *
     * @param features h, (N, F)
     * @return z, (N, D), any scale
     */
    public Tensor project(Scope scope, Tensor features) {
        Tensor raw = architecture.plan().whitened() ? mapped(scope, "to_raw", features) : features;
        return script.one(scope, "project_alone", raw, tensors);
    }

    /** Takes the values of another network of this architecture, on the same engine. */
    public void become(Network other) {
        if (!architecture.plan().equals(other.architecture.plan())) {
            throw new IllegalArgumentException("Networks of different architectures have no values in common");
        }
        try (Scope scope = weights.inner()) {
            script.one(scope, "become", tensors, other.tensors);
        }
    }

    /** A copy of all values, by name, in the order of the architecture. */
    public Map<String, float[]> values() {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            values.put(architecture.slots().get(i).name(), tensors.get(i).floats());
        }
        return values;
    }

    @Override
    public void close() {
        whitening.ifPresent(known -> known.scope().close());
        weights.close();
        script.close();
    }
}
