package io.streamclr.trainer.encoder;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.weights.GivenEncoder;
import io.streamclr.trainer.weights.GivenHead;
import io.streamclr.trainer.weights.GivenWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An encoder as training leaves it: an archive, and a description beside it that says what it was trained on. Everything
 * that reads an encoder comes in here.
 *
 * @param archive an {@code encoder.pt} that exists
 * @param origin what the description says; empty where there is none
 */
public record ShippedEncoder(Path archive, Optional<Origin> origin) {

    /** For the help of options that name one. */
    public static final String PLACES = "Directory of a run (its newest checkpoint is used), directory of a"
            + " checkpoint, or an encoder.pt or classifier.pt; may be a URI such as s3://BUCKET/DIR.";

    private static final int MOST_RUNS_NAMED = 5;

    /** Of which nothing is left once weights say what they are of. */
    private static final NetworkPlan PLAIN =
            new NetworkPlan(18, 1, Stem.SMALL, HeadPlan.NONE, false, Normalisation.NONE, Precision.FLOAT32);

    /**
     * @param place the folder of a run, whose newest complete checkpoint is taken; the folder of a checkpoint; or an {@code
     *     encoder.pt}
     * @throws RefusalException if there is none, or its description cannot be read
     */
    public static ShippedEncoder at(Path place) {
        Path archive = Files.isRegularFile(place)
                ? place
                : SavedSteps.newest(place).orElse(place).resolve(EncoderFiles.TORCHSCRIPT);
        if (!Files.isRegularFile(archive)) {
            throw new RefusalException("There is no encoder at " + place
                    + "; give a run's folder, a checkpoint folder, or an encoder.pt" + runs(place));
        }
        return new ShippedEncoder(archive, EncoderFiles.originOf(archive));
    }

    /** Whoever gives the folder of all runs reads which there are. */
    private static String runs(Path place) {
        if (!Files.isDirectory(place)) {
            return "";
        }
        try (Stream<Path> inside = Files.list(place)) {
            List<String> runs = inside.filter(run -> SavedSteps.newest(run).isPresent())
                    .map(run -> OneLine.of(run.getFileName().toString()))
                    .sorted()
                    .toList();
            return runs.isEmpty()
                    ? ""
                    : ": the runs in there are "
                            + runs.stream().limit(MOST_RUNS_NAMED).collect(Collectors.joining(", "))
                            + (runs.size() > MOST_RUNS_NAMED ? ", ..." : "");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /**
     * The weights of the archive itself, whatever else lies beside it. What whitens its features is apart from the network.
     *
     * @throws RefusalException if they cannot be read, or no description beside says which network they are of
     */
    public Weights weights() {
        GivenEncoder given = GivenWeights.read(archive).encoder();
        if (given.openStem() || given.openStages()) {
            String description =
                    ClassifierFiles.isOne(archive) ? ClassifierFiles.DESCRIPTION : EncoderFiles.DESCRIPTION;
            throw new RefusalException("Beside " + archive + " lies no " + description
                    + " that says which network it is; put the one of its checkpoint there");
        }
        NetworkPlan plan = given.network(PLAIN);
        return new Weights(plan, given.values(), GivenWeights.whitening(archive, plan.features()));
    }

    /**
     * The same with the first layers of the projection head in the archive.
     *
     * @param layers 0 for none, at most {@link #headLayers}
     * @throws RefusalException likewise
     */
    public Weights weights(int layers) {
        Weights encoder = weights();
        if (layers == 0) {
            return encoder;
        }
        GivenHead head = GivenHead.read(archive, encoder.plan(), layers);
        Map<String, float[]> values = new LinkedHashMap<>(encoder.values());
        values.putAll(head.values());
        return new Weights(head.plan(), values, encoder.whitening());
    }

    /** How many layers of the projection head in the archive a ReLU follows; 0 if there is none. */
    public int headLayers() {
        return GivenHead.layers(archive);
    }

    /** The side of the views that it was trained on, in pixels; empty where nobody knows. */
    public OptionalInt trainedSide() {
        int side = origin.map(Origin::height).orElse(0);
        return side > 0 ? OptionalInt.of(side) : OptionalInt.empty();
    }

    /**
     * The recipe of the views that it was trained on; empty where nobody knows. Release 0.1 wrote its fingerprint alone,
     * by which a preset of any size is known.
     *
     * @throws RefusalException if this release cannot read it
     */
    public Optional<Recipe> recipe() {
        if (origin.isEmpty() || trainedSide().isEmpty()) {
            return Optional.empty();
        }
        if (!origin.get().recipeText().isEmpty()) {
            return Optional.of(parse(origin.get().recipeText()));
        }
        return Recipe.presets().stream()
                .map(preset -> Recipe.parse(preset)
                        .with("size", Integer.toString(trainedSide().getAsInt())))
                .filter(recipe -> recipe.fingerprint().equals(origin.get().recipe()))
                .findFirst();
    }

    private Recipe parse(String text) {
        try {
            return Recipe.parse(text);
        } catch (RefusalException unknown) {
            throw new RefusalException(
                    "The recipe that " + EncoderFiles.DESCRIPTION + " beside " + archive + " names cannot be read ("
                            + OneLine.of(unknown.getMessage())
                            + "); use the release that trained the encoder, or a newer one",
                    unknown);
        }
    }

    /**
     * How it is to be shown images that nobody changes: in the size, and by the filter, of its recipe. Where nobody knows the
     * recipe the filter is that of preset {@code imagenet}.
     *
     * @return empty where nobody knows the size
     */
    public Optional<Recipe> plainRecipe() {
        return recipe().or(() -> trainedSide().isEmpty()
                ? Optional.empty()
                : Optional.of(Recipe.parse("imagenet")
                        .with("size", Integer.toString(trainedSide().getAsInt()))));
    }
}
