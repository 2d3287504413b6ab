package io.streamclr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RateForm;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.ranks.Collective;
import io.streamclr.trainer.settings.SettingsForm;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.RankShare;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What rank 0 gives the other ranks when a run begins or goes on: its settings, and the checkpoint. So it alone needs
 * options and a folder, and no two ranks can begin with different ones.
 */
public final class RankStart {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TEXT = 1 << 24;
    private static final int MOST_NAMES = 1 << 20;

    private RankStart() {}

    /** Gives the settings of a run to the other ranks; for rank 0. */
    static void giveSettings(Collective ranks, TrainConfig config) throws InterruptedException {
        give(ranks, text(out -> {
            out.writeUTF(Build.here().words());
            byte[] settings = JSON.writeValueAsBytes(SettingsForm.write(config));
            out.writeInt(settings.length);
            out.write(settings);
        }));
    }

    /**
     * Takes the settings of the run; for the other ranks, which take no other settings.
     *
     * @param localRank number among the ranks of this machine, from 0
     * @param kafka the connection of this rank
     * @param checkpoints of this rank, where it writes nothing
     * @throws RefusalException if rank 0 is of another release
     */
    public static TrainConfig takeSettings(Collective ranks, int localRank, KafkaConnection kafka, Path checkpoints)
            throws InterruptedException {
        return read(take(ranks, MOST_TEXT), in -> {
            String first = in.readUTF();
            if (!first.equals(Build.here().words())) {
                throw new RefusalException("Rank 0 is StreamCLR " + first + ", and rank " + ranks.rank() + " is "
                        + Build.here().words() + "; start all ranks from one release, or they round otherwise");
            }
            JsonNode settings = JSON.readTree(in.readNBytes(in.readInt()));
            return Fields.read(settings, fields -> SettingsForm.read(fields, kafka, checkpoints))
                    .as(new RankShare(ranks.rank(), ranks.ranks()), localRank);
        });
    }

    /**
     * What a rank begins with.
     *
     * @param from the checkpoint; empty for a run that begins
     * @param given what the encoder starts from where there is no checkpoint; empty for random weights
     */
    record Start(Optional<Checkpoint> from, Map<String, float[]> given) {}

    /** Gives a checkpoint to the other ranks; for rank 0. @param positions where each rank goes on; none without one */
    static void give(Collective ranks, Start start, List<byte[]> positions) throws InterruptedException {
        Optional<Checkpoint> from = start.from();
        Map<String, List<float[]>> optimiser = from.map(Checkpoint::optimiser).orElse(Map.of());
        Map<String, float[]> values = from.map(Checkpoint::values).orElse(start.given());
        give(ranks, text(out -> {
            out.writeBoolean(from.isPresent());
            if (from.isPresent()) {
                Origin origin = from.get().origin();
                out.writeLong(origin.step());
                out.writeUTF(origin.recipe());
                out.writeUTF(origin.recipeText());
                out.writeInt(origin.height());
                out.writeInt(origin.width());
                out.writeLong(from.get().pairs());
                out.writeUTF(JSON.writeValueAsString(RateForm.write(from.get().rate())));
                for (byte[] position : positions) {
                    out.writeInt(position.length);
                    out.write(position);
                }
            }
            out.writeInt(optimiser.size());
            for (Map.Entry<String, List<float[]>> state : optimiser.entrySet()) {
                out.writeUTF(state.getKey());
                out.writeInt(state.getValue().size());
            }
            out.writeInt(values.size());
            for (String name : values.keySet()) {
                out.writeUTF(name);
            }
        }));
        for (List<float[]> tensors : optimiser.values()) {
            for (float[] tensor : tensors) {
                giveNumbers(ranks, tensor);
            }
        }
        for (float[] tensor : values.values()) {
            giveNumbers(ranks, tensor);
        }
    }

