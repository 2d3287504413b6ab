package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamclr.schemas.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/** The view pairs that a page has kept in its folder. For one thread, but for those who read. */
final class KeptPairs {

    static final String FOLDER = "pairs";

    private final PageFolder folder;
    private ArrayNode section = JsonNodeFactory.instance.arrayNode();

    /** Where pictures of pairs are had from. */
    interface Source {

        /** @throws RefusalException if there is no such pair, or its image is gone */
        byte[] png(NewestPairs.Place place, NewestPairs.Part part);

        /** @throws RefusalException if there is no such pair */
        JsonNode lineage(NewestPairs.Place place);
    }

    KeptPairs(PageFolder folder) {
        this.folder = folder;
        folder.sections().ifPresent(sections -> {
            if (sections.path("pairs") instanceof ArrayNode earlier) {
                section = earlier;
            }
        });
    }

    /** The page's section of those whose pictures are all kept, by this process or an earlier one. */
    JsonNode section() {
        return section;
    }

    /**
     * Keeps pictures and lineage of pairs beside those before, which {@link #forgetOthers} deletes. If some are not to be
     * had any more, those before stay the ones that are shown.
     *
     * @param pairs as the page's section has them
     * @return whether all are kept
     */
    boolean keep(JsonNode pairs, Source source) {
        ArrayNode whole = JsonNodeFactory.instance.arrayNode();
        for (JsonNode pair : pairs) {
            if (!isKept(place(pair), source)) {
                break; // the others' images are as old
            }
            whole.add(pair);
        }
        boolean all = whole.size() == pairs.size();
        if (all || section.isEmpty()) {
            section = whole;
        }
        return all;
    }

    private boolean isKept(NewestPairs.Place place, Source source) {
        try {
            for (NewestPairs.Part part : NewestPairs.Part.values()) {
                if (!folder.write(FOLDER + "/" + file(place, part), source.png(place, part))) {
                    return false;
                }
            }
            byte[] lineage = source.lineage(place).toString().getBytes(StandardCharsets.UTF_8);
            return folder.write(FOLDER + "/" + file(place), lineage);
        } catch (RefusalException | KafkaException outOfReach) {
            return false;
        }
    }

    /** Deletes what belongs to no pair of the section. */
    void forgetOthers() {
        Set<String> names = new HashSet<>();
        for (JsonNode pair : section) {
            NewestPairs.Place place = place(pair);
            names.add(file(place));
            for (NewestPairs.Part part : NewestPairs.Part.values()) {
                names.add(file(place, part));
            }
        }
        folder.only(FOLDER, names);
    }

    private static NewestPairs.Place place(JsonNode pair) {
        return new NewestPairs.Place(
                pair.path("partition").asInt(), pair.path("offset").asLong());
    }

    static String file(NewestPairs.Place place, NewestPairs.Part part) {
        return stem(place) + "-" + part.name().toLowerCase(Locale.ROOT) + ".png";
    }

    static String file(NewestPairs.Place place) {
        return stem(place) + ".json";
    }

    private static String stem(NewestPairs.Place place) {
        return place.partition() + "-" + place.offset();
    }

    /** @throws RefusalException if it was not kept */
    byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
        return read(file(place, part));
    }

    /** @throws RefusalException if it was not kept */
    String lineage(NewestPairs.Place place) {
        return new String(read(file(place)), StandardCharsets.UTF_8);
    }

    private byte[] read(String name) {
        return folder.read(FOLDER + "/" + name)
                .orElseThrow(() -> new RefusalException("Of this pair nothing was kept when the page was last saved"));
    }
}
