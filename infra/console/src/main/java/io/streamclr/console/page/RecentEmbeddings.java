package io.streamclr.console.page;

import io.streamclr.console.similar.Found;
import io.streamclr.console.similar.HeldVectors;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings that a stream gave last, each image once, and which of them are alike. However long the stream is, they
 * take the same memory and a comparison the same time. For one thread.
 */
final class RecentEmbeddings {

    /** Images that are compared, of all encoders together. */
    static final int MOST = 4_000;

    /** Of their numbers: with more than 2,048 features, fewer images are compared. */
    private static final long MOST_BYTES = 32L << 20;

    private static final Comparator<StoredEmbedding> NEWEST_FIRST = Comparator.comparing(
                    (StoredEmbedding each) -> each.record().getArrivedAt())
            .thenComparingInt(StoredEmbedding::partition)
            .thenComparingLong(StoredEmbedding::origin)
            .reversed();

    private final Map<String, StoredEmbedding> byImage = new LinkedHashMap<>();
    private long bytes;

    /**
     * An image that is like another.
     *
     * @param cosine of the two embeddings, in [-1, 1] up to rounding
     */
    record Near(StoredEmbedding image, float cosine) {}

    /**
     * An image and those that are most like it.
     *
     * @param compared how many other images the encoder that embedded it had embedded too
     * @param neighbours nearest first
     */
    record Row(StoredEmbedding image, int compared, List<Near> neighbours) {}

    void add(StoredEmbedding embedding) {
        forget(embedding.record().getImageId());
        byImage.put(embedding.record().getImageId(), embedding);
        bytes += bytes(embedding);
        while (byImage.size() > MOST || bytes > MOST_BYTES) {
            forget(byImage.keySet().iterator().next());
        }
    }

    private void forget(String image) {
        StoredEmbedding before = byImage.remove(image);
        bytes -= before == null ? 0 : bytes(before);
    }

    private static long bytes(StoredEmbedding embedding) {
        return (long) embedding.vector().length * Float.BYTES;
    }

    /**
     * The images that arrived last, newest first, each beside those that its encoder finds most like it. Vectors of different
     * encoders are not compared.
     *
     * @throws RefusalException if vectors of one encoder have different lengths
     */
    List<Row> newest(int images, int neighbours) {
        Map<String, HeldVectors> byEncoder = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        for (StoredEmbedding image :
                byImage.values().stream().sorted(NEWEST_FIRST).limit(images).toList()) {
            HeldVectors held = byEncoder.computeIfAbsent(image.record().getDigest(), this::ofEncoder);
            List<Near> near = held.nearest(image.vector(), neighbours + 1).stream()
                    .filter(found -> !found.item().id().equals(image.record().getImageId()))
                    .limit(neighbours)
                    .map(this::near)
                    .toList();
            rows.add(new Row(image, held.size() - 1, near));
        }
        return rows;
    }

    private HeldVectors ofEncoder(String digest) {
        HeldVectors held = HeldVectors.empty();
        byImage.values().stream()
                .filter(each -> each.record().getDigest().equals(digest))
                .forEach(held::add);
        return held;
    }

    private Near near(Found found) {
        return new Near(byImage.get(found.item().id()), found.cosine());
    }
}
