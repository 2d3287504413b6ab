package io.streamclr.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a run fits into the memory that there is, by sums that one can do by hand. */
class MemoryNeedTest {

    private static final long GIGABYTE = 1_000_000_000;
    private static final TorchDevice CARD = TorchDevice.parse("gpu:0");
    private static final MemoryAtHand PLENTY = at(1000, 1000, 1000, 1000);

    @Test
    void viewsOfTwoBlocksAndThreeBatchesLieOffTheHeap() {
        // A pair of 224 pixels is 301,056 bytes: 13 of them fill a page of 4 MiB.
        long pages = (8 * 4096 + 12) / 13;

        assertThat(need(4096, 8, 256).offHeapBytes()).isEqualTo(2 * pages * (4 << 20) + 3L * 4096 * 301_056);
    }

    @Test
    void aCardHoldsWeightsWhatIsKnownOfThemTheirGradientsAndAChunk() {
        NetworkPlan network = Preset.GPU.at(224, 1024).network();
        long weights = Architecture.of(network).parameters();
        MemoryNeed need = need(1024, 1, 256);
        long fixed = need.deviceBytes() - need.chunkBytes();

        assertThat(need.chunkViews()).isEqualTo(256);
        assertThat(need.chunkBytes()).isEqualTo(256 * (network.keptBytes(224, 224) + 3 * 224 * 224));
        // Weights, two gradients and AdamW's two numbers in 32 bits; the encoder's weights once more in 16.
        assertThat(fixed)
                .isEqualTo(20 * weights
                        + 2 * Architecture.of(network).encoderParameters()
                        + 6 * 4 * 2048 * 128
                        + TiledLoss.roomBytes(2048));
        assertThat(need.heapBytes()).isEqualTo(4 * 3 * weights);
        assertThat(need.hostBytes()).isEqualTo(need.offHeapBytes() + need.heapBytes());
    }

    @Test
    void blocksThatDoNotFitAreRefusedWithOptionsThatDo() {
        MemoryNeed need = need(4096, 8, 256);
        MemoryAtHand there = at(1000, 13, 1000, 1000);

        String refusal = refusal(need, there);

        assertThat(refusal)
                .isEqualTo(
                        "Batches of 4096 pairs of 224 pixels in blocks of 8 need 24.8 GB off Java's heap, and Java may"
                                + " take 13.0 GB there; give --block 3, or Java more with -XX:MaxDirectMemorySize (for"
                                + " streamclr in STREAMCLR_OPTS)");
        assertFits(need(4096, 3, 256), there);
        assertThat(refusal(need(4096, 4, 256), there)).contains("--block 3");
    }

    @Test
    void batchesThatDoNotFitInTheSmallestBlockAreHalved() {
        MemoryAtHand there = at(1000, 4, 1000, 1000);

        assertThat(refusal(need(4096, 1, 256), there)).contains("give --batch-size 2048 --block 1, or Java more");
        assertFits(need(2048, 1, 256), there);
        assertThat(refusal(need(4096, 1, 256), at(1000, 0, 1000, 1000))).contains("there; give Java more with");
    }

    @Test
    void aChunkThatDoesNotFitOnTheCardIsRefusedWithTheLargestThatDoes() {
        MemoryAtHand there = at(1000, 1000, 1000, 24);

        String refusal = refusal(need(4096, 1, 1024), there);

        assertThat(refusal)
                .startsWith("Training a ResNet-50 of width 64 in bfloat16 on chunks of 1024 views of 224 pixels needs ")
                .contains(", and the card gpu:0 has 24.0 GB; give --chunk ")
                .doesNotContain("--precision");
        int chunk = chunk(refusal);
        assertThat(chunk).isBetween(400, 560);
        assertFits(need(4096, 1, chunk), there);
        assertThat(refusal(need(4096, 1, chunk + 160), there)).contains("--chunk " + chunk);
    }

