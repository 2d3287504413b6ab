package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.encoder.MiddleSquare;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.probe.Neighbours;
import io.streamclr.trainer.probe.Probe;
import io.streamclr.trainer.render.StoredImage;
import io.streamclr.trainer.render.StoredImages;
import io.streamclr.trainer.run.FirstEncoder;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.GivenWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a saved encoder makes of a few images of the run: which it takes for alike, and a map on which alike ones lie
 * together. The images are drawn once, evenly from the whole topic, so that maps can be compared. For one thread.
 */
final class Gallery {

    private static final int MOST_IMAGES = 200;
    private static final int LEAST_IMAGES = 3;
    private static final int QUERIES = 7;
    private static final int NEAREST = 6;
    private static final int COLUMNS = 20;
    private static final int LEAST_TILE = 28;
    private static final int MOST_TILE = 56;
    /** Of a class's name. */
    private static final int MOST_CHARACTERS = 60;

    private static final int NO_LABEL = -1;

    /** Encoders that the page can go back to. */
    private static final int MOST_SHOWN = 40;

    private final ShownRun subject;
    private final PageFolder folder;
    private final Optional<JsonNode> kept;
    private final Optional<byte[]> keptPicture;
    private final List<ObjectNode> shown = new ArrayList<>();
    private Optional<Sample> sample = Optional.empty();
    private Optional<PcaProjection> plane = Optional.empty();
    private boolean isKept;

    /**
     * Images that every encoder is shown.
     *
     * @param squares (N, side, side, 3) unsigned bytes, direct
     * @param labels of the images; -1 for one without
     * @param classes what the labels are called, in their order; empty if they are numbers and no more
     * @param png all of them, in rows of {@value #COLUMNS}
     */
    private record Sample(
            int count, int side, int tile, ByteBuffer squares, int[] labels, List<String> classes, byte[] png) {}

    /** @param folder keeps the pictures, and has those of earlier starts */
    Gallery(ShownRun subject, PageFolder folder) {
        this.subject = subject;
        this.folder = folder;
        this.kept = folder.sections().map(sections -> sections.path("gallery"));
        this.keptPicture = folder.read(PageFolder.GALLERY);
    }

    /** What an earlier start has shown; empty where there was none. */
    Optional<JsonNode> kept() {
        return kept.filter(gallery -> gallery.has("shown") && keptPicture.isPresent());
    }

    /**
     * Shows the images to an encoder; empty while there are too few of them.
     *
     * @param checkpoint that holds it
     * @return the gallery with all encoders that were shown, the earliest first
     */
    Optional<ObjectNode> show(long step, Path checkpoint) {
        ShippedEncoder encoder = ShippedEncoder.at(checkpoint);
        return show(step, encoder, encoder.plainRecipe());
    }

    /**
     * Shows the images to the encoder that the run begins with.
     *
     * @param recipe of the views
     */
    Optional<ObjectNode> showUntrained(Recipe recipe) {
        try {
            Path place = Files.createTempDirectory("streamclr-untrained");
            try {
                FirstEncoder.writeUntrained(subject.settings(), place);
                return show(0, ShippedEncoder.at(place), Optional.of(recipe));
            } finally {
                try (Stream<Path> files = Files.list(place)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(place);
            }
        } catch (IOException full) {
            throw new RefusalException(
                    "The untrained encoder cannot be shown, because the folder of temporary files cannot be written to ("
                            + FileFault.of(full) + ")",
                    full);
        }
    }

    private Optional<ObjectNode> show(long step, ShippedEncoder encoder, Optional<Recipe> recipe) {
        if (sample.isEmpty()) {
            sample = recipe.flatMap(this::sample);
            sample.ifPresent(this::recall);
        }
        return sample.map(images -> {
            // Before the run's first checkpoint there is no folder to keep it in.
            isKept = isKept || folder.write(PageFolder.GALLERY, images.png());
            shown.removeIf(before -> before.path("step").asLong() >= step);
            shown.add(show(step, encoder, images));
            for (int i = 1; shown.size() > MOST_SHOWN && i < shown.size() - 1; i++) {
                shown.remove(i); // every second one; the first and the newest stay
            }
            return json(images);
        });
    }

    /** What was kept of earlier starts is shown too, where it is of the same images. */
    private void recall(Sample images) {
        if (keptPicture.filter(png -> Arrays.equals(png, images.png())).isPresent()) {
            kept().ifPresent(gallery -> gallery.path("shown").forEach(one -> {
                if (one instanceof ObjectNode object) {
                    shown.add(object);
                }
            }));
        }
    }

    /** All images side by side; empty before there are any. */
    Optional<byte[]> png() {
        return sample.map(Sample::png).or(() -> keptPicture);
    }

    private ObjectNode show(long step, ShippedEncoder encoder, Sample images) {
        int k = Math.min(NEAREST + 1, images.count());
        Training.foresee(subject.settings(), images.side());
        try (Torch torch = Torch.open(subject.threads());
                Embedder embedder = Embedder.load(torch, encoder.archive());
                Probe probe = Probe.on(torch)) {
            Features features =
                    embedder.embed(images.squares().duplicate(), images.count(), images.side(), images.side());
            // Whitened, features have no directions that are wider than others.
            Features spread = GivenWeights.whitening(encoder.archive(), features.dimension())
                    .map(features::undone)
                    .orElse(features);
            plane = Optional.of(PcaProjection.of(spread, plane));
            return json(step, images, plane.get().points(), probe.nearest(features, features, k));
        }
    }

    private ObjectNode json(Sample images) {
        ObjectNode gallery = JsonNodeFactory.instance.objectNode();
        gallery.put("tile", images.tile());
        gallery.put("columns", COLUMNS);
        gallery.put("count", images.count());
        images.classes().forEach(gallery.putArray("classes")::add);
        ArrayNode labels = gallery.putArray("labels");
        Arrays.stream(images.labels()).forEach(labels::add);
        gallery.putArray("shown").addAll(shown);
        return gallery;
    }

    private static ObjectNode json(long step, Sample images, double[][] points, Neighbours nearest) {
        ObjectNode gallery = JsonNodeFactory.instance.objectNode();
        gallery.put("step", step);
        ArrayNode map = gallery.putArray("points");
        for (int image = 0; image < images.count(); image++) {
            map.addArray().add(rounded(points[image][0])).add(rounded(points[image][1]));
        }
        ArrayNode rows = gallery.putArray("neighbours");
        for (int row = 0; row < Math.min(QUERIES, images.count()); row++) {
            int query = row * images.count() / QUERIES % images.count();
            ObjectNode one = rows.addObject().put("query", query);
            ArrayNode found = one.putArray("found");
            for (int rank = 0; rank < nearest.k() && found.size() < NEAREST; rank++) {
                if (nearest.index(query, rank) != query) {
                    found.addObject()
                            .put("image", nearest.index(query, rank))
                            .put("cosine", rounded(nearest.cosine(query, rank)));
                }
            }
        }
        return gallery;
    }

    /** More digits than these no picture shows. */
    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }

