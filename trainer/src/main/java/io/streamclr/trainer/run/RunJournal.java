package io.streamclr.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.checkpoint.RateForm;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.settings.FirstSettingsForm;
import io.streamclr.trainer.settings.SettingsForm;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a run, in its folder: a line of JSON for each time that it began or its learning rate changed. With the
 * batches that were logged, it is all that is needed to train the run again. A later line outranks those before it.
 *
 * <p>Each line says its version. Those of release 0.1 say none, and may be followed by others; whatever else a line says
 * is passed over.
 */
public final class RunJournal {

    private static final String FILE = "run.jsonl";
    private static final String FORMAT = "streamclr-run";

    /** Version 1, of release 0.1, did not say so. */
    private static final int VERSION = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final List<Entry> entries;
    private final Settings settings;

    /**
     * One line.
     *
     * @param after the step after which it holds, 0 for the run's beginning
     * @param rate the plan of the learning rate
     * @param way of the convolutions, by name; empty if the line does not say it
     * @param preset by name; empty if the line does not say it
     */
    private record Entry(long after, LearningRate rate, String way, String preset) {}

    /** What the newest line tells, to be read when somebody asks for it. */
    @FunctionalInterface
    private interface Settings {
        TrainConfig read() throws IOException;
    }

    private RunJournal(Path file, List<Entry> entries, Settings settings) {
        this.file = file;
        this.entries = List.copyOf(entries);
        this.settings = settings;
    }

    /** Notes in the run's folder, which is there, what holds after a step. */
    public static void note(TrainConfig config, long after, LearningRate rate) {
        note(config, after, rate, "");
    }

    /** As the other. @param way in which convolutions are computed, by name; empty where there are none */
    public static void note(TrainConfig config, long after, LearningRate rate, String way) {
        note(config, after, rate, way, "");
    }

    /** As the other. @param preset that chose what no option said, by name; empty where none did */
    static void note(TrainConfig config, long after, LearningRate rate, String way, String preset) {
        Path file = config.folder().resolve(FILE);
        Path beside = config.folder().resolve(FILE + ".partial");
        try {
            // Written whole and moved: file systems of object stores cannot append, and readers see all or nothing.
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.writeString(beside, before + line(config, after, rate, way, preset) + "\n");
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The settings of the run cannot be written to " + file + " (" + FileFault.of(unwritable)
                            + "); give a --checkpoints folder with room that this user may write to",
                    unwritable);
        }
    }

    private static ObjectNode line(TrainConfig config, long after, LearningRate rate, String way, String preset) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("format", FORMAT).put("version", VERSION).put("behind", after);
        line.put("built", Build.here().words());
        line.set("rate", RateForm.write(rate));
        line.set("told", SettingsForm.write(config));
        if (!way.isEmpty()) {
            line.put("convolutions", way);
        }
        if (!preset.isEmpty()) {
            line.put("preset", preset);
        }
        return line;
    }

    /**
     * Reads the settings of a run.
     *
     * @param checkpoints the folder of the folders of runs; replaces the one that the run was given
     * @param kafka replaces the connection that it had, which is not kept
     * @throws RefusalException if there is no such run, or it kept no journal
     */
    public static RunJournal read(Path checkpoints, String run, KafkaConnection kafka) {
        Path file = checkpoints.resolve(run).resolve(FILE);
        List<Entry> entries = new ArrayList<>();
        Settings settings = () -> {
            throw new IOException("it is empty");
        };
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode read = JSON.readTree(line);
                boolean first = isOfTheFirstRelease(read);
                JsonNode rate = read.path("rate");
                entries.add(new Entry(
                        after(read),
                        first ? RateForm.readFirst(rate) : RateForm.read(rate),
                        read.path("convolutions").asText(""),
                        read.path("preset").asText("")));
                settings = () -> Fields.read(
                        read.path("told"),
                        fields -> first
                                ? FirstSettingsForm.read(fields, kafka, checkpoints)
                                : SettingsForm.read(fields, kafka, checkpoints));
            }
        } catch (NoSuchFileException missing) {
            throw new RefusalException(
                    "There is no " + file + ", so nobody can say how that run was trained; check --run and"
                            + " --checkpoints",
                    missing);
        } catch (IOException damaged) {
            String why = FileFault.of(damaged);
            throw new RefusalException(
                    file + " cannot be read (" + why + "), so nobody can say how that run was trained", damaged);
        }
        if (entries.isEmpty()) {
            throw new RefusalException(file + " is empty, so nobody can say how that run was trained");
        }
        return new RunJournal(file, entries, settings);
    }

    private static long after(JsonNode line) throws IOException {
        if (!line.path("behind").isIntegralNumber()) {
            throw new IOException("a line does not say after which step it holds");
        }
        return line.path("behind").longValue();
    }

    private static boolean isOfTheFirstRelease(JsonNode line) throws IOException {
        if (!line.has("version")) {
            return true;
        }
        if (!line.path("format").asText().equals(FORMAT) || line.path("version").asInt() != VERSION) {
            throw new IOException("a line is of version " + line.path("version").asText() + ", and versions 1 to "
                    + VERSION + " are known to this StreamCLR");
        }
        return false;
    }

    /** Whether a run has begun in this folder of folders. */
    public static boolean isThere(Path checkpoints, String run) {
        return Files.exists(checkpoints.resolve(run).resolve(FILE));
    }

    /** The preset that the run began with, by name; empty if it began with none, or before there were any. */
    public String preset() {
        return entries.stream()
                .map(Entry::preset)
                .filter(name -> !name.isEmpty())
                .reduce((earlier, later) -> later)
                .orElse("");
    }

    /** The run's settings when it began for the last time, except broker and folder, which are the reader's. */
    public TrainConfig settings() {
        try {
            return settings.read();
        } catch (IOException | IllegalArgumentException | RefusalException foreign) {
            throw new RefusalException(
                    "What " + file + " says is not of this release (" + FileFault.of(foreign)
                            + "); replay the run with the release that trained it",
                    foreign);
        }
    }

    /** The learning rate that a step of the run had, 1 for the first. */
    public double rateOf(long step) {
        double rate = Double.NaN;
        for (Entry entry : entries) {
            if (entry.after() < step) {
                rate = entry.rate().at(step);
            }
        }
        return rate;
    }

    /** The way in which a step's convolutions were computed; empty if it is not known, as of older releases. */
    Optional<String> wayOf(long step) {
        return entries.stream()
                .filter(entry -> entry.after() < step && !entry.way().isEmpty())
                .reduce((earlier, later) -> later)
                .map(Entry::way);
    }

    /**
     * Notes for another run, which repeats this one, the learning rates of this one.
     *
     * @param from the step after which the other begins or goes on; what holds before is noted already
     * @param way as the other computes from there on
     */
    public void copyTo(TrainConfig other, long from, String way) {
        entries.stream()
                .filter(entry -> entry.after() < from)
                .reduce((earlier, later) -> later)
                .ifPresent(entry -> note(other, from, entry.rate(), way));
        entries.stream()
                .filter(entry -> entry.after() >= from)
                .forEach(entry -> note(other, entry.after(), entry.rate(), way));
    }
}