    @Test
    void numbersOfSixteenBitsAreProposedWhereTheyFit() {
        NetworkPlan full = Preset.GPU.at(224, 1024).network().with(Precision.FLOAT32);
        MemoryAtHand there = at(1000, 1000, 1000, 40);
        MemoryNeed need = need(full, new Batching(4096, 1, 512), CARD);

        assertThat(refusal(need, there)).endsWith(", or --precision bfloat16");
        assertFits(need(full.with(Precision.BFLOAT16), new Batching(4096, 1, 512), CARD), there);
    }

    @Test
    void whatFitsNowhereIsRefusedWithoutOptions() {
        assertThat(refusal(need(4096, 1, 1024), at(1000, 1000, 1000, 0)))
                .endsWith(
                        "the card gpu:0 has 0.0 GB; train a smaller network, or smaller batches, or give it more memory");
        assertThat(refusal(need(4096, 1, 1024), at(0, 1000, 1000, 80)))
                .contains("A checkpoint of ResNet-50 of width 64 needs 0.3 GB of Java's heap, which is 0.0 GB");
    }

    @Test
    void processorsThatShareABatchShareTheMachine() {
        NetworkPlan network = Preset.GPU.at(224, 1024).network();
        MemoryNeed one = need(network, new Batching(128, 1, 64), TorchDevice.CPU);
        MemoryNeed two = need(network, new Batching(128, 1, 64), TorchDevice.CPU, TorchDevice.CPU);

        assertThat(two.hostBytes() - two.offHeapBytes() - two.heapBytes()).isEqualTo(2 * one.deviceBytes());
        String refusal = refusal(two, new MemoryAtHand(GIGABYTE, GIGABYTE, 5 * GIGABYTE, Map.of()));
        assertThat(refusal).contains("and this machine has 5.0 GB; give --chunk ");
        int chunk = chunk(refusal);
        assertFits(
                need(network, new Batching(128, 1, chunk), TorchDevice.CPU, TorchDevice.CPU),
                new MemoryAtHand(GIGABYTE, GIGABYTE, 5 * GIGABYTE, Map.of()));
    }

    @Test
    void asManyChunksAreRememberedAsLeaveHalfOfTheMemory() {
        MemoryNeed need = need(4096, 1, 512);
        long fixed = need.deviceBytes() - need.chunkBytes();
        long forThree = 2 * (fixed + 3 * need.chunkBytes());

        assertThat(need.chunksToRemember(new MemoryAtHand(1, 1, 1000 * GIGABYTE, Map.of("gpu:0", forThree))))
                .isEqualTo(3);
        assertThat(need.chunksToRemember(new MemoryAtHand(1, 1, 1000 * GIGABYTE, Map.of("gpu:0", forThree - 1))))
                .isEqualTo(2);
        assertThat(need.chunksToRemember(at(1, 1, 1, 1))).isEqualTo(1);
        assertThat(need.chunksToRemember(PLENTY)).as("all of 8,192 views").isEqualTo(16);
    }

    @Test
    void moreRememberedChunksThanFitAreRefusedWithHowManyDo() {
        MemoryNeed need = remembering(5, 512);
        MemoryAtHand there = at(1000, 1000, 1000, 60);

        String refusal = refusal(need, there);

        assertThat(refusal)
                .startsWith("Training a ResNet-50 of width 64 in bfloat16 on 5 remembered chunks of 512 views of 224")
                .endsWith("; give --remember 2");
        assertFits(remembering(2, 512), there);
        assertThat(refusal(remembering(3, 512), there)).endsWith("; give --remember 2");
        assertThat(refusal(remembering(Integer.MAX_VALUE, 512), there)).isEqualTo(refusal(remembering(16, 512), there));
        assertThat(refusal(remembering(3, 1024), at(1000, 1000, 1000, 24)))
                .contains("; give --remember 1 and --chunk ");
    }

