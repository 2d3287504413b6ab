package io.streamclr.console.similar;

import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.RefusalException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.lucene.util.VectorUtil;

/** Embeddings of one encoder in memory, of which a search compares each. For one thread. */
public final class HeldVectors implements Nearest, Likeness {

    /** What an image takes beside its numbers: its id, its source, and the objects that hold them. */
    private static final int BESIDE = 300;

    private final long mostBytes;
    private final List<Item> items = new ArrayList<>();
    private final List<float[]> units = new ArrayList<>();
    private long bytes;

    /** @param mostBytes what the embeddings may take together */
    HeldVectors(long mostBytes) {
        LuceneLog.keepToErrors();
        this.mostBytes = mostBytes;
    }

    /** Nothing yet; at most half of Java's memory. */
    public static HeldVectors empty() {
        return new HeldVectors(Runtime.getRuntime().maxMemory() / 2);
    }

    /** @throws RefusalException if it has another number of features than those before, or is one too many */
    public void add(StoredEmbedding embedding) {
        float[] vector = embedding.vector();
        if (!units.isEmpty() && dimension() != vector.length) {
            throw new RefusalException("The embedding of " + embedding.record().getImageId() + " has " + vector.length
                    + " features and others of the same encoder have " + dimension()
                    + "; the topic was written to by something else, so name another encoder or topic");
        }
        bytes += (long) vector.length * Float.BYTES + BESIDE;
        if (bytes > mostBytes) {
            throw new RefusalException(items.size() + " embeddings of " + vector.length + " features take all of the "
                    + (mostBytes >> 20) + " MiB that a search keeps in memory, and there are more; search by an index"
                    + " with --index DIR, or give Java more memory with STREAMCLR_OPTS=-Xmx");
        }
        items.add(Item.of(embedding));
        units.add(UnitVector.of(vector));
    }

    @Override
    public List<Found> nearest(float[] query, int count) {
        float[] unit = UnitVector.of(query);
        Comparator<Found> farthestFirst = Comparator.comparingDouble(Found::cosine);
        PriorityQueue<Found> best = new PriorityQueue<>(farthestFirst);
        for (int row = 0; row < units.size(); row++) {
            float cosine = VectorUtil.dotProduct(unit, units.get(row));
            if (best.size() < count) {
                best.add(new Found(items.get(row), cosine));
            } else if (cosine > best.element().cosine()) {
                best.remove();
                best.add(new Found(items.get(row), cosine));
            }
        }
        return best.stream().sorted(farthestFirst.reversed()).toList();
    }

    @Override
    public Optional<float[]> vectorOf(String imageId) {
        for (int row = 0; row < items.size(); row++) {
            if (items.get(row).id().equals(imageId)) {
                return Optional.of(units.get(row));
            }
        }
        return Optional.empty();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public int dimension() {
        return units.isEmpty() ? 0 : units.get(0).length;
    }

    @Override
    public Item item(int number) {
        return items.get(number);
    }

    @Override
    public void forEachPair(float cosine, Pairs pairs) {
        for (int one = 0; one < units.size(); one++) {
            for (int other = one + 1; other < units.size(); other++) {
                if (VectorUtil.dotProduct(units.get(one), units.get(other)) >= cosine) {
                    pairs.accept(one, other);
                }
            }
        }
    }
}
