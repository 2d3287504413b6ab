package io.streamclr.augment.view;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Measures how fast one thread decodes images and draws two views of each. */
public final class ViewBenchmark {

    /**
     * What was measured.
     *
     * @param pairsPerSecond of one thread, decoding included
     * @param size height and width of the views, in pixels
     * @param pairs how many were rendered while the clock ran
     * @param stages milliseconds a pair by stage: decode, crop, every operation by its name, pack
     * @param leftOut images that cannot be decoded, each once
     */
    public record Figures(double pairsPerSecond, int size, long pairs, Map<String, Double> stages, LeftOut leftOut) {

        public Figures {
            stages = Map.copyOf(stages);
        }
    }

    private ViewBenchmark() {}

    /**
     * The files of a folder, in the order of their names.
     *
     * @param most how many of them are read, 1 or more
     * @throws RefusalException if the folder cannot be read or has no files
     */
    public static List<byte[]> files(Path folder, int most) {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file :
                    entries.filter(Files::isRegularFile).sorted().limit(most).toList()) {
                files.add(Files.readAllBytes(file));
            }
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The folder " + folder + " cannot be read: " + FileFault.of(unreadable)
                            + "; name a folder of images",
                    unreadable);
        }
        if (files.isEmpty()) {
            throw new RefusalException("The folder " + folder + " has no files; name a folder of images");
        }
        return files;
    }

    /**
     * Goes through the images again and again until the time is over: first to warm up, then to measure.
     *
     * @param all encoded, 1 or more; those that cannot be decoded are left out
     * @param warmUp how long the clock stands
     * @param measured how long it runs
     * @throws RefusalException if none can be decoded
     */
    public static Figures run(List<byte[]> all, Recipe recipe, Duration warmUp, Duration measured) {
        Stopwatch stopwatch = new Stopwatch();
        ImageDecoder decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
        LeftOut leftOut = new LeftOut();
        List<byte[]> images = decodable(all, decoder, leftOut);
        ViewEngine engine = new ViewEngine(recipe, stopwatch);
        List<ImageId> ids = images.stream().map(ImageId::of).toList();
        drawFor(warmUp, images, ids, decoder, engine, stopwatch);
        stopwatch.sums.clear();
        long start = System.nanoTime();
        long pairs = drawFor(measured, images, ids, decoder, engine, stopwatch);
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Double> stages = new TreeMap<>();
        stopwatch.sums.forEach((stage, sum) -> stages.put(stage, sum / 1e6 / pairs));
        return new Figures(pairs / seconds, recipe.size(), pairs, stages, leftOut);
    }

    private static List<byte[]> decodable(List<byte[]> all, ImageDecoder decoder, LeftOut leftOut) {
        List<byte[]> images = new ArrayList<>();
        for (int image = 0; image < all.size(); image++) {
            String number = "image " + (image + 1);
            byte[] encoded = all.get(image);
            decoder.decode(encoded).match(decoded -> images.add(encoded), rejected -> {
                leftOut.add(number, rejected);
                return false;
            });
        }
        if (images.isEmpty()) {
            throw new RefusalException("Nothing is left to measure with: " + leftOut.sentence());
        }
        return images;
    }

    private static long drawFor(
            Duration time,
            List<byte[]> images,
            List<ImageId> ids,
            ImageDecoder decoder,
            ViewEngine engine,
            Stopwatch stopwatch) {
        long end = System.nanoTime() + time.toNanos();
        long pairs = 0;
        do {
            int next = (int) (pairs % images.size());
            int pass = (int) (pairs / images.size());
            stopwatch.restart();
            ImageId id = ids.get(next);
            Decoding decoding = decoder.decode(images.get(next), engine.wanted(1, id, pass));
            Pixels image = decoding.match(Decoding.Decoded::pixels, rejected -> {
                throw new IllegalStateException(
                        "An image that was decoded before is not any more: " + rejected.detail());
            });
            stopwatch.ended("decode");
            if (engine.pictureHash(image) != null) {
                stopwatch.ended("hash");
            }
            engine.draw(image, 1, id, pass, 0);
            engine.draw(image, 1, id, pass, 1);
            pairs++;
        } while (System.nanoTime() < end);
        return pairs;
    }

    /** Adds up the time between the ends of stages. */
    private static final class Stopwatch implements StageListener {

        private final Map<String, Long> sums = new TreeMap<>();
        private long since;

        private void restart() {
            since = System.nanoTime();
        }

        @Override
        public void ended(String stage) {
            long now = System.nanoTime();
            sums.merge(stage, now - since, Long::sum);
            since = now;
        }
    }
}