    @Test
    void aRankHoldsItsPartOfTheViewsAndTheLossOfAll() {
        NetworkPlan network = Preset.GPU.at(224, 1024).network();
        MemoryNeed alone = need(1024, 2, 256);
        MemoryNeed rank = need(4096, 2, 256).sharedBy(4);

        assertThat(alone.exchangeBytes()).isZero();
        // ResNet-50 without its classifier has 23.5 million weights, and a head of two layers 4.5 million.
        assertThat(rank.exchangeBytes()).isBetween(2 * 4 * 23_500_000L, 2 * 4 * 30_000_000L);
        assertThat(rank.offHeapBytes()).isEqualTo(alone.offHeapBytes() + rank.exchangeBytes());
        assertThat(rank.chunkBytes()).isEqualTo(alone.chunkBytes());
        assertThat(rank.heapBytes()).isEqualTo(alone.heapBytes());
        assertThat(rank.deviceBytes() - alone.deviceBytes())
                .isEqualTo(6L * 4 * (8192 - 2048) * network.embedding()
                        + TiledLoss.roomBytes(8192)
                        - TiledLoss.roomBytes(2048));
        assertThat(need(4096, 2, 256).sharedBy(1)).isEqualTo(need(4096, 2, 256));
    }

    @Test
    void optionsThatFitARankKeepItsPartOfTheBatchWhole() {
        MemoryNeed rank = need(4096 * 3, 8, 256).sharedBy(3);
        MemoryAtHand there = at(1000, 4, 1000, 1000);

        assertThat(refusal(rank, there)).contains("give --batch-size 6144 --block 1, or Java more");
        assertFits(need(6144, 1, 256).sharedBy(3), there);
    }

    @ParameterizedTest
    @CsvSource({"4096, 3", "8, 8", "4096, 0"})
    void aBatchIsSharedInEqualPartsOfTwoPairsOrMore(int pairs, int ranks) {
        MemoryNeed need = need(pairs, 1, 256);

        assertThatThrownBy(() -> need.sharedBy(ranks))
                .isInstanceOf(RefusalException.class)
                .hasMessage("A batch of " + pairs + " pairs cannot be shared by " + ranks
                        + " ranks, because each takes the"
                        + " same number of pairs, 2 or more; give a --batch-size that is a multiple of " + ranks);
    }

    private static MemoryNeed remembering(int chunks, int chunk) {
        return new MemoryNeed(
                Preset.GPU.at(224, 4096).network(),
                new Batching(4096, 1, chunk),
                Preset.GPU.at(224, 1024).rule(),
                Remembering.NOTHING,
                List.of(CARD),
                224,
                chunks);
    }

    @Test
    void thisProcessKnowsWhatItMayTake() {
        MemoryAtHand here = MemoryAtHand.here(List.of(TorchDevice.CPU, new TorchDevice(99)));

        assertThat(here.heap()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(here.offHeap()).isPositive();
        assertThat(here.machine()).isGreaterThan(here.heap() / 8);
        assertThat(here.cards()).isEmpty();
    }

    private static int chunk(String refusal) {
        Matcher proposed = Pattern.compile("--chunk (\\d+)").matcher(refusal);
        assertThat(proposed.find()).isTrue();
        return Integer.parseInt(proposed.group(1));
    }

    private static void assertFits(MemoryNeed need, MemoryAtHand there) {
        assertThatCode(() -> need.require(there)).doesNotThrowAnyException();
    }

    private static String refusal(MemoryNeed need, MemoryAtHand there) {
        assertFits(need, PLENTY);
        String[] said = new String[1];
        assertThatThrownBy(() -> need.require(there))
                .isInstanceOf(RefusalException.class)
                .satisfies(refused -> said[0] = refused.getMessage());
        return said[0];
    }

    /** All in gigabytes. */
    private static MemoryAtHand at(long heap, long offHeap, long machine, long card) {
        return new MemoryAtHand(
                heap * GIGABYTE, offHeap * GIGABYTE, machine * GIGABYTE, Map.of("gpu:0", card * GIGABYTE));
    }

    /** A ResNet-50 on views of 224 pixels. */
    private static MemoryNeed need(int pairs, int block, int chunk) {
        return need(Preset.GPU.at(224, pairs).network(), new Batching(pairs, block, chunk), CARD);
    }

    private static MemoryNeed need(NetworkPlan network, Batching batching, TorchDevice... devices) {
        return new MemoryNeed(
                network, batching, Preset.GPU.at(224, 1024).rule(), Remembering.NOTHING, List.of(devices), 224);
    }
}
