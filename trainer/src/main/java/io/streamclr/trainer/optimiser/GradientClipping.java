package io.streamclr.trainer.optimiser;

/**
 * Keeps one step from going too far: where the gradient of all tensors together is longer than this, each of its numbers
 * is scaled by the same factor, so that its direction stays (Pascanu et al. 2013, arXiv:1211.5063). As PyTorch's
 * {@code clip_grad_norm_}, but for lengths, which are added up in 64 bits, so that none overflows.
 *
 * @param norm the longest gradient, above 0; infinite for {@link #NONE}
 */
public record GradientClipping(double norm) {

    /** Leaves gradients as they are. */
    public static final GradientClipping NONE = new GradientClipping(Double.POSITIVE_INFINITY);

    public GradientClipping {
        if (!(norm > 0)) {
            throw new IllegalArgumentException("Gradients are clipped to a norm above 0, not " + norm
                    + "; leave clipping out to leave them as they are");
        }
    }

    /** Whether any gradient is too long. */
    public boolean clips() {
        return norm < Double.POSITIVE_INFINITY;
    }

    /** The method {@code clip(g)} in TorchScript, which scales in place. */
    String method() {
        return """
              def clip(self, gradients: List[Tensor]) -> Tensor:
                norm = torch.norm(torch.stack(torch._foreach_norm(gradients, 2, dtype=torch.float64)))  # ()
                factor = torch.clamp_max(torch.mul(torch.reciprocal(torch.add(norm, 1e-06)), MOST), 1.)  # ()
                torch._foreach_mul_(gradients, torch.to(factor, torch.float32))
                return norm  # (); nothing of it is used
            """.indent(0).replace("MOST", Double.toString(norm));
    }
}
