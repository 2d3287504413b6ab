package io.streamclr.trainer.loss;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;

/**
 * A {@link LossFormula} over a batch, a tile of similarities at a time: no matrix of 2N x 2N is ever held. In the
 * formula's words, with q_i its derivative by x_i through the negatives, v_i minus that by s_i, and P_ij, R_ij the
 * softmax of (1 + beta) s_ij and of beta s_ij over i's negatives,
 *
 * <pre>
 * W_ij    = q_i [(1 + beta) P_ij - beta R_ij]
 * dL/du_i = [sum_j (W_ij + W_ji) u_j - (v_i + v_p(i)) u_p(i)] / (2N tau)
 * </pre>
 *
 * A first walk over the tiles finds the sums of each row, a second one the gradient. What does not count is left out of
 * the sums rather than subtracted later, and the positive's weight is the small number v instead of 1 minus a large one,
 * so that a loss of nearly 0 keeps its precision in 32 bits. Rows are added up in 64 bits. A view without negatives has
 * the loss 0.
 */
public final class TiledLoss implements ContrastiveLoss {

    /** Elements of one tile of similarities; a few such tiles of 32-bit floats are alive at a time. */
    static final int TILE_ELEMENTS = 1 << 23;

    /**
     * A tile has a room that every tile of the batch is written into: similarities, a second one of that size for who
     * needs it, and two of truth values. Memory of one tile asked for and given back a thousand times would remain as
     * fragments in the C library's heap.
     *
     * <p>2N are the views, D the dimensions of an embedding, T the rows of the tile.
     */
    private static final String METHODS = """
              def negatives(self, u: Tensor, partner: Tensor, ids: Tensor, signs: Tensor, start: int, room: List[Tensor]) -> List[Tensor]:
                rows = min(len(room[0]), len(u) - start)
                cosine = torch.narrow(room[0], 0, 0, rows)  # (T, 2N)
                spare = torch.narrow(room[1], 0, 0, rows)  # (T, 2N)
                out = torch.narrow(room[2], 0, 0, rows)  # (T, 2N)
                cosine = torch.matmul(torch.narrow(u, 0, start, rows), torch.t(u), out=cosine)  # (T, 2N) from (T, D) and (2N, D)
                out = torch.eq(torch.unsqueeze(torch.narrow(ids, 0, start, rows), 1), torch.unsqueeze(ids, 0), out=out)  # (T, 2N) from (T, 1) and (1, 2N)
            LEAVE_OUT
                return [torch.masked_fill_(torch.mul_(cosine, INVERSE_TEMPERATURE), out, -inf), spare, out]  # three of (T, 2N)
              def total(self, s: Tensor, factor: float, into: Tensor) -> Tensor:
                most = torch.amax(s, [1], True)  # (T, 1)
                most = torch.masked_fill(most, torch.eq(most, -inf), 0.)  # (T, 1)
                e = torch.exp_(torch.mul_(torch.sub(s, most, out=into), factor))  # (T, 2N)
                return torch.log(torch.sum(e, [1])) + torch.squeeze(most, 1) * factor  # (T)
              def weights(self, s: Tensor, factor: float, log: Tensor, start: int, into: Tensor) -> Tensor:
                row = torch.type_as(torch.narrow(log, 0, start, len(s)), s)  # (T) from (2N)
                return torch.exp_(torch.add_(torch.mul(s, factor, out=into), torch.unsqueeze(row, 1)))  # (T, 2N)
              def evaluate(self, z: Tensor, image: Tensor, picture: Tensor, tile: Tensor) -> List[Tensor]:
                n = len(z)
                step = min(int(tile), n)
                norm = torch.clamp_min(torch.norm(z, 2, [1], True), 1e-12)  # (2N, 1)
                u = torch.div(z, norm)  # (2N, D)
                ids = torch.cat([image, image])  # (2N)
                signs = torch.type_as(torch.cat([picture, picture]), u)  # (2N, 64); (2, 1) where pictures are not compared
                partner = torch.roll(u, [n // 2], [0])  # (2N, D)
                floats = [torch.new_empty(u, [step, n]), torch.new_empty(u, [step, n])]  # two of (T, 2N)
                truths = [torch.new_empty(u, [step, n], dtype=torch.bool), torch.new_empty(u, [step, n], dtype=torch.bool)]  # two of (T, 2N)
                room = [floats[0], floats[1], truths[0], truths[1]]
                sharp = annotate(List[Tensor], [])
                soft = annotate(List[Tensor], [])
                counts = annotate(List[Tensor], [])
                for start in range(0, n, step):
                  s, spare, out = self.negatives(u, partner, ids, signs, start, room)  # three of (T, 2N)
                  counts.append(n - torch.sum(out, [1], dtype=torch.float64))  # (T)
                  if BETA > 0.:
                    soft.append(self.total(s, BETA, spare))  # (T)
                  sharp.append(self.total(s, 1. + BETA, s))  # (T)
                count = torch.cat(counts)  # (2N)
                some = torch.gt(count, 0.)  # (2N)
                none = torch.zeros_like(count)  # (2N)
                high = torch.where(some, torch.to(torch.cat(sharp), torch.float64), none)  # (2N)
                low = torch.log(count)  # (2N)
                if BETA > 0.:
                  low = torch.to(torch.cat(soft), torch.float64)  # (2N)
                low = torch.where(some, low, none)  # (2N)
                cosine = torch.sum(torch.mul(torch.to(u, torch.float64), torch.to(partner, torch.float64)), [1])  # (2N)
                positive = cosine * INVERSE_TEMPERATURE  # (2N)
                x = torch.where(some, torch.log(count) + high - low - positive, none)  # (2N)
                found = self.rows(x, positive, count)  # three of (2N)
                loss = torch.where(some, found[0], none)  # (2N)
                q = torch.where(some, found[1], none)  # (2N)
                v = torch.where(some, found[2], none)  # (2N)
                near = torch.log(q * (1. + BETA)) - high  # (2N)
                far = torch.log(q * BETA) - low  # (2N)
                d = torch.zeros_like(u)  # (2N, D)
                for start in range(0, n, step):
                  s, spare, out = self.negatives(u, partner, ids, signs, start, room)  # three of (T, 2N)
                  w = self.weights(s, 1. + BETA, near, start, spare if BETA > 0. else s)  # (T, 2N)
                  if BETA > 0.:
                    w = torch.sub_(w, self.weights(s, BETA, far, start, s))  # (T, 2N)
                  own = torch.addmm_(torch.narrow(d, 0, start, len(s)), w, u)  # (T, D)
                  d = torch.addmm_(d, torch.t(w), torch.narrow(u, 0, start, len(s)))  # (2N, D)
                pair = torch.type_as(torch.unsqueeze(v + torch.roll(v, [n // 2], [0]), 1), u)  # (2N, 1)
                d = torch.mul_(torch.sub_(d, torch.mul(pair, partner)), INVERSE_TEMPERATURE / float(n))  # (2N, D)
                d = torch.div(torch.sub(d, torch.mul(u, torch.sum(torch.mul(u, d), [1], True))), norm)  # (2N, D)
                return [torch.mean(loss), d, torch.sum(count)]  # (), (2N, D), ()
            """;

