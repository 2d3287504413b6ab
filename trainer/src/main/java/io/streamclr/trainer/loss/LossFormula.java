package io.streamclr.trainer.loss;

import io.streamclr.trainer.form.Word;

/**
 * What a view's loss is made of. With s_ij = u_i . u_j / tau for normalised embeddings u, s_i = s_ip(i) the similarity to
 * the other view of i's image, and N_i the n_i negatives of view i, every formula here is a function of
 *
 * <pre>
 * x_i = log n_i + log sum_j exp((1 + beta) s_ij) - log sum_j exp(beta s_ij) - s_i      (j over N_i)
 * </pre>
 *
 * which for beta = 0 is the log of the negatives' sum over the positive.
 */
public sealed interface LossFormula {

    /** Its name in files and on the command line. */
    String word();

    /** Weighs negatives by exp(beta s_ij); 0 weighs them alike. */
    default double beta() {
        return 0;
    }

    /**
     * The method {@code rows(x, positive, count)} in TorchScript, with x_i, s_i and n_i in 64 bits, (2N): the losses,
     * their derivatives by x_i as far as it depends on the negatives, and the negative of those by s_i.
     */
    String rows();

    /**
     * Lines of TorchScript that leave more pairs out: {@code out}, true where a pair is left out, may be changed, with
     * {@code cosine} of this tile's rows and {@code spare} to write to at hand, all (rows, 2N), and the embeddings {@code
     * u} and {@code partner}.
     */
    default String leaveOut() {
        return "";
    }

    /** NT-Xent (Chen et al. 2020, arXiv:2002.05709, equation 1): log(1 + exp x). */
    record NtXent() implements LossFormula {

        @Override
        public String word() {
            return "nt-xent";
        }

        @Override
        public String rows() {
            return crossEntropy();
        }
    }

    /**
     * Decoupled contrastive loss (Yeh et al. 2021, arXiv:2110.06848, equation 6): x itself, so that an easy positive does
     * not weaken the pull of the negatives, which matters in small batches.
     */
    record Decoupled() implements LossFormula {

        @Override
        public String word() {
            return "dcl";
        }

        @Override
        public String rows() {
            return """
                  def rows(self, x: Tensor, positive: Tensor, count: Tensor) -> List[Tensor]:
                    return [x, torch.ones_like(x), torch.ones_like(x)]  # three of (2N)
                """;
        }
    }

    /**
     * Debiased contrastive loss (Chuang et al. 2020, arXiv:2007.00224, equation 8): takes the share of negatives that show
     * the anchor's own class out of their sum, which never falls below n exp(-1 / tau).
     *
     * @param tauPlus how likely two images are of one class, in [0, 1); 0.1 for ten classes alike
     */
    record Debiased(double tauPlus) implements LossFormula {

        public Debiased {
            requireTauPlus(tauPlus);
        }

        @Override
        public String word() {
            return "debiased";
        }

        @Override
        public String rows() {
            return debiased(tauPlus);
        }
    }

    /**
     * Hard negatives (Robinson et al. 2021, arXiv:2010.04592, equation 4): the debiased loss with negatives weighed by
     * exp(beta s), nearest ones most.
     *
     * @param tauPlus as in {@link Debiased}
     * @param beta how much more near negatives weigh, 0 or more; 0 is the debiased loss
     */
    record HardNegative(double tauPlus, double beta) implements LossFormula {

        public HardNegative {
            requireTauPlus(tauPlus);
            if (!(beta >= 0 && beta <= 100)) {
                throw new IllegalArgumentException(
                        "The hard-negative loss has a beta of 0 to 100, not " + beta + "; 0.5 to 2 is usual");
            }
        }

        @Override
        public String word() {
            return "hard-negative";
        }

        @Override
        public String rows() {
            return debiased(tauPlus);
        }
    }

