package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.RunLength;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class LearningOptionsTest {

    private static final ResNet RESNET = new ResNet(18, 1, 1, Stem.SMALL, 1, false);

    private static final UpdateRule LARS = Preset.PAPER.at(32, 4096).rule();
    private static final UpdateRule NESTEROV = new UpdateRule.Sgd(1e-3, 0.8, true);

    @Test
    void whatIsNotGivenIsThatOfThePresetOrTheRun() {
        assertThat(options("--trust-coefficient", "0.02").rule(LARS)).isEqualTo(new UpdateRule.Lars(1e-6, 0.9, 0.02));
        assertThat(options("--momentum", "0.7").rule(LARS)).isEqualTo(new UpdateRule.Lars(1e-6, 0.7, 0.001));
        assertThat(options().rule(NESTEROV)).isEqualTo(NESTEROV);
        assertThat(options("--nesterov=false").rule(NESTEROV)).isEqualTo(new UpdateRule.Sgd(1e-3, 0.8));
        assertThat(options("--optimiser", "sgd", "--nesterov").rule(LARS))
                .as("numbers of lars are not for sgd")
                .isEqualTo(new UpdateRule.Sgd(1e-4, 0.9, true));
        assertThat(options().clipping(new GradientClipping(3))).isEqualTo(new GradientClipping(3));
        assertThat(options("--clip-gradients", "2").clipping(new GradientClipping(3)))
                .isEqualTo(new GradientClipping(2));
    }

    @Test
    void whatTheOptimiserDoesNotUseIsRefused() {
        assertThatThrownBy(() -> options("--trust-coefficient", "0.02").rule(NESTEROV))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The optimiser sgd has no use for --trust-coefficient; leave it out, or give --optimiser"
                        + " lars");
        assertThatThrownBy(() -> options("--nesterov").rule(LARS))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The optimiser lars has no use for --nesterov; leave it out, or give --optimiser sgd");
    }

    @Test
    void thePresetsCosineIsForARunWithAnEndAndNoCoolDown() {
        Defaults simclr = Preset.SIMCLR.at(32, 512);
        LearningRate constant = LearningRate.constant(0.075 * Math.sqrt(512), 10);

        assertThat(options().rate(512, RunLength.of(900).warmingUp(10), simclr, RESNET))
                .isEqualTo(LearningRate.cosine(0.075 * Math.sqrt(512), 10, 900));
        assertThat(options().rate(512, RunLength.of(0).warmingUp(10), simclr, RESNET))
                .isEqualTo(constant);
        assertThat(options().rate(512, RunLength.of(900).warmingUp(10).coolingDown(300), simclr, RESNET))
                .isEqualTo(constant);
        assertThat(options("--schedule", "constant").rate(512, RunLength.of(900).warmingUp(10), simclr, RESNET))
                .isEqualTo(constant);
        assertThat(options().rate(512, RunLength.of(900).warmingUp(10), Preset.PAPER.at(32, 512), RESNET))
                .as("the other presets have no cosine")
                .isEqualTo(constant);
    }

    @Test
    void aPresetsRateIsForItsOwnBackboneAndAdamwHasAnotherForVits() {
        Defaults gpu = Preset.GPU.at(32, 512);
        VisionTransformer vit = new VisionTransformer(12, 192, 4, 32, false);

        assertThat(options().rate(512, RunLength.of(0), gpu, RESNET).peak()).isEqualTo(0.002);
        assertThat(options().rate(512, RunLength.of(0), gpu, vit).peak()).isEqualTo(3e-4);
        assertThat(options("--learning-rate", "0.1")
                        .rate(512, RunLength.of(0), gpu, vit)
                        .peak())
                .isEqualTo(0.1);
    }

    private static LearningOptions options(String... arguments) {
        LearningOptions options = new LearningOptions();
        new CommandLine(new Bare())
                .addMixin("learning", options)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return options;
    }

    @Command
    private static final class Bare {}
}
