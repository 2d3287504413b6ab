package io.streamclr.trainer.model;

import io.streamclr.schemas.identity.Seeds;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A network on paper: its tensors in order and its forward pass as TorchScript, the backbone's and the head's.
 *
 * <p>The same text trains and ships: a tensor is written as {@code p[7]} where tensors come as a list, and as
 * {@code self.bn1.weight} where the module holds them.
 */
public final class Architecture {

    /** How far {@code torch.nn.BatchNorm2d} moves its running statistics towards a batch's. */
    private static final double PYTORCH_MOMENTUM = 0.1;

    private final NetworkPlan plan;
    private final List<Slot> slots;

    private Architecture(NetworkPlan plan, List<Slot> slots) {
        this.plan = plan;
        this.slots = List.copyOf(slots);
    }

    /** The architecture of this plan. */
    public static Architecture of(NetworkPlan plan) {
        ForwardText walk = new ForwardText(plan.norm(), name -> name, Precision.FLOAT32);
        plan.backbone().writeFeatures(walk);
        HeadText.write(plan, walk);
        List<Slot> slots = new ArrayList<>(walk.slots());
        if (plan.whitened()) {
            long width = plan.features();
            slots.add(new Slot(Whitening.MEAN, new long[] {width}, Slot.Start.CONSTANT, 0, false));
            slots.add(new Slot(Whitening.WITHIN, new long[] {width, width}, Slot.Start.IDENTITY, 1, false));
        }
        return new Architecture(plan, slots);
    }

    public NetworkPlan plan() {
        return plan;
    }

    /**
     * All tensors, the encoder's first, in the order in which the forward pass meets them; last what training knows of the
     * features where they are whitened.
     */
    public List<Slot> slots() {
        return slots;
    }

    /** The tensors that others are given besides what whitens: the encoder's and the head's. */
    public List<Slot> shippedSlots() {
        return slots.stream().filter(slot -> !Whitening.has(slot.name())).toList();
    }

    /**
     * The methods {@code to_features(x, p, training, momentum)} from pixels to h and {@code project(h, p, training,
     * momentum)} from h to z, with all tensors in the list {@code p}.
     */
    String trainingMethods() {
        ForwardText walk = new ForwardText(plan.norm(), inList(), plan.precision());
        String encoder = encoder(walk);
        String head = head(walk);
        String arguments = ", p: List[Tensor], training: bool, momentum: float) -> Tensor:\n";
        return "  def to_features(self, y: Tensor" + arguments + encoder + "  def project(self, y: Tensor" + arguments
                + head + observing();
    }

    /** The method {@code observe(pair, p, m)}, which moves what is known of features, where somebody wants to know. */
    private String observing() {
        if (!plan.whitened()) {
            return "";
        }
        Names names = inList();
        return """
              def observe(self, pair: List[Tensor], p: List[Tensor], momentum: Tensor) -> Tensor:
                m = float(momentum)
                h = torch.cat(pair)  # (2R, F)
                n = torch.floordiv(len(h), 2)
                d = torch.sub(torch.narrow(h, 0, 0, n), torch.narrow(h, 0, n, n))  # (R, F)
                torch.add_(torch.mul_(MEAN, 1.0 - m), torch.mean(h, [0]), alpha=m)
                return torch.addmm_(WITHIN, torch.t(d), d, beta=1.0 - m, alpha=m / (2 * n))  # (F, F)
            """.replace("MEAN", names.tensor(Whitening.MEAN)).replace("WITHIN", names.tensor(Whitening.WITHIN));
    }

    /**
     * The method {@code maps(x, p)} from pixels to the maps of all stages with running statistics, with all tensors in the
     * list {@code p}.
     *
     * @param cells that a map is averaged over, each way
     * @throws io.streamclr.schemas.RefusalException if the backbone has no stages
     */
    String mapMethod(int cells) {
        ForwardText walk = new ForwardText(plan.norm(), inList(), Precision.FLOAT32);
        plan.backbone().writeMaps(walk, cells);
        return "  def maps(self, y: Tensor, p: List[Tensor]) -> Tensor:\n    training = False\n    momentum = 0.0\n"
                + walk.body();
    }

    /** @throws io.streamclr.schemas.RefusalException if the backbone has no stages, and so no maps of them */
    public void requireMaps() {
        mapMethod(1);
    }

    private String encoder(ForwardText walk) {
        plan.backbone().writeFeatures(walk);
        return walk.body();
    }

    private String head(ForwardText walk) {
        HeadText.write(plan, walk);
        return walk.body();
    }

