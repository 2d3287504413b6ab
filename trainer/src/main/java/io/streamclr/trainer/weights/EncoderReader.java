package io.streamclr.trainer.weights;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds out by names and shapes which ResNet a file holds, and reads it. For one file. */
final class EncoderReader {

    /** By residual blocks of each stage: the depth with blocks of two layers, and with bottlenecks; 0 where it has no name. */
    private static final Map<List<Integer>, int[]> DEPTHS = Map.of(
            List.of(2, 2, 2, 2), new int[] {18, 0},
            List.of(3, 4, 6, 3), new int[] {34, 50},
            List.of(3, 4, 23, 3), new int[] {0, 101},
            List.of(3, 8, 36, 3), new int[] {0, 152});

    private static final int CHANNELS_AT_WIDTH_1 = 64;

    private final TensorFile file;
    private final Map<String, long[]> shapes;
    /** Names in the file, by ours. */
    private final Map<String, String> names;

    private final Set<String> rest;

    private final Map<String, String> facts;

    private EncoderReader(
            TensorFile file, Map<String, String> facts, Map<String, long[]> shapes, ResnetNames.Found found) {
        this.file = file;
        this.facts = facts;
        this.shapes = shapes;
        this.names = found.names();
        this.rest = found.rest();
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
        ResnetNames.Found found = ResnetNames.find(shapes.keySet())
                .orElseThrow(() -> new IllegalArgumentException("it holds no ResNet by the names of torchvision, timm"
                        + " or Hugging Face, but " + examples(shapes.keySet())));
        return new EncoderReader(file, facts, shapes, found).encoder();
    }

    private static String examples(Set<String> names) {
        if (names.isEmpty()) {
            return "no tensor at all";
        }
        List<String> some = names.stream().limit(3).map(Shapes::shown).toList();
        return names.size() + " tensors such as " + String.join(", ", some);
    }

    private GivenEncoder encoder() throws IOException {
        List<Integer> blocks = ResnetNames.blocks(names.keySet());
        boolean bottleneck = names.containsKey("layer1.0.conv3.weight");
        int[] depths = DEPTHS.getOrDefault(blocks, new int[2]);
        int depth = depths[bottleneck ? 1 : 0];
        if (depth == 0) {
            throw new IllegalArgumentException("its stages have " + blocks + " residual blocks "
                    + (bottleneck ? "with bottlenecks" : "of two layers")
                    + ", which is no ResNet-18, 34, 50, 101 or 152");
        }
        long[] first = shape("conv1.weight");
        if (first.length != 4 || first[1] != 3 || first[2] != first[3]) {
            throw new IllegalArgumentException("its first convolution has the shape " + Arrays.toString(first)
                    + ", and one over red, green and blue is needed");
        }
        double width = (double) first[0] / CHANNELS_AT_WIDTH_1;
        Optional<Stem> stem = stem(first[2]);
        Norm norm = norm();
        NetworkPlan plan = new NetworkPlan(
                depth,
                width,
                stem.orElse(Stem.SMALL),
                1,
                HeadPlan.NONE,
                norm,
                false,
                Normalisation.NONE,
                Precision.FLOAT32);
        if (norm == Norm.GROUP && !Integer.toString(plan.groups()).equals(facts.get("norm_groups"))) {
            throw new IllegalArgumentException("its layers are normalised in groups of another size");
        }
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Slot slot : Architecture.of(plan).slots()) {
            values.put(slot.name(), values(slot));
        }
        return new GivenEncoder(depth, width, stem, norm, stages(), pixels(), values, leftOut(values.keySet()));
    }

    private long[] shape(String name) {
        String theirs = names.get(name);
        if (theirs == null) {
            throw new IllegalArgumentException("it has no tensor " + name);
        }
        return shapes.get(theirs);
    }

    private float[] values(Slot slot) throws IOException {
        long[] shape = shape(slot.name());
        if (!Arrays.equals(shape, slot.shape())) {
            throw new IllegalArgumentException("its tensor " + slot.name() + " has the shape " + Arrays.toString(shape)
                    + " where a ResNet of this depth and width has " + Arrays.toString(slot.shape()));
        }
        float[] values = file.read(names.get(slot.name()));
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("its tensor " + slot.name() + " holds a value that is not finite");
            }
        }
        return values;
    }

    /** @param side of the first convolution */
    private Optional<Stem> stem(long side) {
        String word = facts.get("stem");
        if (word != null) {
            return Optional.of(Word.of(Stem.class, word));
        }
        if (side == 7) {
            return Optional.of(Stem.IMAGENET);
        }
        if (side == 3) {
            return Optional.empty();
        }
        throw new IllegalArgumentException(
                "its first convolution is of " + side + "x" + side + " pixels, and 7x7 and 3x3 are known");
    }

    private Norm norm() {
        if (names.containsKey("bn1.running_mean")) {
            return Norm.BATCH;
        }
        if ("group".equals(facts.get("norm"))) {
            return Norm.GROUP;
        }
        throw new IllegalArgumentException("it has no running statistics of batch normalisation (bn1.running_mean)");
    }

    private Optional<Integer> stages() {
        return Optional.ofNullable(facts.get("stages")).map(Integer::valueOf);
    }

    private Optional<Normalisation> pixels() {
        String mean = facts.get("mean");
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
        names.forEach((ours, theirs) -> {
            if (!taken.contains(ours) && !ours.endsWith("num_batches_tracked")) {
                left.add(theirs);
            }
        });
        return left;
    }
}
