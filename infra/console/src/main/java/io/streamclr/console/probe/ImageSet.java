package io.streamclr.console.probe;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.View;
import io.streamclr.trainer.probe.LabelledImages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Decoded images of one side, in memory: each as it is (its middle square, resized) and, where asked for, as one fresh
 * random view. Images that cannot be decoded are left out and counted.
 */
public final class ImageSet {

    /** Pass number of probing views: no run reaches it, so the encoder has never seen them. */
    private static final int PROBE_PASS = Integer.MAX_VALUE;

    /** Each is asked about 20 of the others. */
    private static final int LEAST_HELD_OUT = 25;

    /** More would keep the training waiting while they are read. */
    private static final int LOOKED_AT = 100_000;

    private static final long MOST_BYTES = 3L << 29;

    private final int side;
    private final int count;
    private final ByteBuffer pixels;
    private final ByteBuffer views;
    private final int[] labels;
    private final Map<Integer, String> classNames;
    private final LeftOut leftOut;

    private ImageSet(
            int side,
            int count,
            ByteBuffer pixels,
            ByteBuffer views,
            int[] labels,
            Map<Integer, String> classNames,
            LeftOut leftOut) {
        this.side = side;
        this.count = count;
        this.pixels = pixels;
        this.views = views;
        this.labels = labels;
        this.classNames = classNames;
        this.leftOut = leftOut;
    }

    /**
     * Reads the images of a place, as {@link ImageSource#sample} understands it.
     *
     * @param recipe gives the side, and draws the views
     * @param viewSeed seed of the random views; without it none are drawn
     * @param limit most images to read
     * @throws RefusalException if there is no image, or more than memory is set aside for
     */
    public static ImageSet read(Path place, Recipe recipe, OptionalLong viewSeed, int limit) {
        return read(place, Labels.AUTO, recipe, viewSeed, limit);
    }

    /** The same. @param labels whether folders say what class their images are of */
    public static ImageSet read(Path place, Labels labels, Recipe recipe, OptionalLong viewSeed, int limit) {
        return read(place, labels, recipe, viewSeed, limit, index -> true, Integer.MAX_VALUE, limit);
    }

