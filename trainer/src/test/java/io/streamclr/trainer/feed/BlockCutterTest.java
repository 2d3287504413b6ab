package io.streamclr.trainer.feed;

import static io.streamclr.trainer.feed.ViewsOfTests.SIDE;
import static io.streamclr.trainer.feed.ViewsOfTests.bytes;
import static io.streamclr.trainer.feed.ViewsOfTests.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.batchlog.SlotOrigin;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockFiller;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.Shuffle;
import io.streamclr.trainer.views.ViewReader;
import io.streamclr.trainer.views.ViewShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class BlockCutterTest {

    private static final FeedConfig CONFIG = ViewsOfTests.config(4, 3);

    /** Block 5 of two partitions, of which partition 0 says when its images arrived, and in which partition 1 shows the images of partition 0 again in a later pass. */
    private static Block block() {
        List<Reading> readings = List.of(Reading.from(50), Reading.from(60));
        BlockFiller filler = new BlockFiller(readings, CONFIG.blockPairs(), new ViewReader(ViewShape.UNKNOWN));
        filler.begin(5, new BlockMemory(CONFIG.blockPairs()));
        for (int i = 0; i < 6; i++) {
            ConsumerRecord<byte[], ByteBuffer> dated = record(0, 50 + i, encoded(0, i));
            dated.headers().add(ArrivalHeader.of(1_000 + i));
            filler.offer(dated);
            filler.offer(record(1, 60 + i, encoded(1, i)));
        }
        assertThat(filler.fill(0)).isTrue();
        return filler.block();
    }

    private static byte[] encoded(int partition, int i) {
        ViewPair pair = ViewsOfTests.pair(partition, 0, i);
        return WireFormat.VIEW_PAIR.encode(new ViewPair(
                "image-" + i % 4,
                pair.getPass(),
                pair.getOrigin(),
                pair.getRunSeed(),
                pair.getRecipe(),
                pair.getFirst(),
                pair.getSecond(),
                null));
    }

    /** The pairs of batch {@code index}, found the slow and obvious way. */
    private static List<byte[]> expected(int index) {
        List<byte[]> block = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            block.add(encoded(i / 6, i % 6));
        }
        int[] order = Shuffle.order(Shuffle.seed(42, 5), 12);
        List<byte[]> batch = new ArrayList<>();
        for (int row = 0; row < 4; row++) {
            batch.add(block.get(order[index * 4 + row]));
        }
        return batch;
    }

    private static Rows rows(ByteBuffer pixels) {
        return new Rows(4, ByteRows.of(pixels, SIDE * SIDE * 3));
    }

    private static BatchManifest manifest(int index) {
        BlockCutter cutter = new BlockCutter(CONFIG, block());
        Rows rows = rows(ViewsOfTests.pixels(4, SIDE));
        cutter.cut(index, rows);
        return cutter.manifest(index, rows.digest(), List.of(), 0);
    }

    @Test
    void aBatchHoldsItsFirstViewsThenItsSecondViewsInTheShuffledOrder() throws Exception {
        for (int index = 0; index < 3; index++) {
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            ByteArrayOutputStream second = new ByteArrayOutputStream();
            for (byte[] encoded : expected(index)) {
                first.writeBytes(
                        bytes(WireFormat.VIEW_PAIR.decode(encoded).getFirst().getPixels()));
                second.writeBytes(
                        bytes(WireFormat.VIEW_PAIR.decode(encoded).getSecond().getPixels()));
            }
            first.writeBytes(second.toByteArray());
            ByteBuffer pixels = ViewsOfTests.pixels(4, SIDE);

            new BlockCutter(CONFIG, block()).cut(index, rows(pixels));

            assertThat(bytes(pixels)).isEqualTo(first.toByteArray());
        }
    }

    /** As a batch of more than 2 GiB does. */
    @Test
    void aBatchInSeveralPiecesHasTheSameBytesAndTheSameDigest() {
        int view = SIDE * SIDE * 3;
        ByteBuffer whole = ViewsOfTests.pixels(4, SIDE);
        Rows inOne = rows(whole);
        ByteRows pieces = ByteRows.allocate(8, view, 3 * view);
        Rows inThree = new Rows(4, pieces);

        new BlockCutter(CONFIG, block()).cut(1, inOne);
        new BlockCutter(CONFIG, block()).cut(1, inThree);

        assertThat(pieces.parts(0, 8)).hasSize(3);
        assertThat(bytes(pieces.together(0, 8))).isEqualTo(bytes(whole)).isNotEqualTo(new byte[8 * view]);
        assertThat(inThree.digest()).isEqualTo(inOne.digest());
        assertThat(inThree.images()).isEqualTo(inOne.images());
    }

    @Test
    void theManifestSaysAllThatTheBatchFollowsFrom() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        expected(1).forEach(sha256::update);

        BatchManifest manifest = manifest(1);

        assertThat(manifest)
                .isEqualTo(new BatchManifest(
                        "run",
                        17L,
                        List.of(
                                new RecordRange(0, 50L, 55L, 6, ViewsOfTests.origins(0, 0, 6)),
                                new RecordRange(1, 60L, 65L, 6, ViewsOfTests.origins(0, 0, 6))),
                        Shuffle.seed(42, 5),
                        4,
                        8,
                        ByteBuffer.wrap(sha256.digest()),
                        "recipe-1",
                        "",
                        List.of(),
                        0L,
                        0));
    }

    @Test
    void theManifestAloneTellsWhatStandsInEachSlot() throws Exception {
        for (int index = 0; index < 3; index++) {
            BatchManifest manifest = manifest(index);

            List<SlotOrigin> slots = SlotOrigin.of(manifest);

            List<SlotOrigin> slowly = new ArrayList<>();
            for (byte[] encoded : expected(index)) {
                ViewPair pair = WireFormat.VIEW_PAIR.decode(encoded);
                slowly.add(new SlotOrigin(
                        pair.getOrigin().getPartition(), pair.getOrigin().getOffset(), pair.getPass(), 7));
            }
            assertThat(slots).isEqualTo(slowly);
            assertThat(SlotOrigin.mayBeIn(manifest, 1, 5)).isTrue();
            assertThat(SlotOrigin.mayBeIn(manifest, 1, 6)).isFalse();
        }
    }

    @Test
    void eachPairSaysWhenItsImageArrivedWhereItsRecordDoes() throws Exception {
        for (int index = 0; index < 3; index++) {
            Rows rows = rows(ViewsOfTests.pixels(4, SIDE));
            new BlockCutter(CONFIG, block()).cut(index, rows);
            long[] arrivedAt = rows.arrivedAt();

            List<Long> slowly = new ArrayList<>();
            for (byte[] encoded : expected(index)) {
                Origin origin = WireFormat.VIEW_PAIR.decode(encoded).getOrigin();
                slowly.add(origin.getPartition() == 0 ? 1_000 + origin.getOffset() : ArrivalHeader.UNKNOWN);
            }
            assertThat(arrivedAt)
                    .containsExactly(slowly.stream().mapToLong(Long::longValue).toArray());
        }
    }

    @Test
    void equalNumbersMeanTheSameImage() throws Exception {
        for (int index = 0; index < 3; index++) {
            Rows rows = rows(ViewsOfTests.pixels(4, SIDE));
            new BlockCutter(CONFIG, block()).cut(index, rows);
            int[] images = rows.images();

            List<String> ids = new ArrayList<>();
            for (byte[] encoded : expected(index)) {
                ids.add(WireFormat.VIEW_PAIR.decode(encoded).getImageId());
            }
            for (int one = 0; one < 4; one++) {
                for (int other = 0; other < 4; other++) {
                    assertThat(images[one] == images[other])
                            .isEqualTo(ids.get(one).equals(ids.get(other)));
                }
            }
        }
    }

    @Test
    void insideABlockThePositionKeepsTheBlockAndAfterItOnlyWhereItEnded() {
        BlockCutter cutter = new BlockCutter(CONFIG, block());

        FeedPosition inside = cutter.position(1, 99);
        FeedPosition after = cutter.position(2, 100);

        assertThat(inside.nextStep()).isEqualTo(18);
        assertThat(inside.loggedUntil()).isEqualTo(99);
        assertThat(inside.readings()).containsExactly(Reading.from(50), Reading.from(60));
        assertThat(inside.block())
                .containsExactly(ViewsOfTests.range(0, 50, 55, 6, 0), ViewsOfTests.range(1, 60, 65, 6, 0));
        assertThat(after.nextStep()).isEqualTo(19);
        assertThat(after.blockNumber()).isEqualTo(6);
        assertThat(after.readings()).containsExactly(new Reading(56, 0, 5), new Reading(66, 0, 5));
        assertThat(after.block()).isEmpty();
    }
}
