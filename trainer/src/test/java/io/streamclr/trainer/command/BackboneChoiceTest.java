package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.VisionTransformer;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BackboneChoiceTest {

    /** So that a run that cannot go on with another ViT does not say that it was asked for images of another size, too. */
    @Test
    void anotherViTIsForImagesOfTheSameSizeAsTheOneBeforeWhileNobodyHasSeenThem() {
        Backbone before = new VisionTransformer(1, 64, 8, 32, false);

        assertThat(choice("vit-2x64").of(before, false, OptionalInt.empty()))
                .isEqualTo(new VisionTransformer(2, 64, 4, 32, false));
        assertThat(choice("vit-2x64").of(before, false, OptionalInt.of(128)))
                .isEqualTo(new VisionTransformer(2, 64, 16, 128, false));
    }

    private static BackboneChoice choice(String name) {
        return new BackboneChoice(
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