    /**
     * How many images of this recipe's side, and as many views, Java's memory holds beside a training, and a probe at all.
     * Compared pixel by pixel they are floats too, in as much memory outside the heap as Java may have within.
     */
    public static int fitting(Recipe recipe) {
        long bytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 16);
        return (int) Math.max(1, bytes / (2 * 3L * recipe.size() * recipe.size()));
    }

    private static ImageSet read(
            Path place,
            Labels labels,
            Recipe recipe,
            OptionalLong viewSeed,
            int limit,
            IntPredicate isWanted,
            int end,
            int sampled) {
        ImageDecoder decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
        ViewEngine engine = new ViewEngine(recipe);
        MiddleSquare square = new MiddleSquare(recipe);
        int imageBytes = 3 * recipe.size() * recipe.size();
        long most = MOST_BYTES / imageBytes / (viewSeed.isPresent() ? 2 : 1);
        List<byte[]> pixels = new ArrayList<>();
        List<byte[]> views = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        LeftOut leftOut = new LeftOut();
        Map<Integer, String> names = new HashMap<>();
        try (Stream<Found.Image> images =
                ImageSource.sample(place, Reading.usual().with(labels), sampled).images()) {
            Iterator<Found.Image> all = images.iterator();
            for (int index = 0; all.hasNext() && pixels.size() < limit && index < end; index++) {
                Found.Image image = all.next();
                if (!isWanted.test(index)) {
                    continue;
                }
                Decoding decoding = decoder.decode(image.encoded());
                Pixels decoded = decoding.match(Decoding.Decoded::pixels, rejected -> {
                    leftOut.add(image.source(), rejected);
                    return null;
                });
                if (decoded == null) {
                    continue;
                }
                if (pixels.size() >= most) {
                    throw new RefusalException("More than " + most + " images of " + recipe.size() + " x "
                            + recipe.size() + " pixels lie under " + place
                            + ", more than a probe holds in memory; give a smaller set or --limit");
                }
                pixels.add(square.of(decoded));
                viewSeed.ifPresent(seed ->
                        views.add(bytes(engine.draw(decoded, seed, ImageId.of(image.encoded()), PROBE_PASS, 0))));
                numbers.add(image.label().orElse(-1));
                if (image.label().isPresent() && !image.className().isEmpty()) {
                    names.put(image.label().getAsInt(), image.className());
                }
            }
        }
        if (pixels.isEmpty()) {
            throw new RefusalException("No image that can be decoded lies under " + place + "; check the path"
                    + (leftOut.count() == 0 ? "" : ": " + leftOut.sentence()));
        }
        return new ImageSet(
                recipe.size(),
                pixels.size(),
                together(pixels, imageBytes),
                together(views, imageBytes),
                numbers.stream().mapToInt(Integer::intValue).toArray(),
                Map.copyOf(names),
                leftOut);
    }

    /**
     * Labelled images for a trainer to probe its encoder on. Where there are more than wanted, those are taken whose ids
     * are the lowest: a fair sample, also of a set that is sorted by class, and always the same one. Only
     * {@value #LOOKED_AT} are looked at, as {@link ImageSource#sample} gives them.
     *
     * @param side height and width to bring them to, in pixels
     * @param most images to take
     * @throws RefusalException if there are none, or too few, or they have no labels
     */
    public static LabelledImages heldOut(Path place, int side, int most) {
        BitSet sample = sample(place, most);
        Recipe recipe = Recipe.parse("cifar,size=" + side);
        ImageSet images =
                read(place, Labels.AUTO, recipe, OptionalLong.empty(), most, sample::get, sample.length(), LOOKED_AT);
        if (!images.labelled() || images.count() < LEAST_HELD_OUT) {
            throw new RefusalException("The " + images.count() + " images under " + place + " are not all labelled, or"
                    + " fewer than " + LEAST_HELD_OUT + ", so no encoder can be probed on them; give others");
        }
        return images.withLabels();
    }

    /** Which of the images of a place, by their numbers from 0, are the sample. */
    private static BitSet sample(Path place, int most) {
        record Candidate(long id, int index) {}
        PriorityQueue<Candidate> lowest = new PriorityQueue<>((one, other) -> Long.compareUnsigned(other.id, one.id));
        try (Stream<Found.Image> images =
                ImageSource.sample(place, Reading.usual(), LOOKED_AT).images()) {
            Iterator<Found.Image> all = images.iterator();
            for (int index = 0; all.hasNext() && index < LOOKED_AT; index++) {
                lowest.add(new Candidate(ImageId.of(all.next().encoded()).high(), index));
                if (lowest.size() > most) {
                    lowest.remove();
                }
            }
        }
        BitSet sample = new BitSet();
        lowest.forEach(candidate -> sample.set(candidate.index));
        return sample;
    }

    private static byte[] bytes(View view) {
        byte[] bytes = new byte[view.getPixels().remaining()];
        view.getPixels().duplicate().get(bytes);
        return bytes;
    }

    private static ByteBuffer together(List<byte[]> parts, int bytes) {
        ByteBuffer all = ByteBuffer.allocateDirect(parts.size() * bytes).order(ByteOrder.nativeOrder());
        parts.forEach(all::put);
        return all.flip();
    }

    /** Height and width of every image, in pixels. */
    public int side() {
        return side;
    }

    /** Number of images. */
    public int count() {
        return count;
    }

    /** The images: (count, side, side, 3), unsigned bytes, direct. */
    public ByteBuffer pixels() {
        return pixels.duplicate().order(ByteOrder.nativeOrder());
    }

    /** One fresh random view of each, in the same order and form; empty if none were drawn. */
    public ByteBuffer views() {
        return views.duplicate().order(ByteOrder.nativeOrder());
    }

    /** The class of each image; only for a labelled set. */
    public int[] labels() {
        return labels.clone();
    }

    /** Whether every image says its class. */
    public boolean labelled() {
        for (int label : labels) {
            if (label < 0) {
                return false;
            }
        }
        return true;
    }

    /** The images with their classes; only for a labelled set. */
    public LabelledImages withLabels() {
        return new LabelledImages(pixels(), side, side, labels, classNames);
    }

    /** What classes are called, by their numbers, as far as the place says it. */
    public Map<Integer, String> classNames() {
        return classNames;
    }

    /**
     * The same images with their classes numbered as another set numbers them, matched by their names; classes that the
     * other one does not have follow. As they are, where one of the sets does not say all names.
     */
    public ImageSet numberedAs(ImageSet other) {
        if (!isNamed() || !other.isNamed()) {
            return this;
        }
        Map<String, Integer> numbers = new HashMap<>();
        other.classNames.forEach((label, name) -> numbers.put(name, label));
        int next = Collections.max(other.classNames.keySet()) + 1;
        for (int label : new TreeSet<>(classNames.keySet())) {
            if (numbers.putIfAbsent(classNames.get(label), next) == null) {
                next++;
            }
        }
        Map<Integer, String> names = new HashMap<>();
        numbers.forEach((name, label) -> names.put(label, name));
        int[] renumbered = Arrays.stream(labels)
                .map(label -> numbers.get(classNames.get(label)))
                .toArray();
        return Arrays.equals(renumbered, labels)
                ? this
                : new ImageSet(side, count, pixels, views, renumbered, names, leftOut);
    }

    private boolean isNamed() {
        return labelled() && Arrays.stream(labels).allMatch(classNames::containsKey);
    }

    /** Images that cannot be decoded. */
    LeftOut leftOut() {
        return leftOut;
    }
}
