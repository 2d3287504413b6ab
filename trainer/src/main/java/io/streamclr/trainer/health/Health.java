package io.streamclr.trainer.health;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a network tells images apart, measured on one batch.
 *
 * @param featureRank how many directions the features h use: 1 when all images look alike, up to the smaller of images
 *     and dimensions; 0 when all features are zero
 * @param embeddingRank likewise of the embeddings z that the loss compares
 * @param alignment mean squared distance of the two views' embeddings on the unit sphere, in [0, 4]; lower is better,
 *     0 also when all look alike
 * @param uniformity how evenly the embeddings cover the sphere, in [-8, 0]; lower is better, 0 when all look alike
 * @param similarities how alike embeddings of one image and of different images are
 */
public record Health(
        double featureRank, double embeddingRank, double alignment, double uniformity, Similarities similarities) {

    /** Whether features or embeddings use fewer directions than this; what is no number counts as none. */
    public boolean isBelow(double leastRank) {
        return !(featureRank >= leastRank && embeddingRank >= leastRank);
    }

    /** By the names that announcements and notes have for them. */
    public Map<String, Double> scores() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("feature_rank", featureRank);
        scores.put("embedding_rank", embeddingRank);
        scores.put("alignment", alignment);
        scores.put("uniformity", uniformity);
        return scores;
    }
}
