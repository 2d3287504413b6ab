package io.streamclr.trainer.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that libraries give to the tensors of a ResNet, and which of ours each is. */
enum ResnetNames {
    /** Of torchvision and timm, and of StreamCLR: {@code layer1.0.conv1.weight}. */
    TORCHVISION("layer1.0.conv1.weight") {
        @Override
        String ours(String name) {
            return name;
        }
    },
    /** Of {@code ResNetModel} of Hugging Face's transformers. */
    HUGGING_FACE("encoder.stages.0.layers.0.layer.0.convolution.weight") {

        private static final Pattern BLOCK =
                Pattern.compile("encoder\\.stages\\.(\\d)\\.layers\\.(\\d+)\\.(?:layer\\.(\\d)|shortcut)\\.(.+)");

        @Override
        String ours(String name) {
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
        String ours(String name) {
            Matcher place = PLACE.matcher(name);
            if (!place.matches()) {
                return name;
            }
            int module = Integer.parseInt(place.group(1));
            String owner = module == 0 ? "conv1" : module == 1 ? "bn1" : "layer" + (module - 3);
            return owner + "." + place.group(2);
        }
    };

    /** Copies that methods keep of the encoder that learns: MoCo's, BYOL's, DINO's and the like. */
    private static final Set<String> COPIES =
            Set.of("encoder_k", "momentum", "momentum_backbone", "backbone_momentum", "target", "teacher", "ema");

    private final String telling;

    ResnetNames(String telling) {
        this.telling = telling;
    }

    /** @param name without its prefix; what is not of a ResNet stays as it is */
    abstract String ours(String name);

    /**
     * Where the ResNet is in a file.
     *
     * @param names of the file's tensors, by ours; those alone that stand with it
     * @param rest the file's other tensors
     */
    record Found(Map<String, String> names, Set<String> rest) {}

    /**
     * Finds the one ResNet among the tensors of a file, whatever stands before its names.
     *
     * @return empty if there is none
     * @throws IllegalArgumentException if there are several
     */
    static Optional<Found> find(Set<String> names) {
        for (ResnetNames known : values()) {
            List<String> prefixes = names.stream()
                    .filter(name -> name.equals(known.telling) || name.endsWith("." + known.telling))
                    .map(name -> name.substring(0, name.length() - known.telling.length()))
                    .toList();
            if (!prefixes.isEmpty()) {
                return Optional.of(known.of(only(prefixes), names));
            }
        }
        return Optional.empty();
    }

    private static String only(List<String> prefixes) {
        List<String> learning = prefixes.stream().filter(each -> !isCopy(each)).toList();
        List<String> left = learning.isEmpty() ? prefixes : learning;
        if (left.size() > 1) {
            List<String> shown = left.stream()
                    .limit(4)
                    .map(each -> each.isEmpty() ? "(no prefix)" : Shapes.shown(each) + "*")
                    .toList();
            throw new IllegalArgumentException(
                    "it holds " + left.size() + " encoders, " + String.join(" and ", shown) + "; save one alone");
        }
        return left.get(0);
    }

    private static boolean isCopy(String prefix) {
        return List.of(prefix.split("\\.", -1)).stream().anyMatch(COPIES::contains);
    }

    private Found of(String prefix, Set<String> names) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> rest = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith(prefix)) {
                found.put(ours(name.substring(prefix.length())), name);
            } else {
                rest.add(name);
            }
        }
        return new Found(found, rest);
    }

    /** How many residual blocks each of the four stages has. */
    static List<Integer> blocks(Set<String> ours) {
        List<Integer> blocks = new ArrayList<>();
        for (int stage = 1; stage <= 4; stage++) {
            int count = 0;
            while (ours.contains("layer" + stage + "." + count + ".conv1.weight")) {
                count++;
            }
            blocks.add(count);
        }
        return blocks;
    }
}
