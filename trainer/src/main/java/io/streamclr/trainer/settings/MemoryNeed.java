package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.views.FeedConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run takes of memory at least: the sum of what it is known to hold at one time. What libraries take for themselves
 * comes on top.
 *
 * @param network that is trained
 * @param batching how view pairs become batches, of all ranks together
 * @param rule of the optimiser
 * @param remembering what the run holds on to
 * @param devices that share each batch, of one rank
 * @param side of the views, in pixels
 * @param chunks of each device whose activations are in memory at one time, 1 or more; no more than there are
 * @param ranks processes that share each batch in equal parts, 1 or more; the sums are those of one of them
 */
public record MemoryNeed(
        NetworkPlan network,
        Batching batching,
        UpdateRule rule,
        Remembering remembering,
        List<TorchDevice> devices,
        int side,
        int chunks,
        int ranks) {

    /** Of embeddings there are those of chunks, all of them, as unit vectors, their partners, and two gradients. */
    private static final int COPIES_OF_EMBEDDINGS = 6;

    private static final int LEAST_CHUNK = 4;

    /** Of a rank: its part of a batch is a batch for its network. */
    private static final int LEAST_PAIRS = 2;

    /** A chunk is proposed as a multiple of this where it is larger. */
    private static final int ROUND_CHUNK = 32;

    /** Part of the memory that chunks are remembered in where nobody says how many. */
    private static final int PART_TO_FILL = 2;

    /** @throws RefusalException if the batch cannot be shared in equal parts */
    public MemoryNeed {
        devices = List.copyOf(devices);
        if (!canShare(batching.pairs(), ranks)) {
            throw RefusalException.ofUsage("A batch of " + batching.pairs() + " pairs cannot be shared by " + ranks
                    + " ranks, because each takes the same number of pairs, " + LEAST_PAIRS
                    + " or more; give a --batch-size that is a multiple of " + ranks);
        }
        chunks = Math.min(
                chunks, TrainingStep.chunksOfADevice(batching.pairs() / ranks, batching.chunkViews(), devices.size()));
    }

    private static boolean canShare(int pairs, int ranks) {
        return ranks == 1 || (ranks > 1 && pairs % ranks == 0 && pairs / ranks >= LEAST_PAIRS);
    }

    /** With one rank. */
    public MemoryNeed(
            NetworkPlan network,
            Batching batching,
            UpdateRule rule,
            Remembering remembering,
            List<TorchDevice> devices,
            int side,
            int chunks) {
        this(network, batching, rule, remembering, devices, side, chunks, 1);
    }

    /** With the activations of one chunk, and one rank. */
    public MemoryNeed(
            NetworkPlan network,
            Batching batching,
            UpdateRule rule,
            Remembering remembering,
            List<TorchDevice> devices,
            int side) {
        this(network, batching, rule, remembering, devices, side, 1);
    }

    /** Of a run with these settings. @param side of the views, in pixels */
    public static MemoryNeed of(TrainConfig config, int side) {
        return new MemoryNeed(
                config.learning().network(),
                config.batching(),
                config.learning().rule(),
                config.remembering(),
                config.computing().devices(),
                side,
                config.computing().remembered().orElse(1),
                config.share().ranks());
    }

    /**
     * The same run, its batches shared by so many processes.
     *
     * @throws RefusalException if they cannot be shared in equal parts
     */
    public MemoryNeed sharedBy(int others) {
        return new MemoryNeed(network, batching, rule, remembering, devices, side, chunks, others);
    }

    /**
     * How many chunks may keep their activations with half of the memory left for all else that there is, 1 or more: of what
     * libraries take nobody knows beforehand.
     */
    public int chunksToRemember(MemoryAtHand there) {
        MemoryNeed one = with(1);
        long processors = devices.stream().filter(TorchDevice.CPU::equals).count();
        long room = processors == 0 ? Long.MAX_VALUE : (there.machine() / PART_TO_FILL - one.hostBytes()) / processors;
        for (TorchDevice device : devices) {
            long card = there.cards().getOrDefault(device.text(), Long.MAX_VALUE);
            room = Math.min(room, card / PART_TO_FILL - one.deviceBytes());
        }
        return with((int) Math.min(Integer.MAX_VALUE, 1 + Math.max(0, room) / one.chunkBytes()))
                .chunks();
    }

    private MemoryNeed with(int more) {
        return new MemoryNeed(network, batching, rule, remembering, devices, side, more, ranks);
    }

    /** Of Java, outside its heap: views in blocks and in batches, and what ranks exchange. */
    public long offHeapBytes() {
        long fresh = ((long) batching.pairs() - remembering.memory().replayedPairs(batching.pairs())) / ranks;
        return FeedConfig.offHeapBytes(pairs(), fresh * batching.blockBatches(), 3L * side * side) + exchangeBytes();
    }

    /** Gradients on their way to other ranks, and sums on their way from them; nothing without other ranks. */
    public long exchangeBytes() {
        return ranks == 1 ? 0 : 2 * Float.BYTES * parameters();
    }

    /** Of Java's heap, when it saves a checkpoint: all weights, and what the optimiser knows of each. */
    public long heapBytes() {
        return Float.BYTES * parameters() * (1 + perWeight());
    }

    /** Of the first device, which has the loss and the optimiser; of the others a little less. */
    public long deviceBytes() {
        return fixedBytes() + chunkBytes();
    }

    /** Of {@link #deviceBytes} what the chunks of views take that are in memory at one time. */
    public long chunkBytes() {
        return chunks * chunkViews() * viewBytes();
    }

    /** Of the host: all of Java's, and that of devices which are its processor. */
    public long hostBytes() {
        return offHeapBytes()
                + heapBytes()
                + devices.stream().filter(TorchDevice.CPU::equals).count() * deviceBytes();
    }

    /** How many views go through the network at once. */
    public int chunkViews() {
        return TrainingStep.firstViews(pairs(), batching.chunkViews(), devices.size());
    }

    /** Of one rank. */
    private int pairs() {
        return batching.pairs() / ranks;
    }

    private long parameters() {
        return Architecture.of(network).parameters();
    }

    private int perWeight() {
        return rule.state().size() + (remembering.teacher().teaches() ? 1 : 0);
    }

    /** What one view leaves for the way back, and its pixels as they come. */
    private long viewBytes() {
        return network.keptBytes(side, side) + 3L * side * side;
    }

    private long fixedBytes() {
        long views = 2L * batching.pairs(); // the loss is that of all ranks' views, in each of them
        boolean several = chunkViews() < 2 * pairs();
        // Weights and the sum of gradients, that of a chunk before it is added, and what there is of each weight.
        long weights = Float.BYTES * parameters() * (2 + (several ? 1 : 0) + perWeight()) + network.loweredBytes();
        long moments = network.whitened() ? (long) Float.BYTES * network.features() * network.features() : 0;
        return weights
                + moments
                + COPIES_OF_EMBEDDINGS * Float.BYTES * views * network.embedding()
                + TiledLoss.roomBytes(views);
    }

    /**
     * Holds all of it against what there is.
     *
     * @throws RefusalException if that is too little; it names options that fit, if there are any
     */
    public void require(MemoryAtHand there) {
        if (offHeapBytes() > there.offHeap()) {
            throw new RefusalException("Batches of " + batching.pairs() + " pairs of " + side
                    + " pixels in blocks of " + batching.blockBatches() + " need " + gigabytes(offHeapBytes())
                    + " off Java's heap, and Java may take " + gigabytes(there.offHeap()) + " there; give "
                    + fittingBlock(there).map(options -> options + ", or ").orElse("")
                    + "Java more with -XX:MaxDirectMemorySize (for streamclr in STREAMCLR_OPTS)");
        }
        if (heapBytes() > there.heap()) {
            throw new RefusalException("A checkpoint of " + network.backbone().title() + " needs "
                    + gigabytes(heapBytes()) + " of Java's heap, which is " + gigabytes(there.heap())
                    + "; give Java more with -Xmx (for streamclr in STREAMCLR_OPTS), or train a smaller network");
        }
        for (TorchDevice device : devices) {
            Long card = there.cards().get(device.text());
            if (card != null && deviceBytes() > card) {
                throw tooLarge("the card " + device + " has " + gigabytes(card), deviceBytes(), card);
            }
        }
        if (hostBytes() > there.machine()) {
            throw tooLarge("this machine has " + gigabytes(there.machine()), hostBytes(), there.machine());
        }
    }

    private RefusalException tooLarge(String has, long needed, long limit) {
        return new RefusalException("Training a " + network.backbone().title() + " in "
                + network.precision().word() + " on " + (chunks == 1 ? "chunks of " : chunks + " remembered chunks of ")
                + chunkViews() + " views of " + side + " pixels needs " + gigabytes(needed) + ", and " + has + "; "
                + fittingOptions(needed, limit)
                        .map(options -> "give " + options)
                        .orElse("train a smaller network, or smaller batches, or give it more memory"));
    }

    /** Options with which as much as possible is shuffled together. */
    private Optional<String> fittingBlock(MemoryAtHand there) {
        for (int pairs = batching.pairs(); pairs >= LEAST_PAIRS && canShare(pairs, ranks); pairs /= 2) {
            for (int block = pairs == batching.pairs() ? batching.blockBatches() - 1 : 1; block >= 1; block--) {
                if (by(new Batching(pairs, block, batching.chunkViews())).offHeapBytes() <= there.offHeap()) {
                    String options = "--block " + block;
                    return Optional.of(pairs == batching.pairs() ? options : "--batch-size " + pairs + " " + options);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> fittingOptions(long needed, long limit) {
        if (chunks == 1) {
            return fittingChunk(needed, limit);
        }
        long sharing = sharing();
        long each = sharing * with(1).chunkBytes();
        long fitting = chunks - (needed - limit + each - 1) / each;
        if (fitting >= 1) {
            return Optional.of("--remember " + fitting);
        }
        return with(1).fittingChunk(needed - sharing * (deviceBytes() - with(1).deviceBytes()), limit)
                .map(options -> "--remember 1 and " + options);
    }

    /** How many devices have the memory in question. */
    private long sharing() {
        return Math.max(1, devices.stream().filter(TorchDevice.CPU::equals).count());
    }

    /** Options with which as many views as possible go through the network at once. */
    private Optional<String> fittingChunk(long needed, long limit) {
        long sharing = sharing();
        long others = needed - sharing * deviceBytes();
        Optional<String> chunk = Optional.empty();
        long most = (limit - others - sharing * fixedBytes()) / (sharing * viewBytes());
        most = most > ROUND_CHUNK ? most / ROUND_CHUNK * ROUND_CHUNK : most;
        // Several chunks keep one more gradient than one.
        for (; most >= LEAST_CHUNK && chunk.isEmpty(); most /= 2) {
            if (others + sharing * by(batching.chunk((int) most)).deviceBytes() <= limit) {
                chunk = Optional.of("--chunk " + most);
            }
        }
        NetworkPlan shorter = network.with(Precision.BFLOAT16);
        boolean fits = !network.equals(shorter)
                && others
                                + sharing
                                        * new MemoryNeed(shorter, batching, rule, remembering, devices, side, 1, ranks)
                                                .deviceBytes()
                        <= limit;
        Optional<String> precision = fits ? Optional.of("--precision bfloat16") : Optional.empty();
        return chunk.map(options ->
                        precision.map(other -> options + ", or " + other).orElse(options))
                .or(() -> precision);
    }

    private MemoryNeed by(Batching other) {
        return new MemoryNeed(network, other, rule, remembering, devices, side, 1, ranks);
    }

    /** As people read it. */
    public static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
