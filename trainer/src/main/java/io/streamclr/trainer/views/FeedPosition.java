package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.OriginRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a feed stands between two batches: what a checkpoint keeps of it, and all it needs to go on as if it had never
 * stopped.
 *
 * @param feeding how the run is fed
 * @param nextStep the step of the next batch, 1 before the first
 * @param loggedUntil offset in the topic of batches after the entry of the last batch taken, 0 before the first
 * @param shape what all views have in common; unknown before the first batch
 * @param readings for each partition of the topic of views, how far it was read when the current block began
 * @param block the records of the current block; empty where the next batch begins a new one
 */
public record FeedPosition(
        Feeding feeding,
        long nextStep,
        long loggedUntil,
        ViewShape shape,
        List<Reading> readings,
        List<BlockRange> block) {

    /** Version 1 has neither the recipe's text nor origins, version 2 no mix. */
    private static final int VERSION = 3;

    /** More partitions than a Kafka topic sensibly has, and more origins than a block: a limit for damaged bytes. */
    private static final int MAX_COUNT = 1 << 24;

    /**
     * How far a partition was read. A record is new if its (pass, origin offset) is above those of the last record
     * that was kept: what a job repeats after a crash is not.
     *
     * @param nextOffset offset of the next record to read, 0 or more
     * @param pass pass of the last kept record; -1 if none was kept
     * @param originOffset origin offset of the last kept record; -1 if none was kept
     */
    public record Reading(long nextOffset, int pass, long originOffset) {

        /** A partition of which nothing was kept yet. */
        public static Reading from(long offset) {
            return new Reading(offset, -1, -1);
        }

        boolean isBelow(int otherPass, long otherOrigin) {
            return otherPass > pass || (otherPass == pass && otherOrigin > originOffset);
        }
    }

    /**
     * Consecutive kept records of one partition.
     *
     * @param partition of the topic of views
     * @param firstOffset of the first kept record
     * @param lastOffset of the last kept record, inclusive
     * @param records how many were kept; the others in between are repetitions
     * @param origins what they were rendered from, in order; empty where nobody noted it
     */
    public record BlockRange(int partition, long firstOffset, long lastOffset, int records, List<OriginRange> origins) {

        public BlockRange {
            origins = List.copyOf(origins);
        }
    }

    public FeedPosition {
        Objects.requireNonNull(feeding, "feeding");
        Objects.requireNonNull(shape, "shape");
        readings = List.copyOf(readings);
        block = List.copyOf(block);
        if (nextStep < 1) {
            throw new IllegalArgumentException("Steps count from 1, the next cannot be " + nextStep);
        }
    }

    /** Where the feed stands one step later, where that step had replayed pairs alone. */
    public FeedPosition afterReplayed(long laterLoggedUntil) {
        return new FeedPosition(feeding, nextStep + 1, laterLoggedUntil, shape, readings, block);
    }

    /** The same place in the views for a run of another name, none of whose batches are logged yet. */
    public FeedPosition ofRun(String other) {
        return new FeedPosition(feeding.ofRun(other), nextStep, loggedUntil, shape, readings, block);
    }

    /** Number of the block that holds the next fresh batch, from 0. */
    public long blockNumber() {
        return feeding.mix().freshBatchFrom(nextStep) / feeding.blockBatches();
    }

    /** Number of the next fresh batch in its block, from 0. */
    public int batchInBlock() {
        return (int) (feeding.mix().freshBatchFrom(nextStep) % feeding.blockBatches());
    }

    /** These values as bytes, in a form that {@link #decode} of this and every later version reads. */
    public byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeUTF(feeding.runId());
            out.writeLong(feeding.seed());
            out.writeInt(feeding.batchPairs());
            out.writeInt(feeding.blockBatches());
            out.writeLong(nextStep);
            out.writeLong(loggedUntil);
            out.writeUTF(shape.recipe());
            out.writeUTF(shape.recipeText());
            out.writeInt(shape.height());
            out.writeInt(shape.width());
            out.writeInt(readings.size());
            for (Reading reading : readings) {
                out.writeLong(reading.nextOffset());
                out.writeInt(reading.pass());
                out.writeLong(reading.originOffset());
            }
            out.writeInt(block.size());
            for (BlockRange range : block) {
                out.writeInt(range.partition());
                out.writeLong(range.firstOffset());
                out.writeLong(range.lastOffset());
                out.writeInt(range.records());
                out.writeInt(range.origins().size());
                for (OriginRange origin : range.origins()) {
                    out.writeLong(origin.getRunSeed());
                    out.writeInt(origin.getPass());
                    out.writeLong(origin.getFirstOffset());
                    out.writeLong(origin.getLastOffset());
                }
            }
            out.writeInt(feeding.mix().replayedPairs());
            out.writeInt(feeding.mix().updates());
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encoded} wrote.
     *
     * @throws RefusalException if the bytes are of a newer version, or damaged
     */
    public static FeedPosition decode(byte[] bytes) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            int version = in.readInt();
            if (version < 1 || version > VERSION) {
                throw new RefusalException(
                        "The feed position has version " + version + " and this program reads versions 1 to " + VERSION
                                + "; resume with the program that wrote the checkpoint");
            }
            String runId = in.readUTF();
            long seed = in.readLong();
            int batchPairs = in.readInt();
            int blockBatches = in.readInt();
            long nextStep = in.readLong();
            long loggedUntil = in.readLong();
            ViewShape shape = new ViewShape(in.readUTF(), version == 1 ? "" : in.readUTF(), in.readInt(), in.readInt());
            List<Reading> readings = readings(in);
            List<BlockRange> block = block(in, version);
            Mix mix = version < 3 ? Mix.FRESH : new Mix(in.readInt(), in.readInt());
            if (in.read() >= 0 || batchPairs < 2 || blockBatches < 1) {
                throw new IOException("its lengths do not fit");
            }
            Feeding feeding = new Feeding(runId, seed, batchPairs, blockBatches, mix);
            return new FeedPosition(feeding, nextStep, loggedUntil, shape, readings, block);
        } catch (IOException | IllegalArgumentException damaged) {
            throw new RefusalException(
                    "The feed position of the checkpoint is damaged; resume from an older checkpoint", damaged);
        }
    }

    private static List<Reading> readings(DataInputStream in) throws IOException {
        List<Reading> readings = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            readings.add(new Reading(in.readLong(), in.readInt(), in.readLong()));
        }
        return readings;
    }

    private static List<BlockRange> block(DataInputStream in, int version) throws IOException {
        List<BlockRange> ranges = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            ranges.add(new BlockRange(
                    in.readInt(), in.readLong(), in.readLong(), in.readInt(), version == 1 ? List.of() : origins(in)));
        }
        return ranges;
    }

    private static List<OriginRange> origins(DataInputStream in) throws IOException {
        List<OriginRange> origins = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            origins.add(new OriginRange(in.readLong(), in.readInt(), in.readLong(), in.readLong()));
        }
        return origins;
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_COUNT) {
            throw new IOException("a count of " + count);
        }
        return count;
    }
}