    private Optional<Sample> sample(Recipe recipe) {
        int side = recipe.size();
        MiddleSquare square = new MiddleSquare(recipe);
        List<byte[]> squares = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (ImageDecoder decoder = new ImageDecoder(
                        DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, recipe.cutImages(), recipe.systemFormats());
                StoredImages stored = new StoredImages(subject.kafka(), subject.imagesTopic())) {
            for (Map.Entry<Integer, List<Long>> partition : places().entrySet()) {
                for (long offset : partition.getValue()) {
                    image(stored, partition.getKey(), offset)
                            .ifPresent(image -> decode(decoder, image).ifPresent(pixels -> {
                                squares.add(square.of(pixels));
                                Integer label = image.image().getLabel();
                                labels.add(label == null ? NO_LABEL : label);
                                names.add(name(image.image().getClassName()));
                            }));
                }
            }
        }
        if (squares.size() < LEAST_IMAGES) {
            return Optional.empty();
        }
        ByteBuffer together = ByteBuffer.allocateDirect(squares.size() * 3 * side * side);
        squares.forEach(together::put);
        List<String> classes = names.stream()
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
        int tile = Math.max(LEAST_TILE, Math.min(MOST_TILE, side));
        return Optional.of(new Sample(
                squares.size(),
                side,
                tile,
                together.flip(),
                (classes.isEmpty() ? labels.stream() : names.stream().map(classes::indexOf))
                        .mapToInt(Integer::intValue)
                        .toArray(),
                classes,
                sheet(squares, side, tile)));
    }

    private static String name(String className) {
        String name = className == null ? "" : OneLine.of(className);
        return name.substring(0, Math.min(name.length(), MOST_CHARACTERS));
    }

    private static byte[] sheet(List<byte[]> squares, int side, int tile) {
        Picture sheet = Picture.empty(COLUMNS * tile, (squares.size() + COLUMNS - 1) / COLUMNS * tile);
        for (int image = 0; image < squares.size(); image++) {
            Picture one = Picture.of(side, side, ByteBuffer.wrap(squares.get(image)));
            sheet.put(one, image % COLUMNS * tile, image / COLUMNS * tile, tile, tile);
        }
        return sheet.png();
    }

    /** Offsets that lie evenly in each partition. */
    private Map<Integer, List<Long>> places() {
        Map<Integer, List<Long>> places = new TreeMap<>();
        try (Topics topics = Topics.at(subject.kafka())) {
            Map<Integer, Long> beginning = topics.beginning(subject.imagesTopic());
            topics.end(subject.imagesTopic()).forEach((partition, end) -> {
                long first = beginning.get(partition);
                long held = end - first;
                long wanted = Math.min(held, MOST_IMAGES / Math.min(MOST_IMAGES, beginning.size()));
                List<Long> offsets = new ArrayList<>();
                for (long i = 0; i < wanted; i++) {
                    offsets.add(first + i * held / wanted);
                }
                places.put(partition, offsets);
            });
        }
        return places;
    }

    /** The image at an offset; empty where a transaction's marker stands, or nothing any more. */
    private static Optional<StoredImage> image(StoredImages stored, int partition, long offset) {
        try {
            return Optional.of(stored.at(partition, offset));
        } catch (RefusalException nothingThere) {
            return Optional.empty();
        }
    }

    private static Optional<Pixels> decode(ImageDecoder decoder, StoredImage image) {
        return decoder.decode(image.encoded())
                .match(decoded -> Optional.of(decoded.pixels()), (Decoding.Rejected rejected) -> Optional.empty());
    }
}
