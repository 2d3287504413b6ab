package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiplyAddsTest {

    private static final int CLASSES = 1000;

    /** torchvision calls them GFLOPS; its figures have a classifier of 1,000 classes, and the encoder here has none. */
    @ParameterizedTest
    @CsvSource({
        "resnet18, 1.814",
        "resnet34, 3.664",
        "resnet50, 4.089",
        "resnet101, 7.801",
        "resnet152, 11.514",
        "wide-resnet50, 11.398",
        "wide-resnet101, 22.753",
        "vit-base, 17.564",
        "convnext-tiny, 4.456"
    })
    void atImageNetsSizeTheyAreThoseThatTorchvisionPublishes(String name, double billions) {
        Backbone backbone = named(name, 224);

        long withClassifier = backbone.multiplyAdds(224, 224).forward() + (long) backbone.features() * CLASSES;

        assertThat(withClassifier / 1e9).isCloseTo(billions, within(0.0006));
    }

    @Test
    void theWayBackIsTwiceTheWayForwardWithoutTheGradientOfPixels() {
        MultiplyAdds resnet = named("resnet18", 224).multiplyAdds(224, 224);
        long stem = 3L * 64 * 7 * 7 * 112 * 112;

        assertThat(resnet.backward()).isEqualTo(2 * resnet.forward() - stem);
    }

    @Test
    void frozenPatchesGoForwardOnly() {
        MultiplyAdds trained = new VisionTransformer(2, 64, 8, 32, false).multiplyAdds(32, 32);
        MultiplyAdds frozen = new VisionTransformer(2, 64, 8, 32, true).multiplyAdds(32, 32);

        assertThat(frozen.forward()).isEqualTo(trained.forward());
        assertThat(frozen.backward()).isEqualTo(trained.backward() - 16L * 3 * 8 * 8 * 64);
    }

    @Test
    void aHeadAddsItsLayers() {
        Backbone backbone = named("resnet18", 32);
        HeadPlan head = new HeadPlan(3, 100, 64, 0);

        MultiplyAdds whole =
                new NetworkPlan(backbone, head, Norm.BATCH, Normalisation.NONE, Precision.FLOAT32).multiplyAdds(32, 32);

        assertThat(whole).isEqualTo(backbone.multiplyAdds(32, 32).and(512 * 100 + 100 * 100 + 100 * 64));
    }

    private static Backbone named(String name, int side) {
        if (VisionTransformer.isName(name)) {
            return VisionTransformer.named(name, 16, side, false);
        }
        return ConvNext.isName(name) ? ConvNext.named(name, Stem.IMAGENET) : ResNet.named(name, Stem.IMAGENET, false);
    }
}
