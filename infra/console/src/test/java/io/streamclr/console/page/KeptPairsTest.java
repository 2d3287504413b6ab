package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPairsTest {

    @TempDir
    Path run;

    private PageFolder folder;
    private KeptPairs kept;
    /** The first offset of which the topics have nothing any more. */
    private long gone = Long.MAX_VALUE;

    private final KeptPairs.Source topics = new KeptPairs.Source() {

        @Override
        public byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
            if (place.offset() >= gone && part == NewestPairs.Part.ORIGINAL) {
                throw new RefusalException("The broker is away");
            }
            return new byte[] {(byte) place.offset(), (byte) part.ordinal()};
        }

        @Override
        public JsonNode lineage(NewestPairs.Place place) {
            return JsonNodeFactory.instance.objectNode().put("offset", place.offset());
        }
    };

    @BeforeEach
    void beginAPage() {
        folder = new PageFolder(run);
        kept = new KeptPairs(folder);
    }

    private static ArrayNode pairs(long... offsets) {
        ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
        for (long offset : offsets) {
            pairs.addObject().put("partition", 0).put("offset", offset);
        }
        return pairs;
    }

    private static NewestPairs.Place at(long offset) {
        return new NewestPairs.Place(0, offset);
    }

    @Test
    void newerPairsReplaceThoseBeforeTogetherWithTheirPictures() {
        assertThat(kept.keep(pairs(1, 2), topics)).isTrue();
        assertThat(kept.keep(pairs(2, 3), topics)).isTrue();
        assertThat(kept.png(at(1), NewestPairs.Part.FIRST)).containsExactly(1, 0); // the kept sections may name it
        kept.forgetOthers();

        assertThat((Object) kept.section()).isEqualTo(pairs(2, 3));
        assertThat(kept.png(at(3), NewestPairs.Part.ORIGINAL)).containsExactly(3, 2);
        assertThat(kept.lineage(at(2))).isEqualTo("{\"offset\":2}");
        assertThatThrownBy(() -> kept.png(at(1), NewestPairs.Part.FIRST)).isInstanceOf(RefusalException.class);
    }

    @Test
    void withoutABrokerThoseOfBeforeStayEvenOfAnEarlierProcess() {
        kept.keep(pairs(1, 2), topics);
        folder.keep(Map.of("pairs", kept.section().toString()));
        KeptPairs resumed = new KeptPairs(folder);
        gone = 4;

        assertThat(resumed.keep(pairs(3, 4), topics)).isFalse();

        assertThat((Object) resumed.section()).hasToString(pairs(1, 2).toString());
        assertThat(resumed.png(at(1), NewestPairs.Part.SECOND)).containsExactly(1, 1);
    }

    @Test
    void ofPairsThatAreGoneInPartTheOthersAreShownIfThereWereNoneBefore() {
        gone = 4;

        assertThat(kept.keep(pairs(3, 4), topics)).isFalse();

        assertThat((Object) kept.section()).isEqualTo(pairs(3));
    }
}
