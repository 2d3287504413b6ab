package io.streamclr.console.probe;

import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.trainer.encoder.MiddleSquare;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Decoded images of one side, in memory: each as it is (its middle square, resized) and, where asked for, as one fresh
 * random view. Images that cannot be decoded are left out and counted.
 */
public final class ImageSet {

    /** Each is asked about 20 of the others. */
    private static final int LEAST_HELD_OUT = 25;

    /** More would keep the training waiting while they are read. */
    private static final int LOOKED_AT = 100_000;

    private static final long MOST_BYTES = 3L << 29;

    private final int side;
    private final int count;
    private final Kept kept;
    private final int[] labels;
    private final Map<Integer, String> classNames;
    private final LeftOut leftOut;

    /** What of the images is kept beside what they are; each empty where it is not. */
    enum Extra {
        /** The bytes that they are decoded from. */
        ENCODED,
        /** Their centres. */
        CENTRES
    }

    /** The images in several forms, in one order; what is not kept is empty. */
    private record Kept(ByteBuffer pixels, ByteBuffer views, ByteBuffer centres, List<byte[]> encoded) {}

    private ImageSet(int side, int count, Kept kept, int[] labels, Map<Integer, String> classNames, LeftOut leftOut) {
        this.side = side;
        this.count = count;
        this.kept = kept;
        this.labels = labels;
        this.classNames = classNames;
        this.leftOut = leftOut;
    }

    /**
     * Reads the images of a place, as {@link ImageSource#sample} understands it.
     *
     * @param recipe gives the side, and draws the views
     * @param viewSeed seed of the random views; without it none are rendered
     * @param limit most images to read
     * @throws RefusalException if there is no image, or more than memory is set aside for
     */
    public static ImageSet read(Path place, Recipe recipe, OptionalLong viewSeed, int limit) {
        return read(place, Labels.AUTO, recipe, viewSeed, limit);
    }

    /** The same, with more forms of the images. */
    static ImageSet read(Path place, Recipe recipe, OptionalLong viewSeed, int limit, Set<Extra> extras) {
        return read(place, Labels.AUTO, recipe, viewSeed, limit, index -> true, Integer.MAX_VALUE, limit, extras);
    }

    /** The same. @param labels whether folders say what class their images are of */
    public static ImageSet read(Path place, Labels labels, Recipe recipe, OptionalLong viewSeed, int limit) {
        return read(place, labels, recipe, viewSeed, limit, index -> true, Integer.MAX_VALUE, limit, Set.of());
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
            int sampled,
            Set<Extra> extras) {
        int imageBytes = 3 * recipe.size() * recipe.size();
        boolean centred = extras.contains(Extra.CENTRES);
        long most = MOST_BYTES / imageBytes / (1 + (viewSeed.isPresent() ? 1 : 0) + (centred ? 1 : 0));
        List<byte[]> pixels = new ArrayList<>();
        List<byte[]> views = new ArrayList<>();
        List<byte[]> centres = new ArrayList<>();
        List<byte[]> encoded = new ArrayList<>();
        long encodedBytes = 0;
        List<Integer> numbers = new ArrayList<>();
        LeftOut leftOut = new LeftOut();
        Map<Integer, String> names = new HashMap<>();
        try (DecodingTeam team = new DecodingTeam(recipe, viewSeed, centred);
                Stream<Found.Image> images = ImageSource.sample(
                                place, Reading.usual().with(labels), sampled)
                        .images()) {
            Wanted wanted = new Wanted(images.iterator(), isWanted, end);
            for (List<Found.Image> some = wanted.next(limit);
                    !some.isEmpty();
                    some = wanted.next(limit - pixels.size())) {
                for (DecodingTeam.Shown shown : team.show(some)) {
                    Found.Image image = shown.image();
                    if (shown.rejected().isPresent()) {
                        leftOut.add(image.source(), shown.rejected().get());
                        continue;
                    }
                    if (pixels.size() >= most) {
                        throw new RefusalException("More than " + most + " images of " + recipe.size() + " x "
                                + recipe.size() + " pixels lie under " + place
                                + ", more than a probe holds in memory; give a smaller set or --limit");
                    }
                    pixels.add(shown.square());
                    if (viewSeed.isPresent()) {
                        views.add(shown.view());
                    }
                    if (centred) {
                        centres.add(shown.centre());
                    }
                    if (extras.contains(Extra.ENCODED)) {
                        encoded.add(image.encoded());
                        encodedBytes += image.encoded().length;
                        requireRoom(place, encodedBytes, encoded.size());
                    }
                    numbers.add(image.label().orElse(-1));
                    if (image.label().isPresent() && !image.className().isEmpty()) {
                        names.put(image.label().getAsInt(), image.className());
                    }
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
                new Kept(
                        together(pixels, imageBytes),
                        together(views, imageBytes),
                        together(centres, imageBytes),
                        List.copyOf(encoded)),
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
        ImageSet images = read(
                place,
                Labels.AUTO,
                recipe,
                OptionalLong.empty(),
                most,
                sample::get,
                sample.length(),
                LOOKED_AT,
                Set.of());
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

    private static void requireRoom(Path place, long bytes, int images) {
        long room = Runtime.getRuntime().maxMemory() / 2;
        if (bytes > room) {
            throw new RefusalException("The first " + images + " images of " + place + " take " + (bytes >> 20)
                    + " MiB as files, more than half of Java's memory, and random crops are cut from all of them; give"
                    + " --limit, or Java more memory with STREAMCLR_OPTS=-Xmx8g");
        }
    }

    /** The images of a place that are wanted, some at a time, so that they can be decoded together. */
    private static final class Wanted {

        private static final int TOGETHER = 256;
        private static final int BYTES_TOGETHER = 16 << 20;

        private final Iterator<Found.Image> all;
        private final IntPredicate isWanted;
        private final int end;
        private int index;

        /** @param isWanted by their numbers; @param end no image of this number or a higher one is wanted */
        Wanted(Iterator<Found.Image> all, IntPredicate isWanted, int end) {
            this.all = all;
            this.isWanted = isWanted;
            this.end = end;
        }

        /** The next ones, empty at the end. @param most of them */
        List<Found.Image> next(int most) {
            List<Found.Image> some = new ArrayList<>();
            int bytes = 0;
            while (some.size() < Math.min(most, TOGETHER) && bytes < BYTES_TOGETHER && index < end && all.hasNext()) {
                Found.Image image = all.next();
                if (isWanted.test(index++)) {
                    some.add(image);
                    bytes += image.encoded().length;
                }
            }
            return some;
        }
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
        return kept.pixels().duplicate().order(ByteOrder.nativeOrder());
    }

    /** One fresh random view of each, in the same order and form; empty if none were rendered. */
    public ByteBuffer views() {
        return kept.views().duplicate().order(ByteOrder.nativeOrder());
    }

    /** The centre of each, as {@link MiddleSquare#centreOf} has it, in the same form; empty if they are not kept. */
    ByteBuffer centres() {
        return kept.centres().duplicate().order(ByteOrder.nativeOrder());
    }

    /** What each was decoded from; empty if it is not kept. */
    List<byte[]> encoded() {
        return kept.encoded();
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
        return Arrays.equals(renumbered, labels) ? this : new ImageSet(side, count, kept, renumbered, names, leftOut);
    }

    private boolean isNamed() {
        return labelled() && Arrays.stream(labels).allMatch(classNames::containsKey);
    }

    /** Images that cannot be decoded. */
    LeftOut leftOut() {
        return leftOut;
    }
}
