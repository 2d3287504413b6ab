package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkTest {

    @Test
    void theViewsOfAnImageShareAChunkOnlyWhenThereIsOneChunk() {
        assertThat(Chunk.cut(8, 16, 1)).containsExactly(new Chunk(0, 16));
        assertThat(Chunk.cut(8, 15, 1)).containsExactly(new Chunk(0, 8), new Chunk(8, 8));
        assertThat(Chunk.cut(7, 3, 1))
                .containsExactly(
                        new Chunk(0, 2),
                        new Chunk(2, 2),
                        new Chunk(4, 3),
                        new Chunk(7, 2),
                        new Chunk(9, 2),
                        new Chunk(11, 3));
    }

    @Test
    void chunksMoveRunningStatisticsAsOneUpdateWithTheirMeanWould() {
        double[] momenta = Chunk.momenta(List.of(new Chunk(0, 3), new Chunk(3, 3), new Chunk(6, 2)), 0.1);

        double running = 5;
        double[] statistics = {1, 2, 7};
        for (int c = 0; c < 3; c++) {
            running = (1 - momenta[c]) * running + momenta[c] * statistics[c];
        }

        assertThat(running).isCloseTo(0.9 * 5 + 0.1 * (3 * 1 + 3 * 2 + 2 * 7) / 8, within(1e-12));
    }
}
