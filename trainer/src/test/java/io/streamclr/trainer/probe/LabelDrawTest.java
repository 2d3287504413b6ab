package io.streamclr.trainer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelDrawTest {

    /** 300 of class 0, 100 of class 1, 3 of class 2. */
    private static final int[] LABELS = IntStream.range(0, 403)
            .map(row -> row < 300 ? 0 : row < 400 ? 1 : 2)
            .toArray();

    @Test
    void everyClassGivesTheSameShareAndOneImageAtLeast() {
        int[] sampled = LabelDraw.stratified(LABELS, 0.1, 1);

        assertThat(LabelDraw.pick(LABELS, sampled)).containsOnly(0, 1, 2).hasSize(41);
        assertThat(Arrays.stream(sampled).filter(row -> row < 300)).hasSize(30);
        assertThat(Arrays.stream(sampled).filter(row -> row >= 400)).hasSize(1);
    }

    @Test
    void oneSeedDrawsTheSameImagesAndAnotherOneOthers() {
        int[] sampled = LabelDraw.stratified(LABELS, 0.1, 1);

        assertThat(LabelDraw.stratified(LABELS, 0.1, 1)).isEqualTo(sampled);
        assertThat(LabelDraw.stratified(LABELS, 0.1, 2)).isNotEqualTo(sampled);
    }

    @Test
    void aLargerShareHasTheSmallerOneInIt() {
        int[] few = LabelDraw.stratified(LABELS, 0.05, 3);

        assertThat(LabelDraw.stratified(LABELS, 0.5, 3)).contains(few);
    }

    @Test
    void aShareOfOneIsEveryImageInOrder() {
        assertThat(LabelDraw.stratified(LABELS, 1, 9))
                .isEqualTo(IntStream.range(0, LABELS.length).toArray());
    }

    @Test
    void noShareAndMoreThanAllAreErrors() {
        assertThatThrownBy(() -> LabelDraw.stratified(LABELS, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LabelDraw.stratified(LABELS, 1.1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
