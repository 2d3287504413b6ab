package io.streamclr.embed.encoders;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which published encoders may embed images.
 *
 * @param run the run that they are of; empty for any
 * @param leastScores what each of these scores must reach, by its name; an encoder without such a score does not pass
 */
public record Gate(String run, Map<String, Double> leastScores) implements Serializable {

    /** Lets every encoder pass. */
    public static final Gate OPEN = new Gate("", Map.of());

    public Gate {
        leastScores = new TreeMap<>(leastScores);
        leastScores.forEach((score, least) -> {
            if (!(least >= 0 && least <= 1)) {
                throw RefusalException.ofUsage(
                        "--least-score asks for " + score + "=" + least + ", but scores are from 0 to 1");
            }
        });
    }

    /** Whether an encoder passes. */
    public boolean passes(EncoderPublished encoder) {
        return isOfRun(encoder.getRunId())
                && leastScores.entrySet().stream()
                        .allMatch(least -> encoder.getScores().getOrDefault(least.getKey(), Double.NEGATIVE_INFINITY)
                                >= least.getValue());
    }

    /** Whether encoders of a run are asked for. */
    boolean isOfRun(String id) {
        return run.isEmpty() || run.equals(id);
    }

    /** Such as "an encoder of run a with held-out-knn of 0.6 or more". */
    public String inWords() {
        String scores = leastScores.entrySet().stream()
                .map(least -> least.getKey() + " of " + least.getValue() + " or more")
                .collect(Collectors.joining(" and "));
        return "an encoder" + (run.isEmpty() ? "" : " of run " + run) + (scores.isEmpty() ? "" : " with " + scores);
    }
}
