package io.streamclr.trainer.optimiser;

import java.util.Arrays;
import java.util.List;

/**
 * From gradients to new weights. Weight decay, and LARS's adaptation, are for weights of linear layers and convolutions, of
 * two and four dimensions. They leave out those of one, which are scales and shifts of normalisation and biases, and those
 * of three, which are the class token and positions of a ViT and the scales of a ConvNeXt's blocks.
 */
public sealed interface UpdateRule {

    /** Its name in files and on the command line. */
    String word();

    /** Multiplies the weights into the gradient, or into the step for AdamW; 0 or more. */
    double weightDecay();

    /** Names of the state that the rule keeps for each tensor, in order. */
    List<String> state();

    /** The method {@code update(w, g, state..., rate, count)} in TorchScript; {@code count} is 1 at the first update. */
    String method();

    /** About how much arithmetic a step of a tensor of this shape is, for comparing. */
    default double cost(long[] shape) {
        return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    /**
     * LARS as in the SimCLR reference ({@code tf2/lars_optimizer.py}): g += decay w; trust = eta |w| / |g|, 1 where
     * either is 0; v = momentum v + rate trust g; w -= v.
     */
    record Lars(double weightDecay, double momentum, double eta) implements UpdateRule {

        /** The trust coefficient of the SimCLR reference; that of ports is often another. */
        public static final double REFERENCE_ETA = 0.001;

        public Lars {
            requireDecay(weightDecay);
            requireFraction("momentum", momentum);
            if (!(eta > 0)) {
                throw new IllegalArgumentException("LARS needs a trust coefficient above 0, not " + eta);
            }
        }

        @Override
        public String word() {
            return "lars";
        }

        @Override
        public List<String> state() {
            return List.of("velocity");
        }

        @Override
        public String method() {
            return """
                  def update(self, p: List[Tensor], gradients: List[Tensor], v: List[Tensor], rate: Tensor, count: Tensor) -> List[Tensor]:
                    lr = float(rate)
                    for i in range(len(p)):
                      w = p[i]  # any shape; what is made of it has the same
                      g = gradients[i]  # as w
                      if torch.dim(w) == 2 or torch.dim(w) == 4:
                        g = torch.add(g, w, alpha=DECAY)  # as w
                        a = torch.norm(w)  # ()
                        b = torch.norm(g)  # ()
                        known = torch.logical_and(torch.gt(a, 0), torch.gt(b, 0))  # ()
                        g = torch.mul_(g, torch.where(known, torch.div(torch.mul(a, ETA), b), torch.ones_like(a)))  # as w
                      m = torch.add_(torch.mul_(v[i], MOMENTUM), g, alpha=lr)  # as w
                      w = torch.sub_(w, m)  # as it was
                    return [rate]  # (1); nothing of it is used
                """.indent(0)
                    .replace("DECAY", Double.toString(weightDecay))
                    .replace("MOMENTUM", Double.toString(momentum))
                    .replace("ETA", Double.toString(eta));
        }
    }

    /**
     * Stochastic gradient descent with momentum in PyTorch's form: v = momentum v + g; w -= rate v.
     *
     * @param nesterov whether it looks ahead: w -= rate (g + momentum v)
     */
    record Sgd(double weightDecay, double momentum, boolean nesterov) implements UpdateRule {

        public Sgd {
            requireDecay(weightDecay);
            requireFraction("momentum", momentum);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException(
                        "Nesterov's momentum looks ahead by a momentum above 0, and it is 0; 0.9 is usual");
            }
        }

        /** With classic momentum. */
        public Sgd(double weightDecay, double momentum) {
            this(weightDecay, momentum, false);
        }

        @Override
        public String word() {
            return "sgd";
        }

        @Override
        public List<String> state() {
            return List.of("velocity");
        }

        @Override
        public String method() {
            return """
                  def update(self, p: List[Tensor], gradients: List[Tensor], v: List[Tensor], rate: Tensor, count: Tensor) -> List[Tensor]:
                    lr = float(rate)
                    for i in range(len(p)):
                      w = p[i]  # any shape; what is made of it has the same
                      g = gradients[i]  # as w
                      if torch.dim(w) == 2 or torch.dim(w) == 4:
                        g = torch.add(g, w, alpha=DECAY)  # as w
                      m = torch.add_(torch.mul_(v[i], MOMENTUM), g)  # as w
                      w = torch.sub_(w, STEP, alpha=lr)  # as it was
                    return [rate]  # (1); nothing of it is used
                """.indent(0)
                    .replace("STEP", nesterov ? "torch.add(g, m, alpha=MOMENTUM)" : "m")
                    .replace("DECAY", Double.toString(weightDecay))
                    .replace("MOMENTUM", Double.toString(momentum));
        }
    }

    /** AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101), decay multiplied by the rate as PyTorch has it. */
    record AdamW(double weightDecay, double beta1, double beta2, double epsilon) implements UpdateRule {

        public AdamW {
            requireDecay(weightDecay);
            requireFraction("beta1", beta1);
            requireFraction("beta2", beta2);
        }

        @Override
        public String word() {
            return "adamw";
        }

        @Override
        public List<String> state() {
            return List.of("mean", "square");
        }

        @Override
        public String method() {
            return """
                  def update(self, p: List[Tensor], gradients: List[Tensor], mean: List[Tensor], square: List[Tensor], rate: Tensor, count: Tensor) -> List[Tensor]:
                    lr = float(rate)
                    t = float(count)
                    near = 1. - BETA1 ** t
                    far = (1. - BETA2 ** t) ** 0.5
                    for i in range(len(p)):
                      w = p[i]  # any shape; what is made of it has the same
                      g = gradients[i]  # as w
                      m = torch.add_(torch.mul_(mean[i], BETA1), g, alpha=1. - BETA1)  # as w
                      if torch.dim(w) == 2 or torch.dim(w) == 4:
                        w = torch.mul_(w, 1. - lr * DECAY)  # as it was
                      w = self.adam(w, m, square[i], g, lr / near, far)  # as it was
                    return [rate]  # (1); nothing of it is used
                """.indent(0)
                            .replace("DECAY", Double.toString(weightDecay))
                            .replace("BETA1", Double.toString(beta1))
                            .replace("BETA2", Double.toString(beta2))
                    + adam(beta2, epsilon);
        }

