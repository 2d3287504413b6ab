package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.record.CropBox;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each fast operation against its slow and obvious twin in double precision. */
class OperationTwinTest {

    private static final int SIDE = 24;

    /** What float instead of double may cost, in grey levels. */
    private static final double FLOAT = 2e-3;

    /** How far beyond black and white a sample may lie. */
    private static final double ROUNDING = 0x1p-10;

    @Test
    void brightnessContrastAndSaturationBlendAsTorchvision() {
        for (double factor : new double[] {0, 0.2, 0.9, 1, 1.7}) {
            check(new Blend(Blend.Toward.BLACK, 1), factor, (image, x, y) -> scaled(image[y][x], factor, 0, 0, 0));
            check(new Blend(Blend.Toward.MEAN, 1), factor, (image, x, y) -> {
                double mean = meanGrey(image);
                return scaled(image[y][x], factor, mean, mean, mean);
            });
            check(new Blend(Blend.Toward.GREY, 1), factor, (image, x, y) -> {
                double grey = grey(image[y][x]);
                return scaled(image[y][x], factor, grey, grey, grey);
            });
        }
    }

    @Test
    void hueTurnsTheHexagon() {
        for (double shift : new double[] {-0.5, -0.2, -0.01, 0, 0.07, 0.33, 0.5}) {
            check(new Hue(0.5), shift, (image, x, y) -> turned(image[y][x], shift));
        }
    }

    @Test
    void hueTurnsPrimariesIntoPrimaries() {
        double[][] circle = {{255, 0, 0}, {255, 255, 0}, {0, 255, 0}, {0, 255, 255}, {0, 0, 255}, {255, 0, 255}};
        for (int from = 0; from < 6; from++) {
            for (int steps = -3; steps <= 3; steps++) {
                Canvas canvas = new Canvas(4);
                for (int channel = 0; channel < 3; channel++) {
                    Arrays.fill(canvas.planes[channel], (float) circle[from][channel]);
                }

                new Hue(0.5).apply(canvas, new double[] {steps / 6.0});

                for (int channel = 0; channel < 3; channel++) {
                    assertThat((double) canvas.planes[channel][0])
                            .as("colour %d turned by %d sixths, channel %d", from, steps, channel)
                            .isCloseTo(circle[(from + steps + 6) % 6][channel], within(FLOAT));
                }
            }
        }
    }

    @Test
    void greyWeighsAsItuR601() {
        check(new Grey(), (image, x, y) -> {
            double grey = grey(image[y][x]);
            return new double[] {grey, grey, grey};
        });
    }

    @Test
    void flipMirrorsLeftAndRight() {
        check(new Flip(), (image, x, y) -> image[y][SIDE - 1 - x]);
    }

    @Test
    void solarizeInvertsWhatIsBright() {
        check(new Solarize(128), (image, x, y) -> {
            double[] inverted = new double[3];
            for (int c = 0; c < 3; c++) {
                inverted[c] = image[y][x][c] >= 128 ? 255 - image[y][x][c] : image[y][x][c];
            }
            return inverted;
        });
    }

    @Test
    void rotationTurnsByQuartersCounterclockwise() {
        check(new Rotation(), 90, (image, x, y) -> image[x][SIDE - 1 - y]);
        check(new Rotation(), 180, (image, x, y) -> image[SIDE - 1 - y][SIDE - 1 - x]);
        check(new Rotation(), 270, (image, x, y) -> image[SIDE - 1 - x][y]);
    }

    @Test
    void cutoutBlackensASquareAsFarAsItLiesInside() {
        Cutout cutout = Cutout.of(SIDE, 0.5);
        for (int seed = 0; seed < 200; seed++) {
            double[] box = cutout.draw(new Draws(seed));
            Canvas canvas = new Canvas(SIDE);
            double[][][] image = fill(canvas);

            cutout.apply(canvas, box);

            compare(
                    canvas,
                    image,
                    (from, x, y) -> x >= box[0] && x < box[0] + box[2] && y >= box[1] && y < box[1] + box[3]
                            ? new double[3]
                            : from[y][x],
                    FLOAT);
        }
    }

    @Test
    void ofACutoutThatDoesNotFitTheViewThePartInsideIsBlack() {
        check(
                new Cutout(SIDE, 9),
                new double[] {-3, 20, 1e18, 1e18},
                (image, x, y) -> y < 20 ? image[y][x] : new double[3]);
        check(new Cutout(SIDE, 9), new double[] {0, 0, -7, Double.NaN}, (image, x, y) -> image[y][x]);
        check(new Cutout(SIDE, 9), new double[] {99, 99, 99, 99}, (image, x, y) -> image[y][x]);
    }

