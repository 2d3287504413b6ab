package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.process.command.WordConverter;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.LossFormula.Debiased;
import io.streamclr.trainer.loss.LossFormula.Decoupled;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossFormula.HardNegative;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.LossPlan.SameImage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class LossOptionsTest {

    @Test
    void simClrsLossIsTheDefault() {
        assertThat(plan()).isEqualTo(LossPlan.ntXent(0.2));
    }

    @Test
    void everyLossTakesItsOwnParameters() {
        assertThat(plan("--loss", "dcl").formula()).isEqualTo(new Decoupled());
        assertThat(plan("--loss", "debiased", "--tau-plus", "0.2").formula()).isEqualTo(new Debiased(0.2));
        assertThat(plan("--loss", "hard-negative", "--beta", "0.5").formula()).isEqualTo(new HardNegative(0.1, 0.5));
        assertThat(plan("--loss", "fn-elimination", "--false-negatives", "4", "--support", "mean")
                        .formula())
                .isEqualTo(new FalseNegativeElimination(4, 0.7, Support.MEAN));
    }

    @Test
    void nearDuplicatesAreMaskedWhateverTheLoss() {
        assertThat(plan("--loss", "dcl", "--mask-near-duplicates", "0.95").nearDuplicates())
                .isEqualTo(0.95);
    }

    @Test
    void picturesAreComparedWhereSomebodySaysHowAlikeTheyAre() {
        assertThat(plan().comparesPictures()).isFalse();
        assertThat(plan("--mask-picture-hash", "0").comparesPictures()).isTrue();
        assertThat(plan("--loss", "dcl", "--mask-picture-hash", "4").alikeBits())
                .isEqualTo(4);
        assertThatThrownBy(() -> plan("--mask-picture-hash", "32"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Pictures are alike whose hashes differ in at most 0 to 31 of 64 bits, not 32; 4 is careful");
    }

    @Test
    void viewsOfOneImageAreMaskedUnlessSomebodyAsksForMore() {
        assertThat(plan().sameImage()).isEqualTo(SameImage.MASKED);
        assertThat(plan("--same-image", "negative").sameImage()).isEqualTo(SameImage.NEGATIVE);
    }

    @Test
    void aParameterThatTheLossDoesNotUseIsRefused() {
        assertThatThrownBy(() -> plan("--loss", "debiased", "--beta", "1"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The loss debiased has no use for --beta; leave it out, or choose a --loss whose"
                        + " description names it");
        assertThatThrownBy(() -> plan("--support", "max"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The loss nt-xent has no use for --support;");
    }

    @Test
    void anUnknownLossIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> plan("--loss", "triplet"))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining("'triplet' is none of nt-xent, dcl, debiased, hard-negative, fn-elimination");
    }

    private static LossPlan plan(String... arguments) {
        LossOptions options = new LossOptions();
        CommandLine line = new CommandLine(new Bare()).addMixin("loss", options);
        WordConverter.addTo(line);
        line.parseArgs(arguments);
        return options.plan(0.2);
    }

    @Command
    private static final class Bare {}
}