    private Names inList() {
        Map<String, Integer> index = new LinkedHashMap<>();
        for (Slot slot : slots) {
            index.put(slot.name(), index.size());
        }
        return name -> "p[" + index.get(name) + "]";
    }

    /**
     * The methods {@code to_features(y)} from normalised pixels to h and {@code project(y)} from h to z, with the module's
     * tensors. After {@code eval()} they go by running statistics; after {@code train()} by the batch's own, and move the
     * running ones as PyTorch's {@code BatchNorm2d} does. No tensor of a network has a name that begins as theirs. Where the
     * plan says so, h is whitened, and {@code project} takes it back to what the head was trained on.
     */
    public String shippedMethods() {
        ForwardText walk = new ForwardText(plan.norm(), new ModuleNames(), Precision.FLOAT32);
        String encoder = encoder(walk);
        String head = head(walk);
        String begin = "(self, y: Tensor) -> Tensor:\n    momentum = " + PYTORCH_MOMENTUM + "\n";
        if (!plan.whitened()) {
            return "  def to_features" + begin + encoder + "  def project" + begin + head;
        }
        return "  def to_raw_features" + begin + encoder + "  def project_raw" + begin + head + Whitening.METHODS + """
              def to_features(self, y: Tensor) -> Tensor:
                return self.to_whitened(self.to_raw_features(y), self.whiten.weight, self.whiten.bias)  # (N, F)
              def project(self, y: Tensor) -> Tensor:
                return self.project_raw(self.to_raw(y, self.whiten.weight, self.whiten.bias))  # (N, D)
            """;
    }

    /**
     * The methods {@code bytes(x)}, from unsigned bytes (N, H, W, 3), and {@code pixels(x)}, from floats in [0, 1] of
     * shape (N, 3, H, W), to what the first convolution takes.
     */
    public String pixelMethods() {
        double[] mean = plan.pixels().mean();
        double[] deviation = plan.pixels().deviation();
        StringBuilder text = new StringBuilder("  def pixels(self, x: Tensor) -> Tensor:\n");
        String shape = "  # (N, 3, H, W)\n";
        text.append("    y = torch.contiguous(x, memory_format=torch.channels_last)" + shape);
        if (plan.pixels() != NetworkPlan.Normalisation.NONE) {
            text.append("    y = torch.sub(y, torch.reshape(torch.tensor(" + list(mean)
                    + ", device=x.device), [1, 3, 1, 1]))" + shape);
            text.append("    y = torch.div(y, torch.reshape(torch.tensor(" + list(deviation)
                    + ", device=x.device), [1, 3, 1, 1]))" + shape);
        }
        text.append("    return y\n");
        text.append("  def bytes(self, x: Tensor) -> Tensor:\n");
        text.append("    y = torch.div(torch.to(torch.permute(x, [0, 3, 1, 2]), torch.float32), 255.0)" + shape);
        text.append("    return self.pixels(y)" + shape);
        return text.toString();
    }

    private static String list(double[] values) {
        return "[" + values[0] + ", " + values[1] + ", " + values[2] + "]";
    }

    /**
     * The values before training, as each slot says: a ResNet's convolutions from He's normal distribution over the outputs,
     * as torchvision has them, the head's layers as its plan says. Each tensor has a seed of its own.
     *
     * @param seed of the run
     * @return by name, in the order of {@link #slots}
     */
    public Map<String, float[]> initialValues(long seed) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Slot slot : slots) {
            Random random = new Random(Seeds.of(seed, "weights", values.size()));
            float[] initial = new float[slot.size()];
            long diagonal = slot.shape()[0] + 1;
            for (int i = 0; i < initial.length; i++) {
                initial[i] = (float) (slot.constant()
                        * switch (slot.start()) {
                            case NORMAL -> random.nextGaussian();
                            case CONSTANT -> 1;
                            case IDENTITY -> i % diagonal == 0 ? 1 : 0;
                        });
            }
            values.put(slot.name(), initial);
        }
        return values;
    }

    /** Numbers that training changes, the head's among them; running statistics are not counted. */
    public long parameters() {
        return count(slots);
    }

    /** The encoder's share of {@link #parameters}: torchvision's count without its classifier. */
    public long encoderParameters() {
        return count(slots.stream().filter(Slot::ofEncoder).toList());
    }

    private static long count(List<Slot> counted) {
        return new ArrayList<>(counted)
                .stream().filter(Slot::trained).mapToLong(Slot::size).sum();
    }
}