    /** The twin has the whole kernel; the taps that ours leaves out may cost a tenth of a grey level. */
    @Test
    void blurIsTheTwoDimensionalSumWithAMirroredBorder() {
        for (double sigma : new double[] {0.1, 0.5, 1.3, 2}) {
            Canvas canvas = new Canvas(SIDE);
            double[][][] image = fill(canvas);

            new Blur(23, 0.1, 2).apply(canvas, new double[] {sigma});

            compare(canvas, image, (from, x, y) -> blurred(from, x, y, sigma, 11), 0.1);
        }
    }

    @Test
    void resizeAgreesWithTheSumOverTheWholeBox() {
        Pixels image = noise(61, 47);
        for (CropBox box : new CropBox[] {
            new CropBox(0, 0, 61, 47),
            new CropBox(5, 7, 40, 33),
            new CropBox(10, 3, 9, 13),
            new CropBox(60, 46, 1, 1),
            new CropBox(3, 3, 24, 24),
            new CropBox(0, 20, 61, 2)
        }) {
            checkResize(image, box);
        }
    }

    @Test
    void resizeAgreesWithTheSumWhereABoxIsManyStripsWideAndWhereOneSampleIsMoreThanAStrip() {
        checkResize(noise(701, 20), new CropBox(3, 2, 690, 15));
        checkResize(noise(4000, 3), new CropBox(0, 0, 4000, 3));
    }

    @Test
    void whatAnEvenAreaWeighsIsExactlyOne() {
        Taps taps = new Taps();
        for (Filter filter : Filter.values()) {
            for (int from : new int[] {1, 2, 3, 31, 32, 333, 4000}) {
                taps.lay(filter, from, 32);

                for (int i = 0; i < 32; i++) {
                    int[] weights = Arrays.copyOfRange(taps.weights, i * taps.count, (i + 1) * taps.count);
                    assertThat(IntStream.of(weights).sum()).isEqualTo(Taps.ONE);
                }
            }
        }
    }

    private static void checkResize(Pixels image, CropBox box) {
        for (Filter filter : Filter.values()) {
            Canvas canvas = new Canvas(SIDE);

            new Resampler(filter).resample(image, box, canvas);

            compare(canvas, null, (none, x, y) -> resized(image, box, filter, x, y), FLOAT);
        }
    }

    @Test
    void aBoxOfTheViewsOwnSizeIsCopied() {
        Pixels image = noise(50, 50);
        Canvas canvas = new Canvas(SIDE);

        new Resampler(Filter.BILINEAR).resample(image, new CropBox(9, 4, SIDE, SIDE), canvas);

        byte[] packed = canvas.pack();
        for (int y = 0; y < SIDE; y++) {
            for (int i = 0; i < 3 * SIDE; i++) {
                assertThat(packed[3 * SIDE * y + i]).isEqualTo(image.rgb()[3 * (50 * (y + 4) + 9) + i]);
            }
        }
    }

    @Test
    void aKernelNeverReachesBeyondTheMirroredImage() {
        for (int side = 4; side < 40; side++) {
            Canvas canvas = new Canvas(side);
            Arrays.fill(canvas.planes[0], 255f);
            Blur widest = new Blur(Blur.tapsFor(side, 1), 100, 100);

            widest.apply(canvas, new double[] {100});

            assertThat(canvas.planes[0]).containsOnly(canvas.planes[0][0]);
            assertThat(canvas.planes[0][0]).isCloseTo(255f, within(0.01f));
        }
    }

    /** What the sample at (x, y) must become, from the image as [y][x][channel]. */
    private interface Twin {
        double[] at(double[][][] image, int x, int y);
    }

    private static void check(Operation operation, Twin twin) {
        check(operation, new double[0], twin);
    }

    private static void check(Operation operation, double value, Twin twin) {
        check(operation, new double[] {value}, twin);
    }

    private static void check(Operation operation, double[] values, Twin twin) {
        Canvas canvas = new Canvas(SIDE);
        double[][][] image = fill(canvas);

        operation.apply(canvas, values);

        compare(canvas, image, twin, FLOAT);
    }

