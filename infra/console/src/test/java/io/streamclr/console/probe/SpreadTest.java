package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theSpreadIsTheSampleDeviationOfTheSeeds() {
        Spread spread = Spread.of(List.of(0.80, 0.82, 0.87));

        assertThat(spread.mean()).isCloseTo(0.83, within(1e-12));
        assertThat(spread.deviation()).isCloseTo(Math.sqrt((0.0009 + 0.0001 + 0.0016) / 2), within(1e-12));
        assertThat(spread.count()).isEqualTo(3);
    }

    @Test
    void oneSeedHasNoSpread() {
        assertThat(Spread.of(List.of(0.8))).isEqualTo(new Spread(0.8, 0, 1));
    }
}
