package io.streamclr.trainer.feed;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.trainer.memory.HeldImage;
import io.streamclr.trainer.memory.ImageMemory;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.views.FeedConfig;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a run's memory gives to its steps. The thread that makes batches asks ahead of the thread that trains them: what a
 * step replays follows from how the encoder saw the images up to {@value #LAG} steps before, so drawing the views of one
 * step and training on another go on side by side, and the outcome is the same however the threads run.
 */
public final class RememberedImages {

    /** A step is composed while the one before is trained. */
    static final int LAG = 2;

    private static final int VERSION = 1;

    /** More than a feed is ever ahead: a limit for damaged bytes. */
    private static final int MAX_STEPS = 64;

    private final ImageMemory memory;
    private final int dimensions;
    private final boolean needsFeatures;
    /** What steps replay that are decided and not yet trained. */
    private final NavigableMap<Long, List<HeldImage>> decided = new TreeMap<>();
    /** What steps show that are composed and not yet trained. */
    private final NavigableMap<Long, List<ImageId>> composed = new TreeMap<>();
    /** How the encoder saw steps of which the memory does not know yet. */
    private final NavigableMap<Long, Seen> seen = new TreeMap<>();

    private long decidedUntil;
    private long trainedUntil;

    private record Seen(List<ImageId> images, float[] embeddings) {}

    /**
     * An empty memory, before the first step.
     *
     * @param dimensions of the run's embeddings
     * @throws RefusalException if there is no room for it
     */
    public RememberedImages(MemoryPlan plan, int dimensions, long seed) {
        this.memory = new ImageMemory(plan, dimensions, seed);
        this.dimensions = dimensions;
        this.needsFeatures = plan.policy().needsFeatures();
    }

    /** How many images the memory holds. */
    public synchronized int size() {
        return memory.size();
    }

    /**
     * Takes in the fresh images of a step and decides what it replays; asked again, it says the same. Waits until the
     * step that this follows from is trained.
     *
     * @param pairs how many are to be replayed
     */
    synchronized List<HeldImage> decide(long step, List<HeldImage> fresh, int pairs) throws InterruptedException {
        if (step > decidedUntil) {
            while (needsFeatures && trainedUntil < step - LAG) {
                wait();
            }
            NavigableMap<Long, Seen> due = seen.headMap(step - LAG, true);
            due.values().forEach(each -> memory.learn(each.images(), each.embeddings()));
            due.clear();
            memory.keep(step, fresh);
            decided.put(step, memory.draw(step, pairs));
            decidedUntil = step;
        }
        return decided.get(step);
    }

    /** A step has these images in its rows, fresh ones first. */
    synchronized void compose(long step, List<HeldImage> rows) {
        composed.put(step, rows.stream().map(HeldImage::id).toList());
    }

    /**
     * Hears that a step is trained.
     *
     * @param embeddings (2N, D) of its views, before the update; owned from now on
     */
    public synchronized void trained(long step, float[] embeddings) {
        List<ImageId> images = composed.remove(step);
        if (needsFeatures) {
            seen.put(step, new Seen(images, embeddings));
        }
        decided.headMap(step, true).clear();
        trainedUntil = step;
        notifyAll();
    }

    /** How an entry lists these images; one that comes again is rendered by another pass. */
    static List<ReplayedImage> listed(List<HeldImage> images) {
        Map<ImageId, Integer> passes = new HashMap<>();
        List<ReplayedImage> listed = new ArrayList<>();
        for (HeldImage image : images) {
            int pass = passes.merge(image.id(), 1, Integer::sum) - 1;
            listed.add(new ReplayedImage(image.partition(), image.offset(), pass));
        }
        return listed;
    }

    /** Writes all that is needed to go on after the newest trained step. */
    public synchronized void write(DataOutputStream out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(trainedUntil);
        out.writeLong(decidedUntil);
        memory.write(out);
        out.writeInt(decided.size());
        for (Map.Entry<Long, List<HeldImage>> each : decided.entrySet()) {
            out.writeLong(each.getKey());
            out.writeInt(each.getValue().size());
            for (HeldImage image : each.getValue()) {
                write(out, image.id());
                out.writeInt(image.partition());
                out.writeLong(image.offset());
            }
        }
        out.writeInt(seen.size());
        for (Map.Entry<Long, Seen> each : seen.entrySet()) {
            out.writeLong(each.getKey());
            out.writeInt(each.getValue().images().size());
            for (ImageId image : each.getValue().images()) {
                write(out, image);
            }
            for (float value : each.getValue().embeddings()) {
                out.writeFloat(value);
            }
        }
    }

    private static void write(DataOutputStream out, ImageId id) throws IOException {
        out.writeLong(id.high());
        out.writeLong(id.low());
    }

    /**
     * Reads into a memory that nobody used yet what {@link #write} wrote.
     *
     * @param step after which the run goes on
     * @throws RefusalException if it is of another step, another memory, a newer version, or damaged
     */
    public synchronized void read(DataInputStream in, long step) {
        try {
            int version = in.readInt();
            if (version != VERSION) {
                throw new RefusalException("The checkpoint's memory has version " + version
                        + " and this program reads version " + VERSION
                        + "; resume with the program that wrote the checkpoint");
            }
            trainedUntil = in.readLong();
            decidedUntil = in.readLong();
            if (trainedUntil != step || decidedUntil < step || decidedUntil > step + MAX_STEPS) {
                throw new IOException("steps " + trainedUntil + " and " + decidedUntil + " after step " + step);
            }
            memory.read(in);
            for (int left = count(in, MAX_STEPS); left > 0; left--) {
                long of = in.readLong();
                List<HeldImage> images = new ArrayList<>();
                for (int more = count(in, FeedConfig.MAX_BATCH_PAIRS); more > 0; more--) {
                    images.add(new HeldImage(id(in), in.readInt(), in.readLong()));
                }
                decided.put(of, images);
            }
            if (decided.size() != decidedUntil - step
                    || (!decided.isEmpty() && (decided.firstKey() != step + 1 || decided.lastKey() != decidedUntil))) {
                throw new IOException("what steps " + decided.keySet() + " replay");
            }
            for (int left = count(in, MAX_STEPS); left > 0; left--) {
                long of = in.readLong();
                List<ImageId> images = new ArrayList<>();
                for (int more = count(in, FeedConfig.MAX_BATCH_PAIRS); more > 0; more--) {
                    images.add(id(in));
                }
                float[] embeddings = new float[Math.multiplyExact(2 * images.size(), dimensions)];
                for (int i = 0; i < embeddings.length; i++) {
                    embeddings[i] = in.readFloat();
                }
                seen.put(of, new Seen(images, embeddings));
            }
            if (in.read() >= 0) {
                throw new IOException("bytes after its end");
            }
        } catch (IOException | IllegalArgumentException | ArithmeticException damaged) {
            throw new RefusalException(
                    "The memory in the checkpoint of step " + step + " is damaged or another one ("
                            + FileFault.of(damaged) + "); resume from an older checkpoint",
                    damaged);
        }
    }

    private static ImageId id(DataInputStream in) throws IOException {
        return new ImageId(in.readLong(), in.readLong());
    }

    private static int count(DataInputStream in, int most) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new IOException("a count of " + count);
        }
        return count;
    }
}
