package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.command.WeightsOptions;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.weights.GivenWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlanTest {

    @Test
    void halfOfTheThreadsTakeTheFirstViewsThroughTheNetworkAndHalfTheSecond() {
        assertThat(training(2).computing().threads()).isEqualTo(1);
        assertThat(training(9).computing().threads()).isEqualTo(4);
        assertThat(training(9).computing().devices()).containsExactly(TorchDevice.CPU, TorchDevice.CPU);
    }

    @Test
    void aSingleThreadTakesAllViews() {
        assertThat(training(1).computing().threads()).isEqualTo(1);
        assertThat(training(1).computing().devices()).containsExactly(TorchDevice.CPU);
    }

    @Test
    void aRunIsNotGoneOnWithInAnotherNumberOfParts() {
        assertThat(plan(1).folder()).isNotEqualTo(plan(2).folder());
        assertThat(plan(2).folder()).isEqualTo(plan(16).folder());
    }

    @Test
    void aDemoThatReleaseOneBeganLiesWhereItLayAndGoesOnAsItWas(@TempDir Path home) throws Exception {
        Path file = Path.of(
                DemoPlanTest.class.getResource("/version-0.1/demo/folders.txt").toURI());
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", -1);
            Path lies = home.resolve(Path.of("/home").relativize(Path.of(words[4])));
            DemoPlan plan = new DemoPlan(
                    home,
                    Path.of("/data/images"),
                    Labels.AUTO,
                    true,
                    Optional.empty(),
                    Recipe.parse("grey"),
                    Duration.ofMinutes(10),
                    Long.parseLong(words[2]),
                    Integer.parseInt(words[1]),
                    Word.of(Precision.class, words[0]),
                    Integer.parseInt(words[3]),
                    1,
                    Optional.empty());

            assertThat(plan.folder()).as(line).isNotEqualTo(lies);
            Files.createDirectories(lies);

            assertThat(plan.folder()).as(line).isEqualTo(lies);
            Learning learning = plan.training(KafkaConnection.to("127.0.0.1:1")).learning();
            assertThat(((ResNet) learning.network().backbone()).depth()).isEqualTo(18);
            assertThat(learning.rule()).isEqualTo(new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8));
            assertThat(learning.schedule().rate().peak()).isEqualTo(0.004);
        }
    }

    /** The text that names a folder says so much of the network; whoever changes it must say that there too. */
    @Test
    void theNetworkOfADemoIsTheOneThatItsFolderIsNamedFor() {
        TrainConfig config = training(2);

        assertThat(config.learning().network())
                .isEqualTo(new NetworkPlan(
                        new ResNet(10, 0.25, 1, 2, Stem.SMALL2, 2, false),
                        new HeadPlan(2, 256, 128, 0),
                        Norm.BATCH,
                        Normalisation.NONE,
                        Precision.FLOAT32,
                        true));
        assertThat(config.learning().rule()).isEqualTo(new UpdateRule.Muon(1e-4, 0.95, 0.99, 1e-8));
        Defaults trains = Preset.CPU_SMALL.at(28, DemoPlan.BATCH_PAIRS);
        assertThat(config.learning().network()).isEqualTo(trains.network());
        assertThat(config.learning().rule()).isEqualTo(trains.rule());
        assertThat(config.learning().schedule().rate().peak())
                .isEqualTo(trains.peak().orElseThrow());
    }

    @Test
    void theShareOfOnePartitionFillsABlock() {
        assertThat(plan(2).pairsAhead() / DemoPlan.PARTITIONS).isGreaterThan(8 * DemoPlan.BATCH_PAIRS);
    }

    @Test
    void aCoolDownIsShortenedWhenTheMachineSlowsAndNotWhileItKeepsItsPace() {
        double pace = 10.0 * DemoPlan.BATCH_PAIRS;
        long steps = DemoPlan.coolDownSteps(100, pace);

        for (int second = 0; second < 100; second++) {
            assertThat(DemoPlan.isLate(steps - 10L * second, 100 - second, pace))
                    .as("at second %s", second)
                    .isFalse();
        }
        assertThat(DemoPlan.isLate(steps - 500, 50, pace / 2)).isTrue();
        assertThat(DemoPlan.isLate(DemoPlan.coolDownSteps(50, pace / 2), 50, pace / 2))
                .isFalse();
        assertThat(DemoPlan.isLate(2, -1, pace)).isTrue();
        assertThat(DemoPlan.isLate(1, -1, pace)).isFalse();
    }

    @Test
    void weightsDecideTheNetworkAndMakeAnotherDemo(@TempDir Path folder) throws Exception {
        Architecture small = Architecture.of(new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL, HeadPlan.NONE, false, Normalisation.IMAGENET, Precision.FLOAT32));
        EncoderFiles.write(folder, small, small.initialValues(1), new Origin("r", 1, 1, "", 32, 32));
        GivenWeights weights = WeightsOptions.read(folder.toString(), folder);

        DemoPlan plan = plan(2, Optional.of(weights));

        Learning learning = plan.training(KafkaConnection.to("127.0.0.1:1")).learning();
        assertThat(learning.weights()).contains(weights.origin());
        assertThat(((ResNet) learning.network().backbone()).width()).isEqualTo(1.0 / 16);
        assertThat(((ResNet) learning.network().backbone()).stem()).isEqualTo(Stem.SMALL);
        assertThat(learning.network().pixels()).isEqualTo(Normalisation.IMAGENET);
        assertThat(plan.startingEncoder()).containsKey("layer4.1.conv2.weight");
        assertThat(plan.folder()).isNotEqualTo(plan(2).folder());
    }

    @Test
    void aViTLearnsAtTheRateThatTrainHasForItAndIsShownImagesOfItsSizeAlone(@TempDir Path folder) throws Exception {
        GivenWeights vit = vit(28, folder.resolve("28"));

        assertThat(plan(2, Optional.of(vit))
                        .training(KafkaConnection.to("127.0.0.1:1"))
                        .learning()
                        .schedule()
                        .rate()
                        .peak())
                .isEqualTo(LearningRate.ofMocoV3(DemoPlan.BATCH_PAIRS));
        assertThat(training(2).learning().schedule().rate().peak()).isEqualTo(0.08);

        Optional<GivenWeights> other = Optional.of(vit(32, folder.resolve("32")));
        assertThatThrownBy(() -> plan(2, other))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("Images of 28x28 pixels cannot be shown to this ViT");
    }

    private static GivenWeights vit(int side, Path folder) throws Exception {
        Files.createDirectories(folder);
        Architecture architecture = Architecture.of(new NetworkPlan(
                new VisionTransformer(1, 64, 4, side, false),
                HeadPlan.NONE,
                Norm.GROUP,
                Normalisation.NONE,
                Precision.FLOAT32));
        EncoderFiles.write(folder, architecture, architecture.initialValues(1), new Origin("r", 1, 1, "", side, side));
        return WeightsOptions.read(folder.toString(), folder);
    }

    private static TrainConfig training(int threads) {
        return plan(threads).training(KafkaConnection.to("127.0.0.1:1"));
    }

    private static DemoPlan plan(int threads) {
        return plan(threads, Optional.empty());
    }

    private static DemoPlan plan(int threads, Optional<GivenWeights> weights) {
        return new DemoPlan(
                Path.of("home"),
                Path.of("images"),
                Labels.AUTO,
                true,
                Optional.empty(),
                Recipe.parse("grey"),
                Duration.ofMinutes(10),
                1,
                threads,
                Precision.FLOAT32,
                8,
                1,
                weights);
    }
}
