package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ShippedEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeRecipeTest {

    @TempDir
    private Path folder;

    @Test
    void aRecipeThatNobodyKnowsMustBeGiven() throws IOException {
        Recipe other = Recipe.parse("grey,size=48,flip=off");
        ShippedEncoder unknown =
                described("{\"recipe\": \"%s\", \"input\": {\"trained_height\": 48}}".formatted(other.fingerprint()));

        assertThatThrownBy(() -> new ProbeRecipe(unknown, line -> {}).of(Optional.empty()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Nothing beside " + unknown.archive() + " says which recipe the encoder was trained with;"
                        + " give it with --recipe, such as imagenet,size=48");
    }

    @Test
    void anEncoderWithoutADescriptionIsProbedByWhatIsAskedFor() throws IOException {
        Files.createFile(folder.resolve("encoder.pt"));
        List<String> said = new ArrayList<>();

        assertThat(new ProbeRecipe(ShippedEncoder.at(folder), said::add).of(Optional.of("cifar")))
                .isEqualTo(Recipe.parse("cifar"));
        assertThat(said).isEmpty();
    }

    @Test
    void anotherSizeIsToldEvenWhereTheRecipeIsNotKnown() throws IOException {
        ShippedEncoder unknown = described("{\"recipe\": \"0\", \"input\": {\"trained_height\": 48}}");
        List<String> said = new ArrayList<>();
        ProbeRecipe recipes = new ProbeRecipe(unknown, said::add);

        assertThat(recipes.of(Optional.of("cifar")).size()).isEqualTo(48);
        assertThat(said).isEmpty();
        assertThat(recipes.of(Optional.of("cifar, size = 32")).size()).isEqualTo(32);
        assertThat(said).containsExactly("The encoder was trained on images of 48 pixels; using 32, as --recipe says");
    }

    private ShippedEncoder described(String description) throws IOException {
        Files.writeString(folder.resolve("encoder.pt"), "");
        Files.writeString(folder.resolve("encoder.json"), description);
        return ShippedEncoder.at(folder);
    }
}