    /** What {@link #give} sends, without the numbers of tensors. */
    private record Outline(Optional<Checkpoint> from, Map<String, Integer> optimiser, List<String> values) {}

    /** Takes what this rank begins with; for the other ranks. */
    static Start take(Collective ranks, TrainConfig config, Architecture architecture) throws InterruptedException {
        Outline outline = read(take(ranks, MOST_TEXT), in -> outline(in, ranks, config, architecture));
        int most = Math.toIntExact(
                architecture.slots().stream().mapToLong(Slot::size).max().orElseThrow() * Float.BYTES);
        Map<String, List<float[]>> optimiser = new LinkedHashMap<>();
        for (Map.Entry<String, Integer> state : outline.optimiser().entrySet()) {
            List<float[]> tensors = new ArrayList<>();
            for (int i = 0; i < state.getValue(); i++) {
                tensors.add(takeNumbers(ranks, most));
            }
            optimiser.put(state.getKey(), tensors);
        }
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String name : outline.values()) {
            values.put(name, takeNumbers(ranks, most));
        }
        return outline.from()
                .map(from -> new Start(
                        Optional.of(new Checkpoint(
                                architecture,
                                from.origin(),
                                from.pairs(),
                                from.settings(),
                                from.rounding(),
                                from.rate(),
                                from.feedPosition(),
                                values,
                                optimiser)),
                        Map.of()))
                .orElseGet(() -> new Start(Optional.empty(), values));
    }

    private static Outline outline(DataInputStream in, Collective ranks, TrainConfig config, Architecture architecture)
            throws IOException {
        Optional<Checkpoint> from = Optional.empty();
        if (in.readBoolean()) {
            Origin origin = new Origin(
                    config.runId(),
                    in.readLong(),
                    config.seed(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readInt(),
                    in.readInt(),
                    config.learning().weights());
            long pairs = in.readLong();
            JsonNode rate = JSON.readTree(in.readUTF());
            List<byte[]> positions = new ArrayList<>();
            for (int rank = 0; rank < ranks.ranks(); rank++) {
                positions.add(in.readNBytes(in.readInt()));
            }
            from = Optional.of(new Checkpoint(
                    architecture,
                    origin,
                    pairs,
                    Map.of(),
                    Map.of(),
                    RateForm.read(rate),
                    positions.get(ranks.rank()),
                    Map.of(),
                    Map.of()));
        }
        Map<String, Integer> optimiser = new LinkedHashMap<>();
        for (int left = count(in); left > 0; left--) {
            optimiser.put(in.readUTF(), count(in));
        }
        List<String> values = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            values.add(in.readUTF());
        }
        return new Outline(from, optimiser, values);
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_NAMES) {
            throw new IOException("a count of " + count);
        }
        return count;
    }

    private static void giveNumbers(Collective ranks, float[] numbers) throws InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        give(ranks, bytes);
    }

    private static float[] takeNumbers(Collective ranks, int most) throws InterruptedException {
        ByteBuffer bytes = take(ranks, most);
        float[] numbers = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(numbers);
        return numbers;
    }

    private static void give(Collective ranks, ByteBuffer bytes) throws InterruptedException {
        List<ByteBuffer> parts = new ArrayList<>(Collections.nCopies(ranks.ranks(), bytes));
        parts.set(ranks.rank(), ByteBuffer.allocate(0));
        ranks.exchange(parts, 0);
    }

    private static ByteBuffer take(Collective ranks, int most) throws InterruptedException {
        return ranks.gather(ByteBuffer.allocate(0), most).get(0);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static ByteBuffer text(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> T read(ByteBuffer bytes, Reading<T> reading) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(copy))) {
            return reading.from(in);
        } catch (IOException | IllegalArgumentException damaged) {
            throw new RefusalException(
                    "What rank 0 gave the other ranks to begin with cannot be read (" + FileFault.of(damaged)
                            + "); start all ranks from one release",
                    damaged);
        }
    }
}
