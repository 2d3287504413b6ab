package io.streamclr.trainer.classify;

import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.List;
import java.util.stream.LongStream;

/** A linear layer from features to classes, with the cross-entropy of its softmax. */
final class SoftmaxLayer implements AutoCloseable {

    private static final String SCRIPT = """
              def loss(self, h: Tensor, w: Tensor, b: Tensor, y: Tensor) -> List[Tensor]:
                truth = torch.unsqueeze(y, 1)  # (N, 1)
                logp = torch.log_softmax(torch.linear(h, w, b), 1)  # (N, C) from (N, F), (C, F) and (C)
                picked = torch.gather(logp, 1, truth)  # (N, 1)
                residual = torch.scatter_add(torch.exp(logp), 1, truth, torch.neg(torch.ones_like(picked)))  # (N, C)
                residual = torch.div(residual, h.shape[0])  # (N, C)
                pulled = torch.matmul(torch.t(residual), h)  # (C, F)
                return [torch.neg(torch.mean(picked)), torch.matmul(residual, w), pulled, torch.sum(residual, [0])]  # (), (N, F), (C, F), (C)

              def classes(self, h: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return torch.argmax(torch.linear(h, w, b), 1)  # (N)

              def likeliest(self, h: Tensor, w: Tensor, b: Tensor, k: Tensor) -> Tensor:
                values, indices = torch.topk(torch.linear(h, w, b), int(k), 1, True, True)  # (N, k), (N, k)
                return indices  # (N, k)
            """;

    private final Script script;
    private final Scope values;
    private final Tensor weight;
    private final Tensor bias;

    /** A layer of these values. @param weight (classes, features), row-major */
    SoftmaxLayer(Torch torch, int features, float[] weight, float[] bias) {
        this.script = torch.compile(SCRIPT);
        this.values = torch.scope();
        this.weight = values.floats(weight, bias.length, features);
        this.bias = values.floats(bias, bias.length);
    }

    /** What training changes. */
    List<Tensor> trained() {
        return List.of(weight, bias);
    }

    /**
     * @param loss mean cross-entropy, in nats
     * @param ofFeatures its gradient with respect to the features, (N, F)
     * @param ofLayer with respect to each of {@link #trained}
     */
    record Gradients(double loss, Tensor ofFeatures, List<Tensor> ofLayer) {}

    /** @param features (N, F); @param classes of the N images */
    Gradients evaluate(Scope scope, Tensor features, int[] classes) {
        Tensor truth = scope.longs(classes, classes.length);
        List<Tensor> answer = script.call(scope, "loss", features, weight, bias, truth);
        return new Gradients(answer.get(0).number(), answer.get(1), answer.subList(2, 4));
    }

    /** A copy of the weights, (classes, features), row-major. */
    float[] weight() {
        return weight.floats();
    }

    /** A copy of what is added to each class. */
    float[] bias() {
        return bias.floats();
    }

    /** The likeliest class of each row of features. */
    int[] classes(Scope scope, Tensor features) {
        return LongStream.of(
                        script.one(scope, "classes", features, weight, bias).longs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** The {@code k} likeliest classes of each row of features, one row after the other, the likeliest first. */
    int[] likeliest(Scope scope, Tensor features, int k) {
        Tensor found = script.one(scope, "likeliest", features, weight, bias, scope.hostLongs(k));
        return LongStream.of(found.longs()).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public void close() {
        values.close();
        script.close();
    }
}
