package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedBlock;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.batchlog.SlotOrigin;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.Shuffle;
import io.streamclr.trainer.views.ViewShape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

    private static final FeedConfig CONFIG = ViewsOfTests.config(4, 3);
    private static final List<RecordRange> BLOCK_0 = List.of(new RecordRange(0, 0L, 11L, 12, List.of()));
    private static final List<RecordRange> BLOCK_1 =
            List.of(new RecordRange(0, 12L, 17L, 6, List.of()), new RecordRange(1, 0L, 7L, 6, List.of()));

    private static BatchManifest manifest(long step, List<RecordRange> block) {
        int from = (int) ((step - 1) % 3) * 4;
        return manifest(step, block, Shuffle.seed(42, (step - 1) / 3), from + 4, (byte) step);
    }

    private static BatchManifest manifest(long step, List<RecordRange> block, long seed, int to, byte digest) {
        int from = (int) ((step - 1) % 3) * 4;
        return new BatchManifest(
                "run",
                step,
                block,
                seed,
                from,
                to,
                ByteBuffer.wrap(new byte[] {digest}),
                "recipe",
                "",
                List.of(),
                0L,
                0);
    }

    private static RunHistory history(BatchManifest... manifests) {
        List<LoggedBatch> entries = Arrays.stream(manifests)
                .map(manifest -> new LoggedBatch(manifest, 100 + manifest.getStep()))
                .toList();
        return RunHistory.after(Feed.beginning(CONFIG, Map.of(0, 0L, 1, 0L)), entries, CONFIG, 2);
    }

    private static void refuses(String sentence, BatchManifest... manifests) {
        assertThatThrownBy(() -> history(manifests))
                .isInstanceOf(RefusalException.class)
                .hasMessage(sentence);
    }

    @Test
    void loggedBatchesAndTheirBlocksAreKnownAndNothingElse() {
        RunHistory history =
                history(manifest(1, BLOCK_0), manifest(2, BLOCK_0), manifest(3, BLOCK_0), manifest(4, BLOCK_1));

        assertThat(history.steps()).isEqualTo(4);
        assertThat(history.batch(4)).contains(new LoggedBatch(manifest(4, BLOCK_1), 104));
        assertThat(history.batch(5)).isEmpty();
        assertThat(history.block(1)).contains(LoggedBlock.of(manifest(4, BLOCK_1)));
        assertThat(history.block(2)).isEmpty();
        assertThat(history.firstOffsets()).containsOnly(Map.entry(0, 0L), Map.entry(1, 0L));
    }

    @Test
    void insideABlockThePositionKnowsItsRecordsWithoutAnyEntry() {
        FeedPosition position = new FeedPosition(
                CONFIG.feeding(),
                5,
                0,
                new ViewShape("recipe", "cifar", 4, 4),
                List.of(Reading.from(12), Reading.from(0)),
                List.of(ViewsOfTests.range(0, 12, 23, 12, 12)));

        RunHistory history = RunHistory.after(position, List.of(), CONFIG, 2);

        assertThat(history.block(1)).contains(new LoggedBlock(position.block(), "recipe", "cifar"));
    }

    @Test
    void entriesBeforeThePositionAndRepeatedOnesArePassedOver() {
        FeedPosition position = new FeedPosition(
                CONFIG.feeding(),
                4,
                0,
                new ViewShape("recipe", "", 4, 4),
                List.of(Reading.from(12), Reading.from(0)),
                List.of());
        List<LoggedBatch> entries = List.of(
                new LoggedBatch(manifest(3, BLOCK_0), 7),
                new LoggedBatch(manifest(4, BLOCK_1), 8),
                new LoggedBatch(manifest(4, BLOCK_1), 9));

        RunHistory history = RunHistory.after(position, entries, CONFIG, 2);

        assertThat(history.steps()).isEqualTo(1);
        assertThat(history.batch(4)).map(LoggedBatch::offset).contains(8L);
    }

    @Test
    void aStepThatIsMissingEndsTheRun() {
        refuses(
                "Topic batches does not name step 2 of run run, although it names step 3; the run cannot go on exactly,"
                        + " so begin another one",
                manifest(1, BLOCK_0),
                manifest(3, BLOCK_0));
    }

    @Test
    void twoTrainersOnOneRunAreNoticed() {
        BatchManifest other = manifest(1, BLOCK_0, Shuffle.seed(42, 0), 4, (byte) 9);

        refuses(
                "Topic batches names step 1 of run run twice and differently, so two trainers fed the same run; begin"
                        + " another run for one of them",
                manifest(1, BLOCK_0),
                other);
        refuses(
                "Topic batches names other records for step 2 of run run than the steps of the same block have; two"
                        + " trainers fed the same run, so begin another run for one of them",
                manifest(1, BLOCK_0),
                manifest(2, List.of(new RecordRange(1, 0L, 11L, 12, List.of()))));
    }

    @Test
    void entriesThatOtherSettingsMadeAreRefusedBeforeTheyAreBelieved() {
        String sentence = "Run run was fed with another batch size, block size, seed or topic up to step 1 than with"
                + " batches of 4 pairs, blocks of 3 batches and seed 42; give the same settings, or begin another run";

        refuses(sentence, manifest(1, BLOCK_0, 1, 4, (byte) 1));
        refuses(sentence, manifest(1, BLOCK_0, Shuffle.seed(42, 0), 8, (byte) 1));
        refuses(sentence, manifest(1, List.of(new RecordRange(0, 0L, 12L, 13, List.of()))));
        refuses(sentence, manifest(1, List.of(new RecordRange(2, 0L, 11L, 12, List.of()))));
        refuses(sentence, manifest(1, List.of(new RecordRange(0, 0L, 10L, 12, List.of()))));
        refuses(
                sentence,
                manifest(
                        1,
                        List.of(new RecordRange(0, 0L, 5L, 6, List.of()), new RecordRange(0, 6L, 11L, 6, List.of()))));
        refuses(sentence, manifest(1, List.of()));
        refuses(sentence, manifest(1, List.of(new RecordRange(0, 0L, 11L, 12, ViewsOfTests.origins(0, 0, 11)))));
    }

    @Test
    void aRunThatRepeatsAnotherIsGivenItsBlocksFromItsOwnPositionOn() {
        LoggedRun other = new LoggedRun(
                "other",
                List.of(
                        new LoggedBatch(manifest(1, BLOCK_0), 0),
                        new LoggedBatch(manifest(4, BLOCK_1), 1),
                        new LoggedBatch(manifest(7, BLOCK_0), 2)));
        FeedPosition position = new FeedPosition(
                CONFIG.feeding(),
                4,
                0,
                new ViewShape("recipe", "", 4, 4),
                List.of(Reading.from(12), Reading.from(0)),
                List.of());
        RunHistory history = RunHistory.after(position, List.of(), CONFIG, 2);

        history.repeat(other, position);

        assertThat(history.block(0)).isEmpty();
        assertThat(history.block(1)).contains(LoggedBlock.of(manifest(4, BLOCK_1)));
        assertThat(history.block(2)).isPresent();
        assertThat(history.steps()).isZero();
        LoggedRun unlike = new LoggedRun("unlike", List.of(new LoggedBatch(manifest(4, BLOCK_0), 0)));
        assertThatThrownBy(() -> history.repeat(unlike, position))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Topic batches names other records for step 4 of run run than");
    }

    /** What nobody can use is refused in a sentence, and what is used costs no more than a batch. */
    @Test
    void anEntryOfWhichAnyBitFlippedIsRefusedOrUsedAndNothingElse() throws Exception {
        List<RecordRange> block = List.of(
                new RecordRange(0, 0L, 5L, 6, List.of(new OriginRange(7L, 0, 0L, 5L))),
                new RecordRange(1, 2L, 7L, 6, List.of(new OriginRange(7L, 0, 2L, 4L), new OriginRange(7L, 1, 0L, 2L))));
        byte[] sound = WireFormat.BATCH_MANIFEST.encode(manifest(1, block));
        int decoded = 0;
        for (int bit = 0; bit < 8 * sound.length; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            BatchManifest manifest;
            try {
                manifest = WireFormat.BATCH_MANIFEST.decode(flipped);
            } catch (ForeignRecordException noticed) {
                continue;
            }
            decoded++;
            try {
                history(manifest);
            } catch (RefusalException noticed) {
                assertThat(noticed).hasMessageContaining("run");
            }
            try {
                assertThat(SlotOrigin.of(manifest)).hasSizeLessThanOrEqualTo(FeedConfig.MAX_BLOCK_PAIRS);
            } catch (RefusalException noticed) {
                assertThat(noticed).hasMessageContaining("run");
            }
        }
        assertThat(decoded).isPositive();
    }
}
