package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void theSpreadIsTheSampleDeviationOfTheSeeds() {
        Figure figure = Figure.of(List.of(0.80, 0.82, 0.87));

        assertThat(figure.mean()).isCloseTo(0.83, within(1e-12));
        assertThat(figure.spread()).isCloseTo(Math.sqrt((0.0009 + 0.0001 + 0.0016) / 2), within(1e-12));
        assertThat(figure.seeds()).isEqualTo(3);
    }

    @Test
    void oneSeedHasNoSpread() {
        assertThat(Figure.of(List.of(0.8))).isEqualTo(new Figure(0.8, 0, 1));
    }
}
