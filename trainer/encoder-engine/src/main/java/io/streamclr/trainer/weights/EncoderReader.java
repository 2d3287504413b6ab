package io.streamclr.trainer.weights;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Slot;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds out by names and shapes which encoder a file holds, and reads it. For one file. */
final class EncoderReader {

    /**
     * The beginnings of names that are of a network itself and of no head: among them the scales of DINOv2's blocks and its
     * registers, the positions of BEiT's attention, and what CLIP normalises first.
     */
    private static final Pattern WITHIN = Pattern.compile("(?:encoder|blocks|features|stages|stem|patch_embed|norm_pre"
            + "|reg_token|register_tokens|dist_token)(?:\\.|$)");

    private final TensorFile file;
    private final Naming naming;
    private final NamedTensors tensors;
    private final Set<String> rest;

    private EncoderReader(TensorFile file, Naming.Found found, NamedTensors tensors) {
        this.file = file;
        this.naming = found.naming();
        this.rest = found.rest();
        this.tensors = tensors;
    }

    /**
     * Reads the encoder of a file.
     *
     * @param facts what is known of it besides, by the names of our own metadata
     * @throws IllegalArgumentException if it holds none that a {@link NetworkPlan} can be of, with the reason
     * @throws IOException if it cannot be read, or is damaged
     */
    static GivenEncoder read(TensorFile file, Map<String, String> facts) throws IOException {
        Map<String, long[]> shapes = file.shapes();
        Naming.Found found = Naming.find(shapes.keySet())
                .orElseThrow(() -> new IllegalArgumentException("it holds no ResNet by the names of torchvision, timm"
                        + " or Hugging Face, and no ViT or ConvNeXt by those of torchvision or timm, but "
                        + examples(shapes.keySet())));
        return new EncoderReader(file, found, new NamedTensors(found.names(), shapes, facts)).encoder();
    }

    private static String examples(Set<String> names) {
        if (names.isEmpty()) {
            return "no tensor at all";
        }
        List<String> some = names.stream().limit(3).map(Shapes::shown).toList();
        return names.size() + " tensors such as " + String.join(", ", some);
    }

    private GivenEncoder encoder() throws IOException {
        Backbone backbone = BackboneReader.read(naming, tensors);
        Optional<Norm> norm = backbone instanceof ResNet resnet
                ? Optional.of(norm(resnet))
                : Optional.ofNullable(tensors.facts().get("norm")).map(word -> Word.of(Norm.class, word));
        NetworkPlan plan = new NetworkPlan(
                backbone, HeadPlan.NONE, norm.orElse(Norm.GROUP), Normalisation.NONE, Precision.FLOAT32);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Slot slot : Architecture.of(plan).slots()) {
            values.put(slot.name(), values(slot));
        }
        boolean resnet = backbone instanceof ResNet;
        if (!resnet) {
            requireNothingWithin(values.keySet());
        }
        return new GivenEncoder(
                backbone,
                resnet && BackboneReader.stem(tensors).isEmpty(),
                resnet && !tensors.facts().containsKey("stages"),
                norm,
                pixels(),
                values,
                leftOut(values.keySet()));
    }

    /** Without what stands within the network, its features would be other ones than those it was trained for. */
    private void requireNothingWithin(Set<String> taken) {
        tensors.names().keySet().stream()
                .filter(name -> !taken.contains(name) && WITHIN.matcher(name).lookingAt())
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("it has a tensor " + Shapes.shown(name)
                            + ", which is within the network, and no such network here has one");
                });
    }

    private float[] values(Slot slot) throws IOException {
        long[] shape = tensors.shape(slot.name());
        if (!Arrays.equals(without1s(shape), without1s(slot.shape()))) {
            throw new IllegalArgumentException("its tensor " + slot.name() + " has the shape " + Arrays.toString(shape)
                    + " where such a network has " + Arrays.toString(slot.shape()));
        }
        float[] values = file.read(tensors.names().get(slot.name()));
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("its tensor " + slot.name() + " holds a value that is not finite");
            }
        }
        return values;
    }

    /** A linear layer may be kept as a convolution of single pixels, and a scale of channels with sides of 1. */
    private static long[] without1s(long[] shape) {
        return Arrays.stream(shape).filter(side -> side != 1).toArray();
    }

    private Norm norm(ResNet resnet) {
        if (tensors.has("bn1.running_mean")) {
            return Norm.BATCH;
        }
        if (!"group".equals(tensors.facts().get("norm"))) {
            throw new IllegalArgumentException(
                    "it has no running statistics of batch normalisation (bn1.running_mean)");
        }
        if (!Integer.toString(resnet.groups()).equals(tensors.facts().get("norm_groups"))) {
            throw new IllegalArgumentException("its layers are normalised in groups of another size");
        }
        return Norm.GROUP;
    }

    private Optional<Normalisation> pixels() {
        String mean = tensors.facts().get("mean");
        if (mean == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(Normalisation.values())
                .filter(known -> Arrays.toString(known.mean()).equals(mean))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its inputs are normalised by the mean "
                        + Shapes.shown(mean) + ", and --normalise knows none and imagenet")));
    }

    private Set<String> leftOut(Set<String> taken) {
        Set<String> left = new TreeSet<>(rest);
        tensors.names().forEach((ours, theirs) -> {
            if (!taken.contains(ours) && !ours.endsWith("num_batches_tracked")) {
                left.add(theirs);
            }
        });
        return left;
    }
}
