package io.streamclr.trainer.model;

/**
 * Walks through a Vision Transformer once, writing its forward pass. Tokens, their normalisation and the weights of
 * attention are in 32 bits whatever the precision is; products of matrices have its numbers.
 */
final class VisionTransformerText {

    /** A head of attention has 64 dimensions, and products of that many numbers are divided by its root. */
    private static final String SCALE = "0.125";

    private static final int HEAD = 64;

    private final VisionTransformer plan;
    private final ForwardText text;
    private final int width;
    private final String tokens;

    VisionTransformerText(VisionTransformer plan, ForwardText text) {
        this.plan = plan;
        this.text = text;
        this.width = plan.width();
        this.tokens = "(N, " + plan.tokens() + ", " + width + ")";
    }

    void features() {
        int side = plan.side();
        text.control("if torch.size(y, 2) != " + side + " or torch.size(y, 3) != " + side + ":");
        text.control("  ops.prim.RaiseException(\"This ViT takes images of " + side + "x" + side
                + " pixels, and these have another size\")");
        patches();
        for (int layer = 0; layer < plan.layers(); layer++) {
            block("encoder.layers.encoder_layer_" + layer + ".");
        }
        String row = "(N, " + width + ")";
        text.layerNorm("y", "torch.select(y, 1, 0)", "encoder.ln", width, row);
        text.line("return y", row);
    }

    private void patches() {
        int patch = plan.patch();
        int across = plan.side() / patch;
        boolean trained = !plan.frozenPatch();
        // As torchvision begins: by the inputs of the projection.
        double spread = Math.sqrt(1.0 / (3 * patch * patch));
        String weight = text.tensor(
                new Slot("conv_proj.weight", new long[] {width, 3, patch, patch}, Slot.Start.NORMAL, spread, trained));
        String bias = text.tensor(new Slot("conv_proj.bias", new long[] {width}, Slot.Start.CONSTANT, 0, trained));
        text.line(
                "y = torch.conv2d(" + text.lowered("y") + ", " + text.lowered(weight) + ", " + text.lowered(bias)
                        + ", [" + patch + ", " + patch + "])",
                "(N, " + width + ", " + across + ", " + across + ")");
        text.line(
                "y = torch.permute(torch.flatten(" + text.raised("y") + ", 2), [0, 2, 1])",
                "(N, " + (plan.tokens() - 1) + ", " + width + ")");
        String first = text.normal("class_token", 0.02, 1, 1, width);
        text.line("y = torch.cat([torch.expand(" + first + ", [torch.size(y, 0), 1, " + width + "]), y], 1)", tokens);
        String positions = text.normal("encoder.pos_embedding", 0.02, 1, plan.tokens(), width);
        text.line("y = torch.add(y, " + positions + ")", tokens);
    }

    private void block(String name) {
        attention(name);
        int inner = 4 * width;
        // The deviation of Glorot and Bengio 2010, as torchvision has it.
        double spread = Math.sqrt(2.0 / (width + inner));
        text.layerNorm("a", "y", name + "ln_2", width, tokens);
        text.line(
                "a = torch.gelu(" + text.linear("a", name + "mlp.0.weight", name + "mlp.0.bias", width, inner, spread)
                        + ")",
                "(N, " + plan.tokens() + ", " + inner + ")");
        text.line(
                "y = torch.add(y, " + text.linear("a", name + "mlp.3.weight", name + "mlp.3.bias", inner, width, spread)
                        + ")",
                tokens);
    }

    private void attention(String name) {
        String of = name + "self_attention.";
        int heads = plan.heads();
        String each = "(N, " + heads + ", " + plan.tokens() + ", " + HEAD + ")";
        double spread = Math.sqrt(1.0 / width);
        text.layerNorm("a", "y", name + "ln_1", width, tokens);
        text.line(
                "a = " + text.linear("a", of + "in_proj_weight", of + "in_proj_bias", width, 3 * width, spread),
                "(N, " + plan.tokens() + ", " + 3 * width + ")");
        text.line(
                "a = torch.permute(torch.reshape(a, [-1, " + plan.tokens() + ", 3, " + heads + ", " + HEAD
                        + "]), [2, 0, 3, 1, 4])",
                "(3, N, " + heads + ", " + plan.tokens() + ", " + HEAD + ")");
        text.line("q = torch.mul(torch.select(a, 0, 0), " + SCALE + ")", each);
        text.line(
                "k = torch.transpose(torch.select(a, 0, 1), 2, 3)",
                "(N, " + heads + ", " + HEAD + ", " + plan.tokens() + ")");
        text.line("v = torch.select(a, 0, 2)", each);
        text.line(
                "w = torch.softmax(" + text.raised("torch.matmul(q, k)") + ", 3)",
                "(N, " + heads + ", " + plan.tokens() + ", " + plan.tokens() + ")");
        text.line("a = torch.matmul(" + text.lowered("w") + ", v)", each);
        text.line(
                "a = torch.reshape(torch.permute(a, [0, 2, 1, 3]), [-1, " + plan.tokens() + ", " + width + "])",
                tokens);
        text.line(
                "y = torch.add(y, "
                        + text.linear("a", of + "out_proj.weight", of + "out_proj.bias", width, width, spread) + ")",
                tokens);
    }
}
