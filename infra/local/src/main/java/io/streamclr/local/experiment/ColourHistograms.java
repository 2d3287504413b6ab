package io.streamclr.local.experiment;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.console.chart.Curves;
import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.schemas.identity.ImageId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The paper's figure 6: colours of two random crops of one image are alike, which a network could go by without looking at
 * what is shown, and jitter makes them differ.
 *
 * @param charts one for each of a few images
 * @param count how many images were cropped twice
 * @param plain the share of them, in [0, 1], whose second crop has of all second crops the histogram nearest to that of
 *     the first
 * @param jittered the same where crops are jittered too
 */
record ColourHistograms(List<Curves> charts, int count, double plain, double jittered) {

    private static final int CROPPED = 200;
    private static final int DRAWN = 2;
    private static final int BINS = 32;
    private static final int CHANNELS = 3;

    /** Of the first images of a place. */
    static ColourHistograms of(Path data, BaseRecipe base) {
        ImageSet images = ImageSet.read(data, Recipe.parse(base.text()), OptionalLong.empty(), CROPPED);
        List<double[][]> plain = twice(images, ViewOperation.recipe(base, List.of(ViewOperation.CROP)));
        List<double[][]> jittered =
                twice(images, ViewOperation.recipe(base, List.of(ViewOperation.CROP, ViewOperation.JITTER)));
        List<Curves> charts = new ArrayList<>();
        for (int image = 0; image < Math.min(DRAWN, images.count()); image++) {
            charts.add(new Curves(
                    "Colours of two crops of image " + (image + 1),
                    "value of a channel",
                    "% of the pixels of all channels",
                    Curves.Scale.LINEAR,
                    List.of(
                            curve("crop 1", plain.get(image)[0]),
                            curve("crop 2", plain.get(image)[1]),
                            curve("crop 1, jitter", jittered.get(image)[0]),
                            curve("crop 2, jitter", jittered.get(image)[1]))));
        }
        return new ColourHistograms(charts, images.count(), recognised(plain), recognised(jittered));
    }

    /** In words. */
    String sentence() {
        return String.format(
                Locale.ROOT,
                "by colours alone, %.0f %% of %d crops are recognised as of the same image as another; with jitter, %.0f %%",
                100 * plain,
                count,
                100 * jittered);
    }

    /** Histograms of two views of each image. */
    private static List<double[][]> twice(ImageSet images, String recipe) {
        ViewEngine engine = new ViewEngine(Recipe.parse(recipe));
        ByteBuffer pixels = images.pixels();
        byte[] rgb = new byte[CHANNELS * images.side() * images.side()];
        List<double[][]> histograms = new ArrayList<>();
        for (int image = 0; image < images.count(); image++) {
            pixels.get(rgb);
            Pixels decoded = new Pixels(images.side(), images.side(), rgb.clone());
            double[][] both = new double[2][];
            for (int view = 0; view < 2; view++) {
                both[view] = histogram(
                        engine.draw(decoded, 1, ImageId.of(rgb), 0, view).getPixels());
            }
            histograms.add(both);
        }
        return histograms;
    }

    /**
     * How the values of an image are spread.
     *
     * @param pixels (height, width, 3), unsigned bytes
     * @return shares of the pixels, channel after channel, each in {@value #BINS} equal steps from 0 to 255
     */
    static double[] histogram(ByteBuffer pixels) {
        ByteBuffer values = pixels.duplicate();
        double one = (double) CHANNELS / values.remaining();
        double[] shares = new double[CHANNELS * BINS];
        for (int channel = 0; values.hasRemaining(); channel = (channel + 1) % CHANNELS) {
            shares[channel * BINS + (values.get() & 0xff) * BINS / 256] += one;
        }
        return shares;
    }

    private static Curve curve(String name, double[] histogram) {
        List<Point> points = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            double share = 0;
            for (int channel = 0; channel < CHANNELS; channel++) {
                share += histogram[channel * BINS + bin] / CHANNELS;
            }
            points.add(new Point((bin + 0.5) * 256 / BINS, 100 * share, 0));
        }
        return new Curve(name, points);
    }

    /** Which share finds its own by the sum of absolute differences; the first of several that are equally near. */
    private static double recognised(List<double[][]> histograms) {
        int right = 0;
        for (int query = 0; query < histograms.size(); query++) {
            int nearest = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int candidate = 0; candidate < histograms.size(); candidate++) {
                double distance = distance(histograms.get(query)[0], histograms.get(candidate)[1]);
                if (distance < least) {
                    least = distance;
                    nearest = candidate;
                }
            }
            right += nearest == query ? 1 : 0;
        }
        return (double) right / histograms.size();
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int bin = 0; bin < one.length; bin++) {
            sum += Math.abs(one[bin] - other[bin]);
        }
        return sum;
    }
}
