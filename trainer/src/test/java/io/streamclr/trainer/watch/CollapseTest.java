package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.health.Health;
import io.streamclr.trainer.health.Similarities;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class CollapseTest {

    private static final List<Integer> NONE = Collections.nCopies(Similarities.BINS, 0);

    @Test
    void aRankThatStaysNearTheLeastIsOneCollapse() {
        assertThat(begins(1.5, 5, 1.4, 1.6, 1.3, 2.9, 1.4)).containsExactly(false, true, false, false, false, false);
    }

    @Test
    void aRankOfTwiceTheLeastEndsACollapse() {
        assertThat(begins(1.5, 1.4, 3, 1.4)).containsExactly(true, false, true);
    }

    @Test
    void aRankThatIsNoNumberIsACollapseAndOneLeastOfNoneNever() {
        assertThat(begins(1.5, Double.NaN, 1.6)).containsExactly(true, false);
        assertThat(begins(0, 0, 1)).containsExactly(false, false);
    }

    private static Boolean[] begins(double least, double... ranks) {
        Collapse collapse = new Collapse(least);
        return DoubleStream.of(ranks)
                .mapToObj(rank -> collapse.beginsWith(new Health(rank, 10, 0, 0, new Similarities(NONE, NONE))))
                .toArray(Boolean[]::new);
    }
}
