package io.streamclr.schemas.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PictureHashTest {

    @Test
    void everyBitSaysWhetherItsCellIsBrighterThanTheNext() {
        int[][] falling = new int[8][9];
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 9; x++) {
                falling[y][x] = 1000 * (y == 7 ? 20 * x : 200 - 20 * x);
            }
        }

        assertThat(hash(falling)).isEqualTo(0xffff_ffff_ffff_ff00L);
    }

    @Test
    void itIsWhatTheMeansOfTheCellsSay() {
        Random random = new Random(1);
        for (int[] sides : new int[][] {{9, 8}, {28, 28}, {17, 30}, {100, 75}, {500, 375}, {40, 511}}) {
            int[][] picture = noise(random, sides[0], sides[1]);

            assertThat(hash(picture)).as(sides[0] + " x " + sides[1]).isEqualTo(slowHash(picture));
        }
    }

    @Test
    void whatIsTooPlainOrTooSmallHasNone() {
        Random random = new Random(2);

        assertThat(hash(new int[100][100])).isEqualTo(PictureHash.PLAIN);
        assertThat(hash(noise(random, 8, 100))).isEqualTo(PictureHash.PLAIN);
        assertThat(hash(noise(random, 100, 7))).isEqualTo(PictureHash.PLAIN);
        assertThat(hash(noise(random, 9, 8))).isNotEqualTo(PictureHash.PLAIN);
    }

    @Test
    void ofAHighPictureAtMostFiveHundredAndTwelveRowsAreReadOneAfterTheOther() {
        TreeSet<Integer> read = new TreeSet<>();

        PictureHash.of(10, 5000, (y, into) -> {
            assertThat(read.isEmpty() || y > read.last()).isTrue();
            read.add(y);
        });

        assertThat(read).hasSizeBetween(256, 512);
        assertThat(read.first()).isZero();
        assertThat(read.last()).isBetween(4980, 4999);
    }

    private static long hash(int[][] picture) {
        return PictureHash.of(
                picture[0].length, picture.length, (y, into) -> System.arraycopy(picture[y], 0, into, 0, into.length));
    }

    /** The words of the definition, cell by cell and bit by bit. */
    private static long slowHash(int[][] picture) {
        StringBuilder bits = new StringBuilder();
        for (int row = 0; row < 8; row++) {
            for (int column = 0; column < 8; column++) {
                boolean brighter = mean(picture, row, column).compareTo(mean(picture, row, column + 1)) > 0;
                bits.append(brighter ? '1' : '0');
            }
        }
        return Long.parseUnsignedLong(bits.toString(), 2);
    }

    private static BigDecimal mean(int[][] picture, int row, int column) {
        long sum = 0;
        long pixels = 0;
        for (int y = 0; y < picture.length; y++) {
            for (int x = 0; x < picture[0].length; x++) {
                if (y >= row * picture.length / 8
                        && y < (row + 1) * picture.length / 8
                        && x >= column * picture[0].length / 9
                        && x < (column + 1) * picture[0].length / 9) {
                    sum += picture[y][x];
                    pixels++;
                }
            }
        }
        return BigDecimal.valueOf(sum).divide(BigDecimal.valueOf(pixels), MathContext.DECIMAL64);
    }

    private static int[][] noise(Random random, int width, int height) {
        int[][] picture = new int[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture[y][x] = random.nextInt(255_001);
            }
        }
        return picture;
    }
}
