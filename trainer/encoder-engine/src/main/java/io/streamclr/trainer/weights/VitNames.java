package io.streamclr.trainer.weights;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that libraries give to the tensors of a ViT. */
enum VitNames implements Naming {
    /** Of torchvision, and of StreamCLR; before 0.13 torchvision called the inner layers of a block by other names. */
    TORCHVISION("encoder.layers.encoder_layer_0.self_attention.in_proj_weight") {
        @Override
        public String ours(String name) {
            return name.replace(".mlp.linear_1.", ".mlp.0.").replace(".mlp.linear_2.", ".mlp.3.");
        }
    },
    /** Of timm, and of the many that follow it. */
    TIMM("blocks.0.attn.qkv.weight") {

        private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");
        private static final Map<String, String> AROUND = Map.of(
                "cls_token", "class_token",
                "pos_embed", "encoder.pos_embedding",
                "patch_embed.proj.weight", "conv_proj.weight",
                "patch_embed.proj.bias", "conv_proj.bias",
                "norm.weight", "encoder.ln.weight",
                "norm.bias", "encoder.ln.bias");

        @Override
        public String ours(String name) {
            Matcher block = BLOCK.matcher(name);
            if (!block.matches()) {
                return AROUND.getOrDefault(name, name);
            }
            return "encoder.layers.encoder_layer_" + block.group(1) + "."
                    + block.group(2)
                            .replaceFirst("^norm([12])\\.", "ln_$1.")
                            .replaceFirst("^attn\\.qkv\\.", "self_attention.in_proj_")
                            .replaceFirst("^attn\\.proj\\.", "self_attention.out_proj.")
                            .replaceFirst("^mlp\\.fc1\\.", "mlp.0.")
                            .replaceFirst("^mlp\\.fc2\\.", "mlp.3.");
        }
    };

    private final String telling;

    VitNames(String telling) {
        this.telling = telling;
    }

    @Override
    public String telling() {
        return telling;
    }
}
