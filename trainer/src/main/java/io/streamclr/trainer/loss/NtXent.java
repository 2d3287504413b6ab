package io.streamclr.trainer.loss;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;

/**
 * NT-Xent (Chen et al. 2020, arXiv:2002.05709, equation 1) in tiles: no matrix of 2N x 2N is ever held. With u the
 * normalised embeddings, s_ij = u_i . u_j / tau, p(i) the other view of i's image, and the sums over every j that shows
 * another image,
 *
 * <pre>
 * e_i    = log sum_j exp(s_ij)
 * loss_i = log(1 + exp(e_i - s_ip(i)))
 * P_ij   = exp(s_ij - s_ip(i) - loss_i),   q_i = sum_j P_ij = 1 - exp(-loss_i)
 * dL/du_i = [sum_j (P_ij + P_ji) u_j - (q_i + q_p(i)) u_p(i)] / (2N tau)
 * </pre>
 *
 * Views of the same image are left out of the sums rather than subtracted later, and the positive's weight is computed
 * as the small number q instead of 1 - P, so that a loss of nearly 0 keeps its precision in 32 bits.
 */
public final class NtXent implements ContrastiveLoss {

    /** Elements of one tile of similarities; a few such tiles of 32-bit floats are alive at a time. */
    static final int TILE_ELEMENTS = 1 << 23;

    private static final String METHODS = """
              def others(self, u: Tensor, ids: Tensor, start: int, rows: int, tau: float) -> Tensor:
                tile = torch.narrow(u, 0, start, rows)
                s = torch.div_(torch.matmul(tile, torch.t(u)), tau)
                same = torch.eq(torch.unsqueeze(torch.narrow(ids, 0, start, rows), 1), torch.unsqueeze(ids, 0))
                return torch.masked_fill_(s, same, -inf)
              def evaluate(self, z: Tensor, image: Tensor, temperature: Tensor, tile: Tensor) -> List[Tensor]:
                tau = float(temperature)
                step = int(tile)
                n = len(z)
                norm = torch.clamp_min(torch.norm(z, 2, [1], True), 1e-12)
                u = torch.div(z, norm)
                ids = torch.cat([image, image])
                partner = torch.roll(u, [n // 2], [0])
                positive = torch.div(torch.sum(torch.mul(u, partner), [1]), tau)
                e = annotate(List[Tensor], [])
                for start in range(0, n, step):
                  e.append(torch.logsumexp(self.others(u, ids, start, min(step, n - start), tau), [1]))
                margin = torch.sub(torch.cat(e), positive)
                loss = torch.softplus(margin)
                q = torch.sigmoid(margin)
                floor = torch.add(positive, loss)
                g = annotate(List[Tensor], [])
                for start in range(0, n, step):
                  rows = min(step, n - start)
                  s = self.others(u, ids, start, rows, tau)
                  p = torch.exp(torch.sub(s, torch.unsqueeze(torch.narrow(floor, 0, start, rows), 1)))
                  p = torch.add_(p, torch.exp_(torch.sub_(s, torch.unsqueeze(floor, 0))))
                  g.append(torch.matmul(p, u))
                pair = torch.add(q, torch.roll(q, [n // 2], [0]))
                d = torch.sub(torch.cat(g), torch.mul(torch.unsqueeze(pair, 1), partner))
                d = torch.div(d, float(n) * tau)
                d = torch.div(torch.sub(d, torch.mul(u, torch.sum(torch.mul(u, d), [1], True))), norm)
                return [torch.mean(loss, dtype=7), d]
            """;

    private final Script script;
    private final double temperature;

    /** @param temperature tau; 0.1 on ImageNet, 0.5 for long runs on small images */
    public NtXent(Torch torch, double temperature) {
        if (!(temperature > 0 && temperature <= 100)) {
            throw new IllegalArgumentException("The temperature is " + temperature
                    + ", but NT-Xent needs one above 0 and up to 100; 0.1 is usual");
        }
        this.script = torch.compile(METHODS);
        this.temperature = temperature;
    }

    @Override
    public Evaluation evaluate(Scope scope, Tensor embeddings, int[] images) {
        long views = embeddings.shape()[0];
        return evaluate(scope, embeddings, images, (int) Math.max(1, TILE_ELEMENTS / views));
    }

    /** @param tileRows rows of similarities held at once, 1 or more */
    Evaluation evaluate(Scope scope, Tensor embeddings, int[] images, int tileRows) {
        long views = embeddings.shape()[0];
        if (views < 4 || views != 2L * images.length) {
            throw new IllegalArgumentException(
                    "A contrastive batch has 2 pairs or more and one image number a pair, not " + views + " views and "
                            + images.length + " numbers");
        }
        List<Tensor> results = script.call(
                scope,
                "evaluate",
                embeddings,
                scope.longs(images, images.length),
                scope.doubles(new double[] {temperature}),
                scope.longs(new int[] {tileRows}, 1));
        return new Evaluation(results.get(0).number(), results.get(1));
    }

    @Override
    public void close() {
        script.close();
    }
}