    private static void compare(Canvas canvas, double[][][] image, Twin twin, double tolerance) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double[] expected = twin.at(image, x, y);
                for (int c = 0; c < 3; c++) {
                    double sample = canvas.planes[c][x * SIDE + y];
                    assertThat(sample).isBetween(-ROUNDING, 255 + ROUNDING);
                    assertThat(Math.abs(sample - Math.min(255, Math.max(0, expected[c]))))
                            .as("channel %d of (%d, %d)", c, x, y)
                            .isLessThan(tolerance);
                }
            }
        }
    }

    /** Noise with black, white, grey and pure colours among it. */
    private static double[][][] fill(Canvas canvas) {
        SplittableRandom random = new SplittableRandom(9);
        double[][][] image = new double[SIDE][SIDE][3];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int kind = random.nextInt(4);
                double level = random.nextInt(256);
                for (int c = 0; c < 3; c++) {
                    image[y][x][c] = kind == 0 ? level : kind == 1 ? 255 * random.nextInt(2) : random.nextInt(256);
                    canvas.planes[c][x * SIDE + y] = (float) image[y][x][c];
                }
            }
        }
        return image;
    }

    private static Pixels noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(4).nextBytes(rgb);
        return new Pixels(width, height, rgb);
    }

    private static double[] scaled(double[] colour, double factor, double... toward) {
        double[] blended = new double[3];
        for (int c = 0; c < 3; c++) {
            blended[c] = factor * colour[c] + (1 - factor) * toward[c];
        }
        return blended;
    }

    private static double grey(double[] colour) {
        return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
    }

    private static double meanGrey(double[][][] image) {
        double sum = 0;
        for (double[][] row : image) {
            for (double[] colour : row) {
                sum += grey(colour);
            }
        }
        return sum / (SIDE * SIDE);
    }

    /** To HSV and back, as textbooks have it. */
    private static double[] turned(double[] colour, double shift) {
        double high = Math.max(colour[0], Math.max(colour[1], colour[2]));
        double low = Math.min(colour[0], Math.min(colour[1], colour[2]));
        double chroma = high - low;
        double hue = 0;
        if (chroma > 0) {
            if (high == colour[0]) {
                hue = (colour[1] - colour[2]) / chroma;
            } else if (high == colour[1]) {
                hue = (colour[2] - colour[0]) / chroma + 2;
            } else {
                hue = (colour[0] - colour[1]) / chroma + 4;
            }
        }
        double turned = ((hue / 6 + shift) % 1 + 1) % 1 * 6;
        int sector = (int) turned % 6;
        double rest = turned - (int) turned;
        double falling = high - chroma * rest;
        double rising = low + chroma * rest;
        return switch (sector) {
            case 0 -> new double[] {high, rising, low};
            case 1 -> new double[] {falling, high, low};
            case 2 -> new double[] {low, high, rising};
            case 3 -> new double[] {low, falling, high};
            case 4 -> new double[] {rising, low, high};
            default -> new double[] {high, low, falling};
        };
    }

    private static double[] blurred(double[][][] image, int x, int y, double sigma, int reach) {
        double[] sum = new double[3];
        double weights = 0;
        for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
                double weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                weights += weight;
                for (int c = 0; c < 3; c++) {
                    sum[c] += weight * image[mirrored(y + dy)][mirrored(x + dx)][c];
                }
            }
        }
        return new double[] {sum[0] / weights, sum[1] / weights, sum[2] / weights};
    }

    private static int mirrored(int position) {
        return position < 0 ? -position : position >= SIDE ? 2 * (SIDE - 1) - position : position;
    }

    private static double[] resized(Pixels image, CropBox box, Filter filter, int x, int y) {
        double scaleX = box.getWidth() / (double) SIDE;
        double scaleY = box.getHeight() / (double) SIDE;
        double[] sum = new double[3];
        double weights = 0;
        for (int fromY = 0; fromY < box.getHeight(); fromY++) {
            double down = filter.weight((fromY + 0.5 - (y + 0.5) * scaleY) / Math.max(1, scaleY));
            for (int fromX = 0; fromX < box.getWidth(); fromX++) {
                double weight = down * filter.weight((fromX + 0.5 - (x + 0.5) * scaleX) / Math.max(1, scaleX));
                weights += weight;
                for (int c = 0; c < 3; c++) {
                    sum[c] += weight
                            * (image.rgb()[3 * ((box.getY() + fromY) * image.width() + box.getX() + fromX) + c] & 0xff);
                }
            }
        }
        return new double[] {sum[0] / weights, sum[1] / weights, sum[2] / weights};
    }
}