    private static final String NEAR_DUPLICATES = """
                near = torch.gt(cosine, MOST, out=torch.narrow(room[3], 0, 0, rows))  # (T, 2N)
                out = torch.logical_or_(out, near)  # (T, 2N)
            """;

    /** Both views of an image have its hash, so one half of the columns says what the other does. */
    private static final String ALIKE_PICTURES = """
                half = len(signs) // 2
                products = torch.narrow(spare, 1, 0, half)  # (T, N)
                products = torch.matmul(torch.narrow(signs, 0, start, rows), torch.t(torch.narrow(signs, 0, 0, half)), out=products)  # (T, N) from (T, 64) and (N, 64)
                alike = torch.ge(products, LEAST, out=torch.narrow(torch.narrow(room[3], 0, 0, rows), 1, 0, half))  # (T, N)
                first = torch.logical_or_(torch.narrow(out, 1, 0, half), alike)  # (T, N)
                second = torch.logical_or_(torch.narrow(out, 1, half, half), alike)  # (T, N)
            """;

    /** Bytes of the rooms of a tile, for a batch of so many views. */
    public static long roomBytes(long views) {
        long rows = Math.min(views, Math.max(1, TILE_ELEMENTS / views));
        return rows * views * (2 * Float.BYTES + 2);
    }

    /**
     * Products that are added up for a batch: similarities on both walks, and the gradient from both sides of them; without
     * what formulas that leave pairs out compare besides.
     */
    public static long multiplyAdds(long views, long width) {
        return 4 * views * views * width;
    }

    private final Script script;
    private final boolean comparesPictures;

    /** Compiles what the plan says. */
    public TiledLoss(Torch torch, LossPlan plan) {
        String duplicates = plan.nearDuplicates() == LossPlan.NEVER
                ? ""
                : NEAR_DUPLICATES.replace("MOST", Double.toString(plan.nearDuplicates()));
        String pictures = plan.comparesPictures()
                ? ALIKE_PICTURES.replace("LEAST", Double.toString(Long.SIZE - 2 * plan.alikeBits()))
                : "";
        String methods = (METHODS + plan.formula().rows())
                .replace("LEAVE_OUT\n", duplicates + pictures + plan.formula().leaveOut())
                .replace("INVERSE_TEMPERATURE", Double.toString(1 / plan.temperature()))
                .replace("BETA", Double.toString(plan.formula().beta()));
        this.script = torch.compile(methods);
        this.comparesPictures = plan.comparesPictures();
    }

    @Override
    public Evaluation evaluate(Scope scope, Tensor embeddings, ShownImages images) {
        long views = embeddings.shape()[0];
        return evaluate(scope, embeddings, images, (int) Math.max(1, TILE_ELEMENTS / views));
    }

    /** @param tileRows rows of similarities held at once, 1 or more */
    Evaluation evaluate(Scope scope, Tensor embeddings, ShownImages images, int tileRows) {
        long views = embeddings.shape()[0];
        if (views < 4 || views != 2L * images.count()) {
            throw new IllegalArgumentException("A contrastive batch has 2 pairs or more and one image a pair, not "
                    + views + " views and " + images.count() + " images");
        }
        List<Tensor> results = script.call(
                scope,
                "evaluate",
                embeddings,
                scope.longs(images.numbers(), images.count()),
                comparesPictures
                        ? scope.floats(images.signs(), images.count(), Long.SIZE)
                        : scope.floats(new float[1], 1, 1),
                scope.hostLongs(tileRows));
        long negatives = (long) results.get(2).number();
        return new Evaluation(results.get(0).number(), results.get(1), views * views - images.sameImage() - negatives);
    }

    @Override
    public void close() {
        script.close();
    }
}
