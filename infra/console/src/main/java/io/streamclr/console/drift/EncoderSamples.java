package io.streamclr.console.drift;

import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The reference and the window of one encoder. */
final class EncoderSamples {

    private final DriftPlan plan;
    private final EncoderName encoder;
    private final int features;
    private final Reference reference;
    private final WindowSample window;

    EncoderSamples(DriftPlan plan, StoredEmbedding first) {
        this.plan = plan;
        this.encoder = first.encoder();
        this.features = first.vector().length;
        this.reference = new Reference(plan.range(), plan.sample());
        this.window = new WindowSample(plan.sample());
    }

    void add(StoredEmbedding embedding, Instant now) {
        if (embedding.vector().length != features) {
            throw new RefusalException("The embedding of " + embedding.record().getImageId() + " has "
                    + embedding.vector().length + " features and others of the same encoder have " + features
                    + "; the topic was written to by something else, so name another encoder or topic");
        }
        reference
                .add(Seen.of(embedding, now, plan.seed()))
                .forEach(other -> window.add(other, now.minus(plan.window())));
    }

    DriftReading compare(Instant now) {
        List<Seen> before = reference.sample();
        List<Seen> lately = window.sample(now.minus(plan.window()));
        Optional<Discrepancy> found = Math.min(before.size(), lately.size()) < DriftPlan.FEWEST_IMAGES
                ? Optional.empty()
                : Optional.of(Discrepancy.between(vectors(before), vectors(lately), plan.permutations(), plan.seed()));
        return new DriftReading(now, encoder, reference.isOfRange(), before.size(), lately.size(), found);
    }

    private static List<float[]> vectors(List<Seen> sample) {
        return sample.stream().map(Seen::unit).toList();
    }
}
