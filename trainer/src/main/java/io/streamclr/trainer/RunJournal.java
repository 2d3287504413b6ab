package io.streamclr.trainer;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.loss.LossFormula;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.UpdateRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run was told, in its folder: a line of JSON for each time that it began or its learning rate changed. With the
 * batches that were named, it is all that is needed to train the run again. A later line outranks those before it.
 */
final class RunJournal {

    private static final String FILE = "run.jsonl";

    private final Path folder;
    private final KafkaConnection kafka;
    private final List<Entry> entries;
    private final ObjectNode told;

    /**
     * One line.
     *
     * @param behind the step behind which it holds, 0 for the run's beginning
     * @param rate the plan of the learning rate
     */
    private record Entry(long behind, LearningRate rate) {}

    /** What comes in several kinds is written with the name of its kind. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
    private interface Named {}

    private RunJournal(Path folder, KafkaConnection kafka, List<Entry> entries, ObjectNode told) {
        this.folder = folder;
        this.kafka = kafka;
        this.entries = List.copyOf(entries);
        this.told = told;
    }

    /** Notes in the run's folder, which is there, what holds behind a step. */
    static void note(TrainConfig config, long behind, LearningRate rate) {
        ObjectMapper json = json(config.kafka());
        ObjectNode line = json.createObjectNode().put("behind", behind);
        line.set("rate", json.valueToTree(rate));
        line.set("told", json.valueToTree(config));
        Path file = config.folder().resolve(FILE);
        Path beside = config.folder().resolve(FILE + ".partial");
        try {
            // Written whole and moved: file systems of object stores cannot append, and readers see all or nothing.
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.writeString(beside, before + line + "\n");
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "What the run is told cannot be written to " + file + " (" + unwritable.getMessage()
                            + "); give a --checkpoints folder with room that this user may write to",
                    unwritable);
        }
    }

    /**
     * Reads what a run was told.
     *
     * @param folder of the run
     * @param kafka replaces the connection that it had, which is not kept
     * @throws RefusalException if there is no such run, or it kept no journal
     */
    static RunJournal read(Path folder, KafkaConnection kafka) {
        ObjectMapper json = json(kafka);
        List<Entry> entries = new ArrayList<>();
        ObjectNode told = json.createObjectNode();
        try {
            for (String line : Files.readAllLines(folder.resolve(FILE))) {
                ObjectNode read = (ObjectNode) json.readTree(line);
                LearningRate rate = json.treeToValue(read.path("rate"), LearningRate.class);
                entries.add(new Entry(read.path("behind").asLong(), rate));
                told = (ObjectNode) read.path("told");
            }
        } catch (NoSuchFileException missing) {
            throw new RefusalException(
                    "There is no " + folder.resolve(FILE) + ", so nobody can say how that run was trained; check --run"
                            + " and --checkpoints",
                    missing);
        } catch (IOException | ClassCastException damaged) {
            throw new RefusalException(
                    folder.resolve(FILE) + " cannot be read (" + damaged.getMessage()
                            + "), so nobody can say how that run was trained",
                    damaged);
        }
        if (entries.isEmpty()) {
            throw new RefusalException(folder.resolve(FILE) + " is empty, so nobody can say how that run was trained");
        }
        return new RunJournal(folder, kafka, entries, told);
    }

    /** What the run was told when it began for the last time, with some of it changed, by component. */
    TrainConfig config(Map<String, ?> changes) {
        ObjectMapper json = json(kafka);
        ObjectNode changed = told.deepCopy();
        changes.forEach((name, value) -> changed.set(name, json.valueToTree(value)));
        try {
            return json.treeToValue(changed, TrainConfig.class);
        } catch (JsonProcessingException foreign) {
            throw new RefusalException(
                    "What " + folder.resolve(FILE) + " says is not of this release (" + foreign.getOriginalMessage()
                            + "); replay the run with the release that trained it",
                    foreign);
        }
    }

    /** The learning rate that a step of the run had, 1 for the first. */
    double rateOf(long step) {
        double rate = Double.NaN;
        for (Entry entry : entries) {
            if (entry.behind() < step) {
                rate = entry.rate().at(step);
            }
        }
        return rate;
    }

    /** Notes for another run, which repeats this one, the learning rates of this one. */
    void copyTo(TrainConfig other) {
        entries.forEach(entry -> note(other, entry.behind(), entry.rate()));
    }

    private static ObjectMapper json(KafkaConnection kafka) {
        SimpleModule module = new SimpleModule();
        module.addSerializer(new AddressAlone());
        module.addDeserializer(KafkaConnection.class, new Given(kafka));
        ObjectMapper json = new ObjectMapper().registerModule(module);
        for (Class<?> sealed : List.of(UpdateRule.class, LossFormula.class)) {
            json.addMixIn(sealed, Named.class).registerSubtypes(sealed.getPermittedSubclasses());
        }
        return json;
    }

    /** A connection is written as the broker's address: its properties hold secrets. */
    private static final class AddressAlone extends StdSerializer<KafkaConnection> {

        private static final long serialVersionUID = 1L;

        AddressAlone() {
            super(KafkaConnection.class);
        }

        @Override
        public void serialize(KafkaConnection kafka, JsonGenerator out, SerializerProvider unused) throws IOException {
            out.writeString(kafka.bootstrapServers());
        }
    }

    /** Whatever address was written, the connection is the one that the reader has. */
    private static final class Given extends StdDeserializer<KafkaConnection> {

        private static final long serialVersionUID = 1L;

        private final transient KafkaConnection kafka;

        Given(KafkaConnection kafka) {
            super(KafkaConnection.class);
            this.kafka = kafka;
        }

        @Override
        public KafkaConnection deserialize(JsonParser in, DeserializationContext unused) throws IOException {
            in.skipChildren();
            return kafka;
        }
    }
}