    /**
     * False-negative elimination (Huynh et al. 2022, arXiv:2011.11765): NT-Xent without the negatives that look most like
     * the anchor's image, which are likely to show the same thing.
     *
     * @param most how many negatives of an anchor are left out at most, 1 or more
     * @param above only those whose score is above this cosine; -1 for all
     * @param support how a negative's similarities to the image's two views become its score
     */
    record FalseNegativeElimination(int most, double above, Support support) implements LossFormula {

        /** Of the two similarities, the larger, or the mean. */
        public enum Support implements Word {
            MAX("max"),
            MEAN("mean");

            private final String word;

            Support(String word) {
                this.word = word;
            }

            @Override
            public String word() {
                return word;
            }

            /** As the command line has it. */
            @Override
            public String toString() {
                return word;
            }
        }

        public FalseNegativeElimination {
            if (most < 1) {
                throw new IllegalArgumentException(
                        "False-negative elimination leaves out 1 negative of an anchor or more, not " + most);
            }
            if (!(above >= -1 && above < 1)) {
                throw new IllegalArgumentException(
                        "False-negative elimination needs a cosine of -1 to below 1, not " + above + "; 0.7 is usual");
            }
        }

        @Override
        public String word() {
            return "fn-elimination";
        }

        @Override
        public String rows() {
            return crossEntropy();
        }

        /** What is out already has a score below every cosine, and stays out. */
        @Override
        public String leaveOut() {
            String score = support == Support.MAX
                    ? "torch.maximum(cosine, spare, out=spare)"
                    : "torch.mul_(torch.add_(spare, cosine), 0.5)";
            return """
                    spare = torch.matmul(torch.narrow(partner, 0, start, rows), torch.t(u), out=spare)  # (T, 2N) from (T, D) and (2N, D)
                    score = torch.masked_fill_(SCORE, out, -2.)  # (T, 2N)
                    nearest, where = torch.topk(score, min(MOST, len(u)))  # (T, k), (T, k)
                    leave = torch.logical_or(torch.gt(nearest, ABOVE), torch.lt(nearest, -1.5))  # (T, k)
                    out = torch.scatter_(out, 1, where, leave)  # (T, 2N)
                """.replace("SCORE", score)
                    .replace("MOST", Integer.toString(most))
                    .replace("ABOVE", Double.toString(above));
        }
    }

    private static String crossEntropy() {
        return """
              def rows(self, x: Tensor, positive: Tensor, count: Tensor) -> List[Tensor]:
                q = torch.sigmoid(x)  # (2N)
                return [torch.logaddexp(x, torch.zeros_like(x)), q, q]  # three of (2N)
            """;
    }

    private static String debiased(double tauPlus) {
        return """
              def rows(self, x: Tensor, positive: Tensor, count: Tensor) -> List[Tensor]:
                left = torch.clamp_min(1. - TAU_PLUS * count * torch.exp(torch.neg(x)), 1e-300)  # (2N)
                a = x + torch.log(left) - LOG_REST  # (2N)
                least = torch.log(count) - INVERSE_TEMPERATURE - positive  # (2N)
                free = torch.gt(a, least)  # (2N)
                a = torch.maximum(a, least)  # (2N)
                q = torch.sigmoid(a)  # (2N)
                pull = q / left  # (2N)
                return [torch.logaddexp(a, torch.zeros_like(a)), torch.where(free, pull, torch.zeros_like(q)), torch.where(free, pull, q)]  # three of (2N)
            """.replace("TAU_PLUS", Double.toString(tauPlus)).replace("LOG_REST", "(" + Math.log1p(-tauPlus) + ")");
    }

    private static void requireTauPlus(double tauPlus) {
        if (!(tauPlus >= 0 && tauPlus < 1)) {
            throw new IllegalArgumentException("The chance tau-plus that two images are of one class is " + tauPlus
                    + ", but it must be 0 to below 1; 0.1 suits ten classes");
        }
    }
}
