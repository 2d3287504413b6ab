package io.streamclr.console.drift;

import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the newest embeddings with those of a reference, of the encoder that embedded the newest image. What it holds
 * is bound by the plan, however many embeddings it is given. For one thread.
 */
public final class DriftGauge {

    /** Encoders whose samples are kept: the latest, for what partitions still hold of the one before. */
    private static final int MOST_ENCODERS = 4;

    private final DriftPlan plan;
    private final Map<String, EncoderSamples> encoders = new LinkedHashMap<>(16, 0.75f, true);
    private String newest = "";
    private Instant newestAt = Instant.MIN;

    public DriftGauge(DriftPlan plan) {
        this.plan = plan;
    }

    /**
     * Takes in an embedding, whose image may have arrived at any time.
     *
     * @param now never before an earlier call's; an image that arrived later counts as arriving now
     * @throws RefusalException if it has another number of features than others of the same encoder
     */
    public void add(StoredEmbedding embedding, Instant now) {
        String digest = embedding.record().getDigest();
        Instant arrivedAt = embedding.record().getArrivedAt();
        Instant at = arrivedAt.isAfter(now) ? now : arrivedAt;
        if (!at.isBefore(newestAt)) {
            newestAt = at;
            newest = digest;
        }
        encoders.computeIfAbsent(digest, first -> new EncoderSamples(plan, embedding))
                .add(embedding, now);
        if (encoders.size() > MOST_ENCODERS) {
            String longestUnused = encoders.keySet().stream()
                    .filter(each -> !each.equals(newest))
                    .findFirst()
                    .orElseThrow();
            encoders.remove(longestUnused);
        }
    }

    /** What the samples say; empty before the first embedding. */
    public Optional<DriftReading> read(Instant now) {
        return Optional.ofNullable(encoders.get(newest)).map(samples -> samples.compare(now));
    }
}
