package io.streamclr.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.streamclr.trainer.bench.TrainBenchmark;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate.Shape;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.TorchDevice;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PresetTest {

    private static final SaveEvery SAVED = new SaveEvery(500, Duration.ofMinutes(10));
    private static final List<TorchDevice> TWO = List.of(TorchDevice.CPU, TorchDevice.CPU);

    @Test
    void aProcessorTrainsTheDemosNetwork() {
        UpdateRule muon = new UpdateRule.Muon(1e-4, 0.95, 0.99, 1e-8);
        assertThat(Preset.on(TorchDevice.CPU).at(32, 128))
                .isEqualTo(new Defaults(
                                demos(Stem.SMALL2),
                                0.07,
                                new Batching(128, 8, 1024),
                                muon,
                                OptionalDouble.of(0.08),
                                100,
                                SAVED)
                        .on(TWO));
        assertThat(Preset.CPU_SMALL.at(224, 128))
                .isEqualTo(new Defaults(
                                demos(Stem.IMAGENET),
                                0.07,
                                new Batching(128, 8, 64),
                                muon,
                                OptionalDouble.of(0.08),
                                100,
                                SAVED)
                        .on(TWO));
    }

    @Test
    void theProcessorIsTwoDevicesOnlyForItsOwnPresetAndWhereEachHasTwoPairs() {
        assertThat(Preset.CPU_SMALL.at(32, 4).devices()).isEqualTo(TWO);
        assertThat(Preset.CPU_SMALL.at(32, 3).devices()).containsExactly(TorchDevice.CPU);
        assertThat(Preset.CPU_SMALL.at(32, 128).amongst(2).devices()).containsExactly(TorchDevice.CPU);
        assertThat(Preset.SIMCLR.at(32, 512).devices()).containsExactly(TorchDevice.CPU);
    }

    @Test
    void aPrecisionIsChosenForTheNetworkAndTheViewsThatARunHas() {
        NetworkPlan demos = Preset.CPU_SMALL.at(32, 128).network();
        NetworkPlan cards = Preset.GPU.at(32, 128).network();

        assertThat(Preset.CPU_SMALL.precision(demos, 32, 256)).isEqualTo(Processor.fasterPrecision(demos, 32, 256));
        assertThat(Preset.CPU_SMALL.precision(demos, 8, 256)).isEqualTo(Processor.fasterPrecision(demos, 8, 256));
        assertThat(Preset.GPU.precision(cards, 32, 256)).isEqualTo(Precision.BFLOAT16);
    }

    @Test
    void aProcessorMovesOnlyAResNetByMuon() {
        assertThat(Preset.CPU_SMALL.rule(VisionTransformer.named("vit-tiny", 4, 32, false)))
                .isEqualTo(new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8));
        assertThat(Preset.CPU_SMALL.rule(Preset.GPU.at(32, 128).network().backbone()))
                .isEqualTo(Preset.CPU_SMALL.at(32, 128).rule());
        assertThat(Preset.PAPER.rule(VisionTransformer.named("vit-tiny", 4, 32, false)))
                .isEqualTo(Preset.PAPER.at(32, 128).rule());
    }

    @Test
    void aCardTrainsAWholeNetworkIn16Bits() {
        UpdateRule adam = new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8);
        HeadPlan head = new HeadPlan(2, 0, 128, 0);

        assertThat(Preset.on(new TorchDevice(1)).at(32, 1024))
                .isEqualTo(new Defaults(
                        network(18, 1, Stem.SMALL, 1, head, false, Precision.BFLOAT16),
                        0.1,
                        new Batching(1024, 8, 1024),
                        adam,
                        OptionalDouble.of(0.002),
                        500,
                        SAVED));
        assertThat(Preset.GPU.at(224, 1024))
                .isEqualTo(new Defaults(
                        network(50, 1, Stem.IMAGENET, 1, head, false, Precision.BFLOAT16),
                        0.1,
                        new Batching(1024, 3, 250),
                        adam,
                        OptionalDouble.of(0.002),
                        500,
                        SAVED));
    }

    @Test
    void thePapersAreThoseOfThePaper() {
        assertThat(Preset.PAPER.at(224, 4096))
                .isEqualTo(new Defaults(
                        network(50, 1, Stem.IMAGENET, 1, new HeadPlan(2, 0, 128, 0.01), true, Precision.FLOAT32),
                        0.1,
                        new Batching(4096, 1, 125),
                        new UpdateRule.Lars(1e-6, 0.9, 0.001),
                        OptionalDouble.empty(),
                        3130,
                        SAVED));
        assertThat(Preset.PAPER.at(32, 4096).network().backbone()).isEqualTo(new ResNet(50, 1, 1, Stem.SMALL, 1, true));
    }

    @Test
    void simclrsTrainAsThePaperOnASmallerNetworkAndByACosine() {
        HeadPlan head = new HeadPlan(2, 0, 128, 0.01);
        UpdateRule lars = new UpdateRule.Lars(1e-6, 0.9, 0.001);

        assertThat(Preset.SIMCLR.at(32, 512))
                .isEqualTo(new Defaults(
                        network(18, 1, Stem.SMALL, 1, head, true, Precision.FLOAT32),
                        0.5,
                        new Batching(512, 8, 1024),
                        lars,
                        GradientClipping.NONE,
                        OptionalDouble.empty(),
                        976, // ten epochs of 50,000 images
                        Shape.COSINE,
                        SAVED,
                        List.of(TorchDevice.CPU)));
        assertThat(Preset.SIMCLR.at(224, 256))
                .isEqualTo(new Defaults(
                        network(18, 1, Stem.IMAGENET, 1, head, true, Precision.FLOAT32),
                        0.1,
                        new Batching(256, 8, 64),
                        lars,
                        GradientClipping.NONE,
                        OptionalDouble.empty(),
                        1953,
                        Shape.COSINE,
                        SAVED,
                        List.of(TorchDevice.CPU)));
        assertThat(Preset.SIMCLR.at(32, 512).rule())
                .isEqualTo(Preset.PAPER.at(32, 512).rule());
    }

    @Test
    void aWarmUpBeforeACosineLastsATenthOfTheRunAtMost() {
        assertThat(Preset.SIMCLR.at(32, 512).endingAfter(2000).warmUp()).isEqualTo(200);
        assertThat(Preset.SIMCLR.at(32, 512).endingAfter(97_700).warmUp()).isEqualTo(976);
        assertThat(Preset.SIMCLR.at(32, 512).endingAfter(0).warmUp()).isEqualTo(976);
        assertThat(Preset.PAPER.at(32, 512).endingAfter(2000).warmUp()).isEqualTo(3130);
    }

    private static NetworkPlan demos(Stem stem) {
        return new NetworkPlan(
                new ResNet(10, 0.25, 1, 2, stem, 2, false),
                new HeadPlan(2, 256, 128, 0),
                Norm.BATCH,
                Normalisation.NONE,
                Precision.FLOAT32,
                true);
    }

    private static NetworkPlan network(
            int depth, double width, Stem stem, int stages, HeadPlan head, boolean zeroGamma, Precision precision) {
        return new NetworkPlan(depth, width, stem, stages, head, Norm.BATCH, zeroGamma, Normalisation.NONE, precision);
    }

    /** Two cores have two seconds of processor time a second, however busy others keep them. */
    @Test
    void aFirstStepOfFiveHundredPairsTakesLessThanAMinuteOfTwoCores() {
        Defaults small = Preset.CPU_SMALL.at(32, 512);
        long before = processorNanos();

        TrainBenchmark.run( // several steps
                new TrainBenchmark.Setting(
                        small.network(),
                        32,
                        512,
                        small.batching().chunkViews(),
                        1,
                        Math.min(2, Runtime.getRuntime().availableProcessors()),
                        List.of(TorchDevice.CPU)),
                1);

        assertThat(Duration.ofNanos(processorNanos() - before)).isLessThan(Duration.ofMinutes(2));
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
