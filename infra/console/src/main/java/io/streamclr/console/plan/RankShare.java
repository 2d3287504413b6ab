package io.streamclr.console.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.settings.MemoryNeed;
import java.util.Locale;

/**
 * What one of a trainer's ranks has of each batch, and what it exchanges with the others in a step. Megabytes are 10^6 bytes.
 *
 * @param ranks that share each batch, 2 or more
 * @param pairs of a batch that the rank reads and embeds
 * @param embeddingBytes that come to it, which are the embeddings of all others; as many leave it
 * @param gradientBytes that come to it, and as many leave it: sums of its part of the weights, and then all weights'
 */
record RankShare(int ranks, int pairs, long embeddingBytes, long gradientBytes) {

    private static final double MEGA = 1e6;

    /** Each rank gives away its parts of the gradient and gets those of its own, and then the sums in the same way. */
    private static final int WAYS_OF_GRADIENTS = 2;

    /** @param need of one rank */
    static RankShare of(MemoryNeed need) {
        int batch = need.batching().pairs();
        long embeddings = 2L * batch * need.network().embedding() * Float.BYTES;
        long gradients = WAYS_OF_GRADIENTS * Architecture.of(need.network()).parameters() * Float.BYTES;
        return new RankShare(
                need.ranks(),
                batch / need.ranks(),
                ofOthers(embeddings, need.ranks()),
                ofOthers(gradients, need.ranks()));
    }

    private static long ofOthers(long bytes, int ranks) {
        return bytes / ranks * (ranks - 1);
    }

    private long bytes() {
        return embeddingBytes + gradientBytes;
    }

    /** In each direction. @param pairsPerSecond of all ranks together */
    private double megabytesPerSecond(double pairsPerSecond) {
        return bytes() / MEGA * pairsPerSecond / (pairs * ranks);
    }

    /** As a line of the plan says it. @param pairsPerSecond of all ranks together */
    String line(double pairsPerSecond) {
        return String.format(
                Locale.ROOT,
                "%,.1f MB a step into each of %d ranks and as much out of it (%,.1f of embeddings, %,.1f of gradients):"
                        + " %,.0f MB/s in each direction",
                bytes() / MEGA,
                ranks,
                embeddingBytes / MEGA,
                gradientBytes / MEGA,
                megabytesPerSecond(pairsPerSecond));
    }

    /** @param pairsPerSecond of all ranks together */
    void put(ObjectNode object, double pairsPerSecond) {
        object.putObject("rank")
                .put("pairs", pairs)
                .put("embedding_bytes", embeddingBytes)
                .put("gradient_bytes", gradientBytes)
                .put("megabytes_per_second", megabytesPerSecond(pairsPerSecond));
    }
}
