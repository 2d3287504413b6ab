package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhiteningTest {

    private static final int WIDTH = 13;
    private static final int IMAGES = 4000;

    @Test
    void featuresHaveTheMean0AndViewsOfAnImageDifferAsMuchInEveryDirectionUpToTheRidge() {
        double[][] first = correlated(1);
        double[][] second = correlated(2);
        Moments moments = new Moments(first, second);

        Whitening whitening = Whitening.of(moments.mean, moments.within);

        Moments after = new Moments(whitened(whitening, first), whitened(whitening, second));
        double[][] left = ridged(after, whitening, moments.ridge());
        for (int row = 0; row < WIDTH; row++) {
            assertThat(after.mean[row]).isCloseTo(0, within(1e-4f));
            for (int column = 0; column < WIDTH; column++) {
                assertThat(left[row][column]).isCloseTo(row == column ? 1 : 0, within(1e-3));
            }
        }
    }

    @Test
    void featuresAreFoundAgainFromWhitenedOnes() {
        double[][] features = correlated(4);
        Moments moments = new Moments(features, correlated(5));
        Whitening whitening = Whitening.of(moments.mean, moments.within);
        float[] whitened = new float[WIDTH];
        for (int image = 0; image < 100; image++) {
            double[] exact = apply(whitening, features[image]);
            for (int i = 0; i < WIDTH; i++) {
                whitened[i] = (float) exact[i];
            }

            float[] found = whitening.undone(whitened);

            for (int i = 0; i < WIDTH; i++) {
                assertThat(found[i]).isCloseTo((float) features[image][i], within(1e-4f));
            }
        }
    }

    /** Nor is one in which views of an image hardly do, more than others by the ridge. */
    @Test
    void aDirectionInWhichImagesHardlyDifferIsNotBlownUp() {
        double[][] first = correlated(2);
        double[][] second = correlated(3);
        for (int image = 0; image < IMAGES; image++) {
            first[image][5] *= 1e-6;
            second[image][5] *= 1e-6;
        }
        Moments moments = new Moments(first, second);

        Whitening whitening = Whitening.of(moments.mean, moments.within);

        double most = 0;
        for (double[] image : first) {
            most = Math.max(most, Math.abs(apply(whitening, image)[5]));
        }
        assertThat(most).isLessThan(0.1);
    }

    /** As those of an encoder that has collapsed: the two views of an image differ by rounding alone. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 1e4})
    void featuresThatAreTheSameForAllImagesBecomeFiniteOnes(double value) {
        double[][] features = new double[IMAGES][WIDTH];
        double[][] others = new double[IMAGES][WIDTH];
        Random random = new Random(3);
        for (int image = 0; image < IMAGES; image++) {
            for (int i = 0; i < WIDTH; i++) {
                features[image][i] = value * (1 + i + 1e-7 * random.nextGaussian());
                others[image][i] = value * (1 + i + 1e-7 * random.nextGaussian());
            }
        }
        Moments moments = new Moments(features, others);

        Whitening whitening = Whitening.of(moments.mean, moments.within);

        for (double found : apply(whitening, features[0])) {
            assertThat(found).isFinite().isBetween(-1.0, 1.0);
        }
    }

    @Test
    void whereNothingIsKnownYetNoDirectionIsTurned() {
        float[] within = new float[WIDTH * WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            within[i * (WIDTH + 1)] = 1;
        }

        Whitening whitening = Whitening.of(new float[WIDTH], within);

        float scale = whitening.weight()[0];
        assertThat(scale).isCloseTo((float) (1 / Math.sqrt(1 + Whitening.RIDGE)), within(1e-6f));
        for (int i = 0; i < within.length; i++) {
            assertThat(whitening.weight()[i]).isEqualTo(within[i] * scale);
        }
        assertThat(whitening.bias()).containsOnly(0);
    }

    /** Adds what the map leaves of the ridge: with W the map, W (covariance + ridge) W' is the identity. */
    private static double[][] ridged(Moments after, Whitening whitening, double ridge) {
        double[][] sum = new double[WIDTH][WIDTH];
        for (int row = 0; row < WIDTH; row++) {
            for (int column = 0; column < WIDTH; column++) {
                sum[row][column] = after.within[row * WIDTH + column];
                for (int i = 0; i < WIDTH; i++) {
                    sum[row][column] += ridge
                            * whitening.weight()[row * WIDTH + i]
                            * whitening.weight()[column * WIDTH + i];
                }
            }
        }
        return sum;
    }

    private static double[][] whitened(Whitening whitening, double[][] features) {
        return Arrays.stream(features).map(image -> apply(whitening, image)).toArray(double[][]::new);
    }

    private static double[] apply(Whitening whitening, double[] features) {
        double[] whitened = new double[WIDTH];
        for (int row = 0; row < WIDTH; row++) {
            whitened[row] = whitening.bias()[row];
            for (int column = 0; column < WIDTH; column++) {
                whitened[row] += whitening.weight()[row * WIDTH + column] * features[column];
            }
        }
        return whitened;
    }

    /** Of directions with deviations from 1/100 to 1, mixed, around means other than 0. */
    private static double[][] correlated(long seed) {
        Random random = new Random(seed);
        double[][] mixed = new double[WIDTH][WIDTH];
        for (double[] row : mixed) {
            for (int i = 0; i < WIDTH; i++) {
                row[i] = random.nextGaussian() * Math.pow(100, -(double) i / (WIDTH - 1));
            }
        }
        double[][] features = new double[IMAGES][WIDTH];
        for (double[] image : features) {
            double[] drawn = random.doubles(WIDTH, -1, 1).toArray();
            for (int row = 0; row < WIDTH; row++) {
                image[row] = row / 4.0;
                for (int i = 0; i < WIDTH; i++) {
                    image[row] += mixed[row][i] * drawn[i];
                }
            }
        }
        return features;
    }

    /** Mean of the views, and covariance within those of an image, in 32 bits as training has them. */
    private static final class Moments {

        private final float[] mean = new float[WIDTH];
        private final float[] within = new float[WIDTH * WIDTH];

        Moments(double[][] first, double[][] second) {
            for (int row = 0; row < WIDTH; row++) {
                double sum = 0;
                for (int image = 0; image < IMAGES; image++) {
                    sum += first[image][row] + second[image][row];
                }
                mean[row] = (float) (sum / (2 * IMAGES));
                for (int column = 0; column < WIDTH; column++) {
                    double products = 0;
                    for (int image = 0; image < IMAGES; image++) {
                        products += (first[image][row] - second[image][row])
                                * (first[image][column] - second[image][column]);
                    }
                    within[row * WIDTH + column] = (float) (products / (2 * IMAGES));
                }
            }
        }

        double ridge() {
            double variances = 0;
            for (int i = 0; i < WIDTH; i++) {
                variances += within[i * (WIDTH + 1)];
            }
            return Whitening.RIDGE * variances / WIDTH;
        }
    }
}
