package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.torch.ByteRows;
import java.nio.ByteBuffer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ColourGridTest {

    private static final Offset<Float> ROUNDING = within(1e-6f);

    @Test
    void isTheMeanColourOfEachCellOverBothViews() {
        ByteBuffer views = ByteBuffer.allocate(2 * 2 * 8 * 8 * 3);
        fill(views, 1, 0, 2, 1, 255);
        fill(views, 3, 0, 2, 1, 51);
        fill(views, 3, 6, 8, 2, 102);

        float[] grid = ColourGrid.of(rows(views, 8 * 8), 1, 2, 8, 8);

        assertThat(grid).hasSize(ColourGrid.LENGTH);
        for (int i = 0; i < ColourGrid.LENGTH; i++) {
            int column = i / 3 % 4;
            float expected = column == 0 && i % 3 == 1 ? 0.6f : column == 3 && i % 3 == 2 ? 0.2f : 0;
            assertThat(grid[i]).as("number %d", i).isCloseTo(expected, ROUNDING);
        }
        assertThat(ColourGrid.of(rows(views, 8 * 8), 0, 2, 8, 8)).containsOnly(0f);
    }

    @Test
    void isMadeOfViewsOfAnySize() {
        for (int[] size : new int[][] {{1, 1}, {3, 5}, {28, 28}, {224, 97}}) {
            ByteBuffer views = ByteBuffer.allocate(2 * size[0] * size[1] * 3);
            while (views.hasRemaining()) {
                views.put((byte) 255);
            }

            assertThat(ColourGrid.of(rows(views.flip(), size[0] * size[1]), 0, 1, size[0], size[1]))
                    .containsOnly(1f);
        }
    }

    private static ByteRows rows(ByteBuffer views, int pixels) {
        return ByteRows.of(views, 3 * pixels);
    }

    /** Gives columns of a view of 8 x 8 pixels a value in one channel. */
    private static void fill(ByteBuffer views, int row, int from, int to, int channel, int value) {
        for (int y = 0; y < 8; y++) {
            for (int x = from; x < to; x++) {
                views.put(((row * 8 + y) * 8 + x) * 3 + channel, (byte) value);
            }
        }
    }
}
