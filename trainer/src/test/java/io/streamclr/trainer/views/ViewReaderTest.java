package io.streamclr.trainer.views;

import static io.streamclr.trainer.feed.ViewsOfTests.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.feed.ViewsOfTests;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewReaderTest {

    private final ViewReader reader = new ViewReader(ViewShape.UNKNOWN);

    private void refuses(byte[] value, String sentence) {
        assertThatThrownBy(() -> reader.read(record(2, 17, value)))
                .isInstanceOf(RefusalException.class)
                .hasMessage(sentence);
    }

    private static String foreign(String what) {
        return "Topic views has a foreign record at partition 2, offset 17: " + what + "; nothing after it is trained,"
                + " so find its writer and have the views rendered into a fresh topic";
    }

    @Test
    void theFirstRecordDecidesRecipeAndSize() {
        ViewPair first = reader.read(record(2, 0, 0));

        assertThat(first).isEqualTo(ViewsOfTests.pair(2, 0, 0));
        assertThat(reader.shape()).isEqualTo(new ViewShape("recipe-1", "", 4, 4));
        refuses(
                WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(2, 0, 1, "recipe-2", 4)),
                "Topic views has views of recipe recipe-2 and 4x4 pixels at partition 2, offset 17, and this run trains"
                        + " on views of recipe recipe-1 and 4x4 pixels; send the others to a topic of their own, or"
                        + " begin another run on a topic of one kind");
        refuses(
                WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(2, 0, 1, "recipe-1", 5)),
                "Topic views has views of recipe recipe-1 and 5x5 pixels at partition 2, offset 17, and this run trains"
                        + " on views of recipe recipe-1 and 4x4 pixels; send the others to a topic of their own, or"
                        + " begin another run on a topic of one kind");
    }

    @Test
    void whatIsNoViewPairIsNamedForWhatItIs() {
        refuses(null, foreign("a record without a value"));
        refuses(
                new byte[] {1, 2},
                foreign("not a ViewPair: 2 bytes that begin with 0102 instead of Avro's single-object marker c301"));
        BatchManifest other = new BatchManifest(
                "run", 1L, List.of(), 1L, 0, 1, ByteBuffer.allocate(1), "recipe", "", List.of(), 0L, 0);
        assertThatThrownBy(() -> reader.read(record(0, 0, WireFormat.BATCH_MANIFEST.encode(other))))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("of another kind of record");
    }

    @Test
    void aPairOfAnotherPartitionIsForeignBecauseItsRepetitionsCouldNotBeRecognised() {
        refuses(
                WireFormat.VIEW_PAIR.encode(ViewsOfTests.pair(1, 0, 5)),
                foreign("a ViewPair made from partition 1, offset 5, pass 0, which cannot stand in this partition"));
    }

    @Test
    void pixelsThatDoNotFillTheViewsAreForeign() {
        ViewPair pair = ViewsOfTests.pair(2, 0, 0);
        View cut = View.newBuilder(pair.getSecond())
                .setPixels(ByteBuffer.allocate(47))
                .build();
        View tall =
                View.newBuilder(pair.getFirst()).setHeight(Integer.MAX_VALUE).build();
        ViewPair tooFew = ViewPair.newBuilder(pair).setSecond(cut).build();
        ViewPair huge = ViewPair.newBuilder(pair).setFirst(tall).setSecond(tall).build();

        refuses(
                WireFormat.VIEW_PAIR.encode(tooFew),
                foreign("a ViewPair whose pixels (48 and 47 bytes) do not fill views of 4x4 and 4x4"));
        refuses(
                WireFormat.VIEW_PAIR.encode(huge),
                foreign(
                        "a ViewPair whose pixels (48 and 48 bytes) do not fill views of 2147483647x4 and 2147483647x4"));
    }

    @Test
    void aRecordThatIsMostlyLineageIsForeignSoThatABlockHasABound() {
        ViewPair pair = ViewsOfTests.pair(2, 0, 0);
        AppliedOperation operation = new AppliedOperation("brightness", List.of(1.0));
        Lineage endless = Lineage.newBuilder(pair.getFirst().getLineage())
                .setOperations(Collections.nCopies(1000, operation))
                .build();
        View first = View.newBuilder(pair.getFirst()).setLineage(endless).build();
        ViewPair wordy = ViewPair.newBuilder(pair).setFirst(first).build();

        assertThatThrownBy(() -> reader.read(record(2, 17, WireFormat.VIEW_PAIR.encode(wordy))))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("bytes beside its pixels, where 16384 are allowed");
    }
}
