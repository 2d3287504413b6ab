package io.streamclr.trainer.weights;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that libraries give to the tensors of a ResNet, and which of ours each is. */
enum ResnetNames implements Naming {
    /** Of torchvision and timm, and of StreamCLR: {@code layer1.0.conv1.weight}. */
    TORCHVISION("layer1.0.conv1.weight") {
        @Override
        public String ours(String name) {
            return name;
        }
    },
    /** Of {@code ResNetModel} of Hugging Face's transformers. */
    HUGGING_FACE("encoder.stages.0.layers.0.layer.0.convolution.weight") {

        private static final Pattern BLOCK =
                Pattern.compile("encoder\\.stages\\.(\\d)\\.layers\\.(\\d+)\\.(?:layer\\.(\\d)|shortcut)\\.(.+)");

        @Override
        public String ours(String name) {
            String rest = name.startsWith("embedder.embedder.") ? name.substring("embedder.embedder.".length()) : "";
            if (!rest.isEmpty()) {
                return rest.replaceFirst("^convolution\\.", "conv1.").replaceFirst("^normalization\\.", "bn1.");
            }
            Matcher block = BLOCK.matcher(name);
            if (!block.matches()) {
                return name;
            }
            String place = "layer" + (Integer.parseInt(block.group(1)) + 1) + "." + block.group(2) + ".";
            String part = block.group(4);
            if (block.group(3) == null) {
                return place + "downsample."
                        + part.replaceFirst("^convolution\\.", "0.").replaceFirst("^normalization\\.", "1.");
            }
            int layer = Integer.parseInt(block.group(3)) + 1;
            return place
                    + part.replaceFirst("^convolution\\.", "conv" + layer + ".")
                            .replaceFirst("^normalization\\.", "bn" + layer + ".");
        }
    },
    /** Of torchvision's modules in a row, without names, as many programs cut the classifier off. */
    IN_A_ROW("4.0.conv1.weight") {

        private static final Pattern PLACE = Pattern.compile("([0-7])\\.(.+)");

        @Override
        public String ours(String name) {
            Matcher place = PLACE.matcher(name);
            if (!place.matches()) {
                return name;
            }
            int module = Integer.parseInt(place.group(1));
            String owner = module == 0 ? "conv1" : module == 1 ? "bn1" : "layer" + (module - 3);
            return owner + "." + place.group(2);
        }
    };

    private final String telling;

    ResnetNames(String telling) {
        this.telling = telling;
    }

    @Override
    public String telling() {
        return telling;
    }
}
