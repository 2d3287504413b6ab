package io.streamclr.console.probe;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.encoder.MiddleSquare;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.render.StoredImage;
import io.streamclr.trainer.render.StoredImages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Labelled images out of a topic, decoded: short runs of neighbouring ones that lie evenly in every partition, because each
 * place costs the broker a fetch, and a topic may be sorted by class. They take 64 MiB at most.
 */
final class TopicSample {

    /** Of neighbouring images. */
    private static final int RUN = 25;

    /** With fewer, a curve of accuracy is noise. */
    private static final int LEAST = 100;

    /** Of all images together: nobody has set more aside for them. */
    private static final int MOST_BYTES = 64 << 20;

    private final int most;
    /** The images, off-heap; null before the first. */
    private ByteBuffer pixels;

    private final ImageDecoder decoder;
    private final MiddleSquare square;
    /** The class of each image: its name, or its number where it has none. */
    private final List<String> classes = new ArrayList<>();

    private int looked;

    private TopicSample(int side, int most) {
        this.most = most;
        Recipe recipe = Recipe.parse("cifar,size=" + side);
        this.decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
        this.square = new MiddleSquare(recipe);
    }

    /**
     * Reads a sample.
     *
     * @param side height and width to bring the images to, in pixels
     * @param most images to take
     * @throws RefusalException if there is no such topic, or too few of its images have labels
     */
    static LabelledImages labelled(KafkaConnection kafka, String topic, int side, int most) {
        TopicSample sample = new TopicSample(side, fitting(side, most));
        try (StoredImages stored = new StoredImages(kafka, topic)) {
            sample.read(stored);
        }
        return sample.images(topic, side);
    }

    /**
     * How many images are taken where so many are wanted: fewer where they are large.
     *
     * @throws RefusalException if too few fit for a curve
     */
    static int fitting(int side, int most) {
        long fit = MOST_BYTES / Math.multiplyExact(3L, Math.multiplyExact((long) side, side));
        if (fit < LEAST) {
            throw new RefusalException(
                    "Views of " + side + " pixels are too large for a kNN probe of the images topic: " + fit
                            + " of them fit into " + (MOST_BYTES >> 20) + " MiB; --probe-data gives other images");
        }
        return (int) Math.min(most, fit);
    }

    private void read(StoredImages stored) {
        Map<Integer, Long> beginning = stored.beginning();
        for (Map.Entry<Integer, Long> partition : stored.end().entrySet()) {
            long first = beginning.get(partition.getKey());
            long held = partition.getValue() - first;
            long wanted = Math.min(held, (most + beginning.size() - 1) / beginning.size());
            long runs = (wanted + RUN - 1) / RUN;
            for (long run = 0; run < runs && !hasNone(); run++) {
                long from = first + run * held / runs;
                long before = Math.min(from + Math.min(RUN, wanted - run * RUN), partition.getValue());
                stored.readWhatIsThere(partition.getKey(), from, before, this::take);
            }
        }
    }

    /** Whether the first images say that there are no labels here. */
    private boolean hasNone() {
        return Thread.currentThread().isInterrupted() || (classes.isEmpty() && looked >= RUN);
    }

    private void take(StoredImage stored) {
        looked++;
        Integer label = stored.image().getLabel();
        String name = stored.image().getClassName();
        if (classes.size() >= most || (name == null && (label == null || label < 0))) {
            return;
        }
        decoder.decode(stored.encoded())
                .match(
                        decoded -> keep(square.of(decoded.pixels()), name == null ? "class " + label : name),
                        (Decoding.Rejected rejected) -> false);
    }

    private boolean keep(byte[] image, String ofClass) {
        if (pixels == null) {
            pixels = ByteBuffer.allocateDirect(Math.multiplyExact(most, image.length));
        }
        pixels.put(image);
        return classes.add(ofClass);
    }

    private LabelledImages images(String topic, int side) {
        Map<String, Integer> numbers = new HashMap<>();
        new TreeSet<>(classes).forEach(name -> numbers.put(name, numbers.size()));
        if (classes.size() < LEAST || numbers.size() < 2) {
            throw new RefusalException("Of " + looked + " images that were looked at in topic " + topic + ", "
                    + classes.size() + " have labels, of " + numbers.size() + " classes, which is too little for a kNN"
                    + " probe; --probe-data gives other images");
        }
        return new LabelledImages(
                pixels.flip(),
                side,
                side,
                classes.stream().mapToInt(numbers::get).toArray(),
                numbers.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey)));
    }
}
