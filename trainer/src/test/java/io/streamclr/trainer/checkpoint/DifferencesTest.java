package io.streamclr.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that a checkpoint was saved with, also by older releases, against those that are asked for. */
class DifferencesTest {

    @Test
    void everySettingThatDiffersIsNamedAndNoneThatOnlyOneKnows() {
        Map<String, String> before = new LinkedHashMap<>();
        before.put("--loss", "debiased");
        before.put("--tau-plus", "0.1");
        before.put("--width", "1/8");
        before.put("--mask-picture-hash", "");
        before.put("--zero-gamma", "true");
        Map<String, String> now = new LinkedHashMap<>(before);
        now.put("--loss", "dcl");
        now.remove("--tau-plus");
        now.put("--mask-picture-hash", "4");
        now.put("--zero-gamma", "false");
        now.put("--norm", "group");

        assertThat(Differences.between(before, now).sentence())
                .isEqualTo(
                        "was begun with --loss debiased, no --mask-picture-hash and --zero-gamma, and now --loss dcl,"
                                + " --mask-picture-hash 4 and no --zero-gamma are asked for");
        assertThat(Differences.between(before, before).isEmpty()).isTrue();
    }

    @Test
    void aResnetWithoutANameIsAnotherBackboneThanOneThatHasAName() {
        Map<String, String> resnet = Map.of("--depth", "18", "--norm", "group");
        Map<String, String> vit = Map.of("--backbone", "vit-tiny", "--norm", "group");

        assertThat(Differences.between(resnet, vit).sentence())
                .isEqualTo("was begun with --backbone resnet18, and now --backbone vit-tiny is asked for");
        assertThat(Differences.between(vit, resnet).sentence())
                .isEqualTo("was begun with --backbone vit-tiny, and now --backbone resnet18 is asked for");
        assertThat(Differences.between(resnet, resnet).isEmpty()).isTrue();
    }

    @Test
    void settingsOfReleaseOneThatNobodyUnderstandsStayAsTheyAre() {
        assertThat(FirstSettings.inWords(
                        Map.of("--loss", "Magic[of=7]", "--optimiser", "none", "--width", "wide", "--more", "4.0")))
                .isEqualTo(Map.of("--loss", "Magic[of=7]", "--optimiser", "none", "--width", "wide", "--more", "4"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20_240_101_000_000L, 1L << 53 | 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void seedsOfReleaseOneStayTheSameToTheLastDigit(long seed) {
        assertThat(FirstSettings.inWords(Map.of("--seed", Long.toString(seed))))
                .containsExactly(Map.entry("--seed", Long.toString(seed)));
    }

    @Test
    void whatVersion3DidNotKnowOfWasOffAndIsHeldAgainstWhatIsAskedFor() {
        Map<String, String> before =
                ThirdSettings.inWords(Map.of("--optimiser", "sgd", "--momentum", "0.9", "--head-layers", "2"));
        Map<String, String> now = new LinkedHashMap<>(before);
        now.put("--nesterov", "true");
        now.put("--clip-gradients", "0.5");

        Differences found = Differences.between(before, now);

        assertThat(found.now()).containsExactlyInAnyOrder("--nesterov", "--clip-gradients 0.5");
        assertThat(found.before()).containsExactlyInAnyOrder("no --nesterov", "no --clip-gradients");
        assertThat(ThirdSettings.inWords(Map.of("--optimiser", "lars", "trust", "0.001")))
                .isEqualTo(Map.of("--optimiser", "lars", "--trust-coefficient", "0.001", "--clip-gradients", ""));
    }
}
