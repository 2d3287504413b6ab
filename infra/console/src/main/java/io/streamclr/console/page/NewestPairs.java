package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.views.LineageText;
import io.streamclr.console.views.ViewLog;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The newest view pairs as pictures, and all there is to know of one. For one thread. */
final class NewestPairs implements KeptPairs.Source, AutoCloseable {

    private static final int SHOWN = 12;
    /** A viewer may ask for pairs that have just been replaced on its page. */
    private static final int KEPT = 10 * SHOWN;

    private static final int LARGEST_PICTURE = 640;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ViewLog log;
    private final Map<Place, ViewLog.Located> kept = new LinkedHashMap<>();
    private List<Place> shown = List.of();

    /** Where a pair lies in the topic of views. */
    record Place(int partition, long offset) {}

    /** What a browser can be shown of a pair. */
    enum Part {
        FIRST,
        SECOND,
        ORIGINAL
    }

    NewestPairs(ShownRun subject) {
        this.log = new ViewLog(subject.kafka(), subject.viewsTopic(), subject.imagesTopic());
    }

    /** Looks for newer pairs, and names them by their places. */
    ArrayNode look() {
        ArrayNode pairs = JSON.arrayNode();
        List<Place> places = new ArrayList<>();
        for (ViewLog.Located located : log.newest(SHOWN)) {
            Place place = new Place(located.partition(), located.offset());
            places.add(place);
            kept.put(place, located);
            ObjectNode pair = pairs.addObject();
            pair.put("partition", located.partition());
            pair.put("offset", located.offset());
            pair.put("pass", located.pair().getPass());
        }
        while (kept.size() > KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        shown = List.copyOf(places);
        return pairs;
    }

    /** By which recipe the newest pair was rendered, as far as its record says it; empty before there is a pair. */
    Optional<Recipe> recipe() {
        return newest().map(located -> located.recipeText().isEmpty()
                ? Recipe.parse("imagenet")
                        .with("size", Integer.toString(located.pair().getFirst().getWidth()))
                : Recipe.parse(located.recipeText()));
    }

    /** That recipe's text; empty where nobody says it. */
    String recipeText() {
        return newest().map(ViewLog.Located::recipeText).orElse("");
    }

    private Optional<ViewLog.Located> newest() {
        return shown.isEmpty() ? Optional.empty() : Optional.of(kept.get(shown.get(shown.size() - 1)));
    }

    @Override
    public byte[] png(Place place, Part part) {
        ViewPair pair = at(place).pair();
        return switch (part) {
            case FIRST -> png(pair.getFirst());
            case SECOND -> png(pair.getSecond());
            case ORIGINAL -> original(pair);
        };
    }

    private static byte[] png(View view) {
        return Picture.of(view.getWidth(), view.getHeight(), view.getPixels()).png();
    }

    private byte[] original(ViewPair pair) {
        Pixels pixels = log.original(pair);
        return Picture.of(pixels.width(), pixels.height(), ByteBuffer.wrap(pixels.rgb()))
                .within(LARGEST_PICTURE)
                .png();
    }

    /**
     * Where a pair comes from and how each view was rendered.
     *
     * @throws RefusalException if there is no such pair
     */
    @Override
    public ObjectNode lineage(Place place) {
        ViewLog.Located located = at(place);
        ViewPair pair = located.pair();
        ObjectNode all = JSON.objectNode();
        all.put("image", pair.getImageId());
        all.put("partition", place.partition());
        all.put("offset", place.offset());
        all.put("image_offset", pair.getOrigin().getOffset());
        all.put("pass", pair.getPass());
        all.put("run_seed", Long.toString(pair.getRunSeed()));
        all.put("recipe", located.recipeText().isEmpty() ? pair.getRecipe() : located.recipeText());
        EncodedImage envelope = log.envelope(pair);
        all.put("source", OneLine.of(envelope.getSource()));
        if (envelope.getLabel() != null) {
            all.put("label", envelope.getLabel());
        }
        if (envelope.getClassName() != null) {
            all.put("class_name", OneLine.of(envelope.getClassName()));
        }
        ArrayNode views = all.putArray("views");
        for (View view : List.of(pair.getFirst(), pair.getSecond())) {
            views.add(view(view.getLineage()));
        }
        return all;
    }

    private static ObjectNode view(Lineage lineage) {
        ObjectNode view = JSON.objectNode();
        CropBox crop = lineage.getCrop();
        view.put("seed", Long.toHexString(lineage.getSeed()));
        view.put("left", crop.getX() / (double) lineage.getImageWidth());
        view.put("top", crop.getY() / (double) lineage.getImageHeight());
        view.put("width", crop.getWidth() / (double) lineage.getImageWidth());
        view.put("height", crop.getHeight() / (double) lineage.getImageHeight());
        LineageText.lines(lineage).forEach(view.putArray("drawn")::add);
        return view;
    }

    private ViewLog.Located at(Place place) {
        ViewLog.Located known = kept.get(place);
        return known != null
                ? known
                : log.from(place.partition(), place.offset(), 1).get(0);
    }

    @Override
    public void close() {
        log.close();
    }
}
