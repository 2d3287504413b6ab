package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.Whitening;
import io.streamclr.trainer.weights.GivenWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedEncoderTest {

    @TempDir
    private Path folder;

    @Test
    void aRunACheckpointAndAFileAllLeadToTheArchive() throws IOException {
        Path run = folder.resolve("run");
        checkpoint(run, 90);
        Path newest = checkpoint(run, 1200);
        Path unfinished = checkpoint(run, 1300);
        Files.delete(unfinished.resolve("SHA256SUMS"));
        Files.createDirectories(run.resolve("step-00001400.partial"));
        Path archive = newest.resolve("encoder.pt");

        assertThat(ShippedEncoder.at(run).archive()).isEqualTo(archive);
        assertThat(ShippedEncoder.at(newest).archive()).isEqualTo(archive);
        assertThat(ShippedEncoder.at(archive).archive()).isEqualTo(archive);
    }

    @Test
    void whoNamesTheFolderOfRunsIsToldWhichThereAre() throws IOException {
        checkpoint(folder.resolve("second"), 1);
        checkpoint(folder.resolve("first"), 1);
        Files.createDirectory(folder.resolve("empty"));

        assertThatThrownBy(() -> ShippedEncoder.at(folder))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no encoder at " + folder
                        + "; give a run's folder, a checkpoint folder, or an encoder.pt: the runs in there are first,"
                        + " second");
        assertThatThrownBy(() -> ShippedEncoder.at(folder.resolve("empty")))
                .isInstanceOf(RefusalException.class)
                .hasMessageEndingWith("give a run's folder, a checkpoint folder, or an encoder.pt");
    }

    @Test
    void theRecipeIsTheOneThatItWasTrainedBy() throws IOException {
        Recipe recipe = Recipe.parse("cifar,size=48,solarize.p=0.3");

        assertThat(described("{\"recipe\": \"%s\", \"recipe_text\": \"%s\", \"input\": {\"trained_height\": 48}}"
                                .formatted(recipe.fingerprint(), recipe.shortText()))
                        .recipe())
                .contains(recipe);
    }

    @Test
    void ofReleasesWithoutItsTextAPresetIsKnownByItsFingerprint() throws IOException {
        String description = "{\"recipe\": \"%s\", \"input\": {\"trained_height\": 48}}";
        Recipe preset = Recipe.parse("imagenet,size=48");
        Recipe other = Recipe.parse("grey,size=48,flip=off");

        assertThat(described(description.formatted(preset.fingerprint())).recipe())
                .contains(preset);
        ShippedEncoder unknown = described(description.formatted(other.fingerprint()));
        assertThat(unknown.recipe()).isEmpty();
        assertThat(unknown.plainRecipe()).contains(preset);
    }

    @Test
    void ofAnEncoderWithoutADescriptionNobodyKnowsTheSize() throws IOException {
        Files.createFile(folder.resolve("encoder.pt"));
        ShippedEncoder bare = ShippedEncoder.at(folder);

        assertThat(bare.trainedSide()).isEmpty();
        assertThat(bare.plainRecipe()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWhitensItsFeaturesIsApartFromTheNetworkThatTrainingGoesOnWith(boolean whitened) throws IOException {
        NetworkPlan plan = new NetworkPlan(
                        18,
                        1.0 / 16,
                        Stem.SMALL2,
                        new HeadPlan(2, 0, 8, 0),
                        false,
                        Normalisation.NONE,
                        Precision.FLOAT32)
                .whitened(whitened);
        Architecture architecture = Architecture.of(plan);
        Map<String, float[]> values = architecture.initialValues(5);
        EncoderFiles.write(folder, architecture, values, new Origin("r", 7, 5, "", 32, 32));

        Weights weights = ShippedEncoder.at(folder).weights();

        assertThat(weights.plan()).isEqualTo(plan.with(HeadPlan.NONE).whitened(false));
        assertThat(weights.values())
                .containsOnlyKeys(Architecture.of(weights.plan()).slots().stream()
                        .map(Slot::name)
                        .toList());
        assertThat(Files.readString(folder.resolve("encoder.json")).contains("\"whitened\""))
                .isEqualTo(whitened);
        assertThat(weights.whitening().map(Whitening::weight).orElse(new float[0]))
                .isEqualTo(Whitening.of(plan, values).map(Whitening::weight).orElse(new float[0]));
        if (whitened) {
            assertThatThrownBy(() -> GivenWeights.whitening(folder.resolve("encoder.pt"), 31))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("whiten.weight has the shape [32, 32] where [31, 31] is needed");
        }
    }

    @Test
    void aDescriptionThatCannotBeReadIsRefusedInOneLine() throws IOException {
        assertThatThrownBy(() -> described("{\"recipe\": "))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("encoder.json cannot be read")
                .hasMessageNotContaining("\n");
        ShippedEncoder foreign =
                described("{\"recipe_text\": \"\\u001b[31mnew\", \"input\": {\"trained_height\": 48}}");
        assertThatThrownBy(foreign::recipe)
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("There is no recipe '\\u001b[31mnew'")
                .hasMessageEndingWith("use the release that trained the encoder, or a newer one");
    }

    private ShippedEncoder described(String description) throws IOException {
        Files.writeString(folder.resolve("encoder.pt"), "");
        Files.writeString(folder.resolve("encoder.json"), description);
        return ShippedEncoder.at(folder);
    }

    private static Path checkpoint(Path run, long step) throws IOException {
        Path place = Files.createDirectories(run.resolve(String.format("step-%08d", step)));
        Files.createFile(place.resolve("encoder.pt"));
        Files.createFile(place.resolve("SHA256SUMS"));
        return place;
    }
}