        /** The method that moves one tensor: the mean of its gradients by the root of the mean of their squares. */
        private static String adam(double beta2, double epsilon) {
            return """
                  def adam(self, w: Tensor, m: Tensor, square: Tensor, g: Tensor, step: float, far: float) -> Tensor:
                    s = torch.addcmul_(torch.mul_(square, BETA2), g, g, value=1. - BETA2)  # as w
                    return torch.addcdiv_(w, m, torch.add_(torch.div_(torch.sqrt(s), far), EPSILON), value=-step)  # as w
                """.indent(0).replace("BETA2", Double.toString(beta2)).replace("EPSILON", Double.toString(epsilon));
        }
    }

    /**
     * Muon (Jordan et al. 2024), for the weights of linear layers and convolutions: the mean of gradients, looked ahead by
     * one (Nesterov), as a matrix of one row for each output, made nearly orthogonal by five Newton-Schulz iterations on
     * its Gram matrix, so that every direction moves alike, times the root of outputs / inputs where there are more
     * outputs. All other tensors take {@link AdamW}'s step, without decay and at 0.15 of the rate.
     *
     * @param momentum of all tensors
     * @param beta2 of those that take AdamW's step
     * @param epsilon of those that take AdamW's step
     */
    record Muon(double weightDecay, double momentum, double beta2, double epsilon) implements UpdateRule {

        /** The share of the rate of what is no matrix. */
        static final double REST = 0.15;

        public Muon {
            requireDecay(weightDecay);
            requireFraction("momentum", momentum);
            requireFraction("beta2", beta2);
        }

        @Override
        public String word() {
            return "muon";
        }

        /** Products of the matrix with itself and with polynomials of its Gram matrix. */
        @Override
        public double cost(long[] shape) {
            double numbers = UpdateRule.super.cost(shape);
            double shorter = Math.min(shape[0], numbers / shape[0]);
            boolean matrix = shape.length == 2 || shape.length == 4;
            return numbers + (matrix ? 2 * shorter * numbers + 17 * Math.pow(shorter, 3) : 0);
        }

        /** As AdamW's; the squares of matrices stay 0. */
        @Override
        public List<String> state() {
            return List.of("mean", "square");
        }

        @Override
        public String method() {
            return """
                  def orthogonal(self, g: Tensor) -> Tensor:
                    x = torch.div(g, torch.add(torch.norm(g), 1e-7))  # (a, b); its largest singular value is 1 or less
                    tall = x.shape[0] > x.shape[1]
                    if tall:
                      x = torch.t(x)  # (b, a)
                    s = torch.mm(x, torch.t(x))  # (a, a), or (b, b); all below are polynomials of it
                    one = torch.eye(s.shape[0], dtype=None, layout=None, device=g.device)  # as s
                    q = one  # as s
                    for i in range(5):
                      m = torch.addmm(torch.mul(s, -4.7750), s, s, alpha=2.0315)  # as s
                      m = torch.add(m, one, alpha=3.4445)  # as s
                      if i == 0:
                        q = m  # as s
                      else:
                        q = torch.mm(m, q)  # as s
                      if i < 4:
                        s = torch.mm(torch.mm(m, s), m)  # of q x, as s was of x
                    x = torch.mm(q, x)  # as it was
                    if tall:
                      x = torch.t(x)  # (a, b)
                    return x
                  def update(self, p: List[Tensor], gradients: List[Tensor], mean: List[Tensor], square: List[Tensor], rate: Tensor, count: Tensor) -> List[Tensor]:
                    lr = float(rate)
                    t = float(count)
                    near = 1. - MOMENTUM ** t
                    far = (1. - BETA2 ** t) ** 0.5
                    for i in range(len(p)):
                      w = p[i]  # any shape; what is made of it has the same
                      g = gradients[i]  # as w
                      m = torch.add_(torch.mul_(mean[i], MOMENTUM), g, alpha=1. - MOMENTUM)  # as w
                      if torch.dim(w) == 2 or torch.dim(w) == 4:
                        ahead = torch.add_(torch.mul_(g, 1. - MOMENTUM), m, alpha=MOMENTUM)  # as w
                        rows = torch.reshape(ahead, [w.shape[0], -1])  # (outputs, inputs of one)
                        length = max(1., float(rows.shape[0]) / float(rows.shape[1])) ** 0.5
                        step = torch.reshape(self.orthogonal(rows), w.shape)  # as w
                        w = torch.mul_(w, 1. - lr * DECAY)  # as it was
                        w = torch.add_(w, step, alpha=-lr * length)  # as it was
                      else:
                        w = self.adam(w, m, square[i], g, lr * REST / near, far)  # as it was
                    return [rate]  # (1); nothing of it is used
                """.indent(0)
                            .replace("DECAY", Double.toString(weightDecay))
                            .replace("MOMENTUM", Double.toString(momentum))
                            .replace("BETA2", Double.toString(beta2))
                            .replace("REST", Double.toString(REST))
                    + AdamW.adam(beta2, epsilon);
        }
    }

    private static void requireDecay(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("The weight decay is " + decay + ", allowed are 0 to below 1");
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "The optimiser's " + name + " is " + value + ", allowed are 0 to below 1");
        }
    }
}
