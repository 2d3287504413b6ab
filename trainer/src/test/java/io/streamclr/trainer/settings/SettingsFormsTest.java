package io.streamclr.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.process.version.Build;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.Forgetting.Past;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.run.FirstRelease;
import io.streamclr.trainer.run.RunJournal;
import io.streamclr.trainer.run.SmallRuns;
import io.streamclr.trainer.watch.ForgettingFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of runs, as files of release 0.1 have it and as those of today do. */
class SettingsFormsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final KafkaConnection KAFKA = KafkaConnection.to("host:1");

    private final FileSystem memory = Jimfs.newFileSystem("told", Configuration.unix());
    private final Path checkpoints = memory.getPath("/data/checkpoints");

    @TempDir
    private Path disk;

    @AfterEach
    void forgetTheFiles() throws Exception {
        memory.close();
    }

    private TrainConfig config(JsonNode line) {
        List<String> words =
                new ArrayList<>(Arrays.asList(line.path("options").asText().split(" ", -1)));
        words.addAll(List.of("--bootstrap-server", "host:1"));
        TrainConfig config = SmallRuns.config(words.toArray(String[]::new));
        Saving here =
                new Saving(checkpoints, config.saving().every(), config.saving().keep());
        return config.elsewhere(config.runId(), config.topics(), here);
    }

    private RunJournal journal(TrainConfig config, String... lines) throws Exception {
        Files.createDirectories(config.folder());
        Files.writeString(config.folder().resolve("run.jsonl"), String.join("\n", lines) + "\n");
        return RunJournal.read(checkpoints, config.runId(), KAFKA);
    }

    @Test
    void whatReleaseOneWroteOfARunIsWhatItsCommandLineTells() throws Exception {
        for (JsonNode line : FirstRelease.lines("told.jsonl")) {
            TrainConfig config = config(line);

            RunJournal journal = journal(config, line.path("run.jsonl").toString());

            assertThat(journal.settings()).as(line.path("options").asText()).isEqualTo(config);
            assertThat(journal.rateOf(3)).isNaN();
            assertThat(journal.rateOf(4))
                    .isEqualTo(config.learning().schedule().plan().at(4));
        }
    }

    @Test
    void theSettingsOfItsCheckpointsAreThoseOfTheCommandLine() throws Exception {
        Path folder = disk.resolve("run");
        Path place = SavedSteps.place(folder, FirstRelease.SAVED);
        FirstRelease.copy(FirstRelease.file("remembering"), folder);
        ObjectNode facts =
                (ObjectNode) JSON.readTree(place.resolve("checkpoint.json").toFile());
        for (JsonNode line : FirstRelease.lines("told.jsonl")) {
            facts.set("settings", line.path("settings"));
            facts.set("rounding", line.path("rounding"));
            Files.write(place.resolve("checkpoint.json"), JSON.writeValueAsBytes(facts));
            seal(place);
            TrainConfig config = config(line);

            var saved = Checkpoint.read(
                    folder,
                    FirstRelease.SAVED,
                    Architecture.of(config.learning().network()));

            assertThat(saved.settings()).as(line.path("options").asText()).isEqualTo(OptionWords.settings(config));
            assertThat(saved.rounding()).isEqualTo(OptionWords.rounding(config));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void soAreThoseOfCheckpointsOfVersionsBetweenItAndToday(int version) throws Exception {
        Path folder = disk.resolve("run");
        Path place = SavedSteps.place(folder, FirstRelease.SAVED);
        FirstRelease.copy(FirstRelease.file("remembering"), folder);
        ObjectNode facts =
                (ObjectNode) JSON.readTree(place.resolve("checkpoint.json").toFile());
        facts.put("format", "streamclr-checkpoint").put("version", version);
        for (JsonNode line : lines("/version-" + version + "/told.jsonl")) {
            facts.set("settings", line.path("settings"));
            facts.set("rounding", line.path("rounding"));
            facts.set("rate", line.path("run.jsonl").path("rate"));
            Files.write(place.resolve("checkpoint.json"), JSON.writeValueAsBytes(facts));
            seal(place);
            TrainConfig config = config(line);

            var saved = Checkpoint.read(
                    folder,
                    FirstRelease.SAVED,
                    Architecture.of(config.learning().network()));

            assertThat(saved.settings()).as(line.path("options").asText()).isEqualTo(OptionWords.settings(config));
            assertThat(saved.rounding()).isEqualTo(OptionWords.rounding(config));
            assertThat(saved.rate()).isEqualTo(config.learning().schedule().plan());
        }
    }

    /** As older releases did. */
    private static void seal(Path place) throws Exception {
        StringBuilder sums = new StringBuilder();
        try (var files = Files.list(place)) {
            for (Path file : files.sorted().toList()) {
                if (!file.endsWith("SHA256SUMS")) {
                    byte[] sum =
                            java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    sums.append(java.util.HexFormat.of().formatHex(sum))
                            .append("  ")
                            .append(file.getFileName())
                            .append('\n');
                }
            }
        }
        Files.writeString(place.resolve("SHA256SUMS"), sums);
    }

    @Test
    void aTimeBetweenCheckpointsIsReadAgain() throws Exception {
        for (String every : List.of("10m", "500,2h")) {
            TrainConfig config = SmallRuns.config("--bootstrap-server", "host:1", "--save-every", every);
            TrainConfig here = config.elsewhere(
                    config.runId(),
                    config.topics(),
                    new Saving(checkpoints, config.saving().every(), 3));
            Files.createDirectories(here.folder());
            Files.deleteIfExists(here.folder().resolve("run.jsonl"));
            RunJournal.note(here, 0, here.learning().schedule().plan());

            RunJournal journal = RunJournal.read(checkpoints, here.runId(), KAFKA);

            assertThat(journal.settings().saving().every())
                    .isEqualTo(here.saving().every());
        }
    }

    @Test
    void whatIsWrittenTodayIsWrittenOutInThisFile() throws Exception {
        String written = written(FirstRelease.lines("told.jsonl"));

        assertThat(written).isEqualTo(resource("/today/told.jsonl"));
        requireWords(written);
    }

    @Test
    void whatIsWrittenOfOptionsThatReleaseOneDidNotHaveIsWrittenOutInAnother() throws Exception {
        String written = written(lines("/today/later.jsonl"));

        assertThat(written).isEqualTo(resource("/today/later.jsonl"));
        requireWords(written);
    }

    private static void requireWords(String written) throws Exception {
        for (String line : written.lines().toList()) {
            assertThat(names(JSON.readTree(line))).allMatch(name -> name.matches("-{0,2}[a-z0-9]+([-_.][a-z0-9]+)*"));
        }
    }

    private static List<JsonNode> lines(String resource) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : resource(resource).lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** A line for each, of what its options have a run write. */
    private String written(List<JsonNode> lines) throws Exception {
        StringBuilder written = new StringBuilder();
        for (JsonNode line : lines) {
            TrainConfig config = config(line);
            Files.createDirectories(config.folder());
            Files.deleteIfExists(config.folder().resolve("run.jsonl"));
            RunJournal.note(config, 3, config.learning().schedule().plan());
            ObjectNode today = JSON.createObjectNode();
            today.set("options", line.path("options"));
            OptionWords.settings(config).forEach(today.putObject("settings")::put);
            OptionWords.rounding(config).forEach(today.putObject("rounding")::put);
            ObjectNode noted =
                    (ObjectNode) JSON.readTree(Files.readString(config.folder().resolve("run.jsonl")));
            assertThat(noted.remove("built").asText()).isEqualTo(Build.here().words());
            today.set("run.jsonl", noted);
            written.append(today).append('\n');

            assertThat(RunJournal.read(checkpoints, config.runId(), KAFKA).settings())
                    .isEqualTo(config);
        }
        return written.toString();
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.properties().forEach(each -> names.add(each.getKey()));
        node.forEach(child -> names.addAll(names(child)));
        return names;
    }

    private static String resource(String name) throws Exception {
        try (var in = SettingsFormsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRunOfReleaseOneThatWentOnLaterHasLinesOfBoth() throws Exception {
        JsonNode line = FirstRelease.lines("told.jsonl").get(0);
        TrainConfig config = config(line);
        journal(config, line.path("run.jsonl").toString());
        TrainConfig later = config.by(config.learning()
                .schedule()
                .ending(900, 100, config.learning().schedule().fall()));

        RunJournal.note(later, 40, later.learning().schedule().plan());

        RunJournal both = RunJournal.read(checkpoints, config.runId(), KAFKA);
        assertThat(both.settings()).isEqualTo(later);
        assertThat(both.rateOf(40))
                .isEqualTo(config.learning().schedule().plan().at(40));
        assertThat(both.rateOf(850))
                .isEqualTo(later.learning().schedule().plan().at(850));
    }

    @Test
    void whatElseALineSaysIsPassedOverAndWhatElseARunIsGivenIsNot() throws Exception {
        TrainConfig config = config(FirstRelease.lines("told.jsonl").get(0));
        Files.createDirectories(config.folder());
        RunJournal.note(config, 0, config.learning().schedule().plan());
        String line = Files.readString(config.folder().resolve("run.jsonl")).strip();

        assertThat(journal(config, line.replace("\"behind\":", "\"more\":{},\"behind\":"))
                        .settings())
                .isEqualTo(config);
        RunJournal magic = journal(config, line.replace("\"depth\":", "\"magic\":1,\"depth\":"));
        assertThatThrownBy(magic::settings)
                .isInstanceOf(RefusalException.class)
                .hasMessage("What " + config.folder().resolve("run.jsonl")
                        + " says is not of this release (network.magic is not known to this release); replay the run"
                        + " with the release that trained it");
        RunJournal missing = journal(config, line.replace("\"depth\":18,", ""));
        assertThatThrownBy(missing::settings).hasMessageContaining("(network.depth is missing)");
        RunJournal wrong = journal(config, line.replace("\"stem\":\"small\"", "\"stem\":\"tall\""));
        assertThatThrownBy(wrong::settings)
                .hasMessageContaining("(network.stem: 'tall' is none of imagenet, small, small2)");
    }

    @Test
    void aLineOfALaterVersionIsRefused() throws Exception {
        TrainConfig config = config(FirstRelease.lines("told.jsonl").get(0));
        Files.createDirectories(config.folder());
        RunJournal.note(config, 0, config.learning().schedule().plan());
        String line = Files.readString(config.folder().resolve("run.jsonl")).strip();

        assertThatThrownBy(() -> journal(config, line.replace("\"version\":2", "\"version\":3")))
                .isInstanceOf(RefusalException.class)
                .hasMessage(config.folder().resolve("run.jsonl")
                        + " cannot be read (a line is of version 3, and versions 1 to 2 are known to this StreamCLR), so"
                        + " nobody can say how that run was trained");
    }

    @Test
    void whatIsKnownOfClassesIsReadFromBothFormsAndWrittenOutInOne() throws Exception {
        Path first = FirstRelease.file("remembering/step-00000005");

        List<Past> known = ForgettingFile.read(Optional.of(first));

        assertThat(known)
                .contains(new Past("1", 20, List.of(0.75, 0.5, 0.6), 0.6166666666666667, false))
                .extracting(Past::slice)
                .containsExactly("0", "1", "2");
        ForgettingFile.of(new Forgetting(10, known)).write(disk);
        assertThat(disk.resolve("forgetting.json")).hasContent(resource("/today/forgetting.json"));
        assertThat(ForgettingFile.read(Optional.of(disk))).isEqualTo(known);
    }
}
