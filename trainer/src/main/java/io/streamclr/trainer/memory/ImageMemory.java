package io.streamclr.trainer.memory;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.Seeds;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Images that were trained and can be trained again. An image is in it once, however often it came. For one thread.
 */
public final class ImageMemory {

    /** What a new feature of an image counts beside all earlier ones. */
    private static final float NEWEST = 0.5f;

    private final MemoryPlan plan;
    private final long seed;
    private final Slots slots;
    private final Eviction eviction;

    /**
     * An empty memory.
     *
     * @param dimensions of the embeddings that it is given
     * @param seed of the run
     * @throws RefusalException if there is no room for it
     */
    public ImageMemory(MemoryPlan plan, int dimensions, long seed) {
        this.plan = plan;
        this.seed = seed;
        this.slots = new Slots(plan.capacity(), dimensionsKept(plan.policy(), dimensions));
        this.eviction = Eviction.of(plan, slots.dimensions());
    }

    /** The most bytes that an image takes, off-heap. @param dimensions of the embeddings */
    public static long bytesEach(MemoryPlan.Policy policy, int dimensions) {
        return Slots.bytesEach(dimensionsKept(policy, dimensions)) + Short.BYTES;
    }

    private static int dimensionsKept(MemoryPlan.Policy policy, int dimensions) {
        return policy.needsFeatures() ? dimensions : 0;
    }

    /** What the memory was made for. */
    public MemoryPlan plan() {
        return plan;
    }

    /** How many images it holds. */
    public int size() {
        return slots.size();
    }

    /** Takes in the fresh images of a step, as far as the policy keeps them. */
    public void keep(long step, List<HeldImage> fresh) {
        List<HeldImage> late = new ArrayList<>();
        Map<ImageId, HeldImage> distinct = new LinkedHashMap<>();
        fresh.forEach(image -> distinct.putIfAbsent(image.id(), image));
        for (HeldImage image : distinct.values()) {
            if (slots.find(image.id()) >= 0) {
                continue;
            }
            if (slots.size() < slots.capacity()) {
                slots.add(image);
            } else {
                late.add(image);
            }
        }
        if (late.isEmpty()) {
            return;
        }
        int[] places = eviction.places(slots, late.size(), Seeds.of(seed, "memory-evict", step));
        for (int i = 0; i < places.length; i++) {
            if (places[i] != Eviction.NOWHERE) {
                slots.replace(places[i], late.get(i));
                eviction.replaced(places[i]);
            }
        }
    }

    /**
     * Draws images for a step: all there are before any comes twice, in a random order.
     *
     * @param count 0 or more; 0 if the memory is empty
     */
    public List<HeldImage> draw(long step, int count) {
        List<HeldImage> chosen = new ArrayList<>();
        while (chosen.size() < count) {
            long round = Seeds.of(Seeds.of(seed, "memory-draw", step), "round", chosen.size() / slots.size());
            int some = Math.min(count - chosen.size(), slots.size());
            for (int slot : Chance.some(round, some, slots.size())) {
                chosen.add(slots.image(slot));
            }
        }
        return chosen;
    }

    /**
     * Hears how the encoder sees images; those that are no longer held are passed over.
     *
     * @param images N of them
     * @param embeddings (2N, D), any scale; rows i and N + i show image i
     */
    public void learn(List<ImageId> images, float[] embeddings) {
        int dimensions = slots.dimensions();
        float[] before = new float[dimensions];
        Map<Integer, Integer> seen = new HashMap<>();
        for (int row = 0; row < images.size(); row++) {
            int slot = slots.find(images.get(row));
            if (slot >= 0) {
                float[] feature = Directions.between(embeddings, row, images.size() + row, dimensions);
                if (slots.isSeen(slot)) {
                    slots.feature(slot, before);
                    for (int d = 0; d < dimensions; d++) {
                        feature[d] = NEWEST * feature[d] + (1 - NEWEST) * before[d];
                    }
                    Directions.normalise(feature);
                }
                slots.see(slot, feature);
                seen.putIfAbsent(slot, seen.size());
            }
        }
        int[] inOrder = new int[seen.size()];
        seen.forEach((slot, place) -> inOrder[place] = slot);
        eviction.learned(slots, inOrder);
    }

    /** The policy's word, in capitals since the first release. */
    private String policy() {
        return plan.policy().word().toUpperCase(Locale.ROOT);
    }

    /** Images that it holds, in the order of its slots. */
    List<HeldImage> images() {
        return IntStream.range(0, slots.size()).mapToObj(slots::image).toList();
    }

    /** Writes all it knows, in a form that {@link #read} of this and every later version reads. */
    public void write(DataOutputStream out) throws IOException {
        out.writeUTF(policy());
        out.writeInt(plan.capacity());
        out.writeInt(slots.dimensions());
        slots.write(out);
        eviction.write(out);
    }

    /**
     * Reads into an empty memory what {@link #write} wrote.
     *
     * @throws IOException if it is of another plan, or damaged
     */
    public void read(DataInputStream in) throws IOException {
        String policy = in.readUTF();
        int capacity = in.readInt();
        int dimensions = in.readInt();
        if (!policy.equals(policy()) || capacity != plan.capacity() || dimensions != slots.dimensions()) {
            throw new IOException(
                    "a memory " + policy + " of " + capacity + " images with features of " + dimensions + " numbers");
        }
        slots.read(in);
        eviction.read(in, slots);
    }
}
