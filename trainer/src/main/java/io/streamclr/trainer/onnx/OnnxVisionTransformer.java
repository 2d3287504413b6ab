package io.streamclr.trainer.onnx;

import static io.streamclr.trainer.onnx.OnnxGraph.number;
import static io.streamclr.trainer.onnx.OnnxGraph.numbers;

import io.streamclr.trainer.model.VisionTransformer;
import java.util.List;

/** From normalised pixels, (n, 3, side, side), to the features of a ViT. */
record OnnxVisionTransformer(OnnxGraph graph, OnnxLayers layers, VisionTransformer plan) {

    private static final int HEAD = 64;

    String features(String images) {
        int width = plan.width();
        String y = layers.convolve(images, "conv_proj", 3, width, plan.patch(), plan.patch(), 0, 1);
        y = graph.node("Reshape", List.of(y, graph.integers("patches", 0, width, plan.tokens() - 1)));
        y = graph.node("Transpose", List.of(y), numbers("perm", 0, 2, 1));
        String first = graph.weights("class_token", layers.values().get("class_token"), 1, 1, width);
        String count = graph.node("Shape", List.of(y), number("start", 0), number("end", 1));
        String shape = graph.node("Concat", List.of(count, graph.integers("one_token", 1, width)), number("axis", 0));
        y = graph.node("Concat", List.of(graph.node("Expand", List.of(first, shape)), y), number("axis", 1));
        String positions = "encoder.pos_embedding";
        y = graph.node(
                "Add", List.of(y, graph.weights(positions, layers.values().get(positions), 1, plan.tokens(), width)));
        for (int layer = 0; layer < plan.layers(); layer++) {
            y = block(y, "encoder.layers.encoder_layer_" + layer + ".");
        }
        y = graph.node("Gather", List.of(y, graph.integer("class", 0)), number("axis", 1));
        return layers.layerNorm(y, "encoder.ln", width);
    }

    private String block(String y, String name) {
        int width = plan.width();
        String after = graph.node("Add", List.of(y, attention(layers.layerNorm(y, name + "ln_1", width), name)));
        String inner = layers.layerNorm(after, name + "ln_2", width);
        inner = layers.gelu(layers.linear(inner, name + "mlp.0.weight", name + "mlp.0.bias", width, 4 * width));
        inner = layers.linear(inner, name + "mlp.3.weight", name + "mlp.3.bias", 4 * width, width);
        return graph.node("Add", List.of(after, inner));
    }

    private String attention(String y, String name) {
        int width = plan.width();
        String of = name + "self_attention.";
        String all = layers.linear(y, of + "in_proj_weight", of + "in_proj_bias", width, 3 * width);
        all = graph.node(
                "Reshape", List.of(all, graph.integers(of + "parts", 0, plan.tokens(), 3, plan.heads(), HEAD)));
        String queries = part(all, 0, 0, 2, 1, 3);
        String keys = part(all, 1, 0, 2, 3, 1);
        String values = part(all, 2, 0, 2, 1, 3);
        String scaled = graph.node("Mul", List.of(queries, layers.scalar("attention.scale", Math.sqrt(1.0 / HEAD))));
        String shares = graph.node("Softmax", List.of(graph.node("MatMul", List.of(scaled, keys))), number("axis", -1));
        String mixed = graph.node("MatMul", List.of(shares, values));
        mixed = graph.node("Transpose", List.of(mixed), numbers("perm", 0, 2, 1, 3));
        mixed = graph.node("Reshape", List.of(mixed, graph.integers(of + "joined", 0, plan.tokens(), width)));
        return layers.linear(mixed, of + "out_proj.weight", of + "out_proj.bias", width, width);
    }

    /** Queries, keys or values, (n, tokens, heads, 64) before the sides are put into an order. */
    private String part(String all, int which, long... order) {
        String part = graph.node("Gather", List.of(all, graph.integer("part." + which, which)), number("axis", 2));
        return graph.node("Transpose", List.of(part), numbers("perm", order));
    }
}
