package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
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

    @Test
    void aDepthThatIsGivenIsThatOfANetworkAsPublishedUnlessItsLastStagesAreAskedToBeWider() {
        Backbone usual = new ResNet(10, 0.25, 1, 2, Stem.SMALL2, 2, false);

        assertThat(resnet(OptionalInt.empty(), OptionalInt.empty()).of(usual, false, OptionalInt.empty()))
                .isEqualTo(usual);
        assertThat(resnet(OptionalInt.of(18), OptionalInt.empty()).of(usual, false, OptionalInt.empty()))
                .isEqualTo(new ResNet(18, 0.25, 1, Stem.SMALL2, 2, false));
        assertThat(resnet(OptionalInt.of(10), OptionalInt.empty()).of(usual, true, OptionalInt.empty()))
                .as("weights know it")
                .isEqualTo(usual);
        assertThat(resnet(OptionalInt.of(18), OptionalInt.of(4)).of(usual, false, OptionalInt.empty()))
                .isEqualTo(new ResNet(18, 0.25, 1, 4, Stem.SMALL2, 2, false));
    }

    private static BackboneChoice resnet(OptionalInt depth, OptionalInt lateWidth) {
        return new BackboneChoice(
                Optional.empty(),
                depth.stream().boxed().findFirst(),
                Optional.empty(),
                lateWidth.stream().boxed().findFirst(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
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
                Optional.empty(),
                Optional.empty());
    }
}
