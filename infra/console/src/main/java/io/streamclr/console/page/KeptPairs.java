package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The view pairs that a page has kept in its folder. */
final class KeptPairs {

    static final String FOLDER = "pairs";

    private final PageFolder folder;

    KeptPairs(PageFolder folder) {
        this.folder = folder;
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
