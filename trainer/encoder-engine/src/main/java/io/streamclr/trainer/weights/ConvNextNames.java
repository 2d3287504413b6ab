package io.streamclr.trainer.weights;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that libraries give to the tensors of a ConvNeXt. */
enum ConvNextNames implements Naming {
    /** Of torchvision, and of StreamCLR. */
    TORCHVISION("features.1.0.block.0.weight") {
        @Override
        public String ours(String name) {
            return name;
        }
    },
    /** Of timm. */
    TIMM("stages.0.blocks.0.conv_dw.weight") {

        private static final Pattern BLOCK = Pattern.compile("stages\\.([0-3])\\.blocks\\.(\\d+)\\.(.+)");
        private static final Pattern BETWEEN = Pattern.compile("stages\\.([0-3])\\.downsample\\.(.+)");

        @Override
        public String ours(String name) {
            Matcher block = BLOCK.matcher(name);
            if (block.matches()) {
                return "features." + (2 * Integer.parseInt(block.group(1)) + 1) + "." + block.group(2) + "."
                        + block.group(3)
                                .replaceFirst("^conv_dw\\.", "block.0.")
                                .replaceFirst("^norm\\.", "block.2.")
                                .replaceFirst("^mlp\\.fc1\\.", "block.3.")
                                .replaceFirst("^mlp\\.fc2\\.", "block.5.")
                                .replaceFirst("^gamma$", "layer_scale");
            }
            Matcher between = BETWEEN.matcher(name);
            if (between.matches()) {
                return "features." + 2 * Integer.parseInt(between.group(1)) + "." + between.group(2);
            }
            return name.replaceFirst("^stem\\.", "features.0.").replaceFirst("^head\\.norm\\.", "classifier.0.");
        }
    };

    private final String telling;

    ConvNextNames(String telling) {
        this.telling = telling;
    }

    @Override
    public String telling() {
        return telling;
    }
}
