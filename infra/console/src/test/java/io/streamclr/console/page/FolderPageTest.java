package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.console.probe.Scores;
import io.streamclr.schemas.RefusalException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderPageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path root;

    private final HttpClient browser = HttpClient.newHttpClient();
    private Path first;

    @BeforeEach
    void recordRuns() throws Exception {
        first = record("first", 256, 4.0);
        record("second", 512, 3.0);
        Files.createDirectories(root.resolve("no-run"));
    }

    private Path record(String name, int batch, double loss) throws Exception {
        Path run = Files.createDirectories(root.resolve(name));
        Files.writeString(
                run.resolve("run.jsonl"),
                "{\"told\":{\"run\":\"" + name + "\",\"batching\":{\"batch\":" + batch
                        + "},\"schedule\":{\"steps\":100}}}\n");
        Files.writeString(run.resolve("metrics.jsonl"), line(10, loss) + line(20, loss / 2));
        return run;
    }

    private static String line(long step, double loss) {
        return "{\"step\":" + step + ",\"loss\":" + loss + ",\"pairs_per_second\":128.0}\n";
    }

    private FolderPage open(Path... compared) {
        return FolderPage.open(PageAddress.here(), first, List.of(compared));
    }

    @Test
    void aRunThatHasEndedIsShownByItsFilesWithWhatWasMeasuredOfIt() throws Exception {
        ScoreTable table = new ScoreTable();
        table.add("pixels", "raw pixels", new Scores(Map.of(Measure.KNN_20, 0.5, Measure.LINEAR, 0.625)));
        table.add("trained", "trained encoder", new Scores(Map.of(Measure.KNN_20, 0.75)));
        ResultFile.note(first, "demo", 20, Instant.EPOCH, table);

        try (FolderPage page = open()) {
            Map<String, JsonNode> sections = sections(page, "curves");

            assertThat(sections.get("curves").path("step/loss")).hasToString("[[10.0,20.0],[4.0,2.0]]");
            assertThat(sections.get("settings").path("batching.batch").asText()).isEqualTo("256");
            assertThat(sections.get("now").path("steps_total").asLong()).isEqualTo(100);
            assertThat(sections.get("now").path("seconds_left").asLong()).isEqualTo(80 * 256 / 128);
            JsonNode measured = sections.get("results").get(0);
            assertThat(measured.path("by").asText()).isEqualTo("demo");
            assertThat(measured.path("rows"))
                    .hasToString("[{\"key\":\"pixels\",\"title\":\"raw pixels\",\"knn\":0.5,"
                            + "\"linear\":0.625},{\"key\":\"trained\",\"title\":\"trained encoder\",\"knn\":0.75}]");
        }
    }

    @Test
    void whatALivePageHasKeptIsShownAgain() throws Exception {
        PageFolder folder = new PageFolder(first);
        NewestPairs.Place place = new NewestPairs.Place(1, 20);
        folder.keep(Map.of("pairs", "[{\"partition\":1,\"offset\":20}]"));
        folder.write(PageFolder.GALLERY, new byte[] {7});
        folder.write("pairs/" + KeptPairs.file(place), "{\"source\":\"a.png\"}".getBytes(StandardCharsets.UTF_8));
        folder.write(
                "pairs/" + KeptPairs.file(place, NewestPairs.Part.FIRST), "picture".getBytes(StandardCharsets.UTF_8));

        try (FolderPage page = open()) {
            assertThat(sections(page, "curves")
                            .get("pairs")
                            .get(0)
                            .path("offset")
                            .asLong())
                    .isEqualTo(20);
            assertThat(get(page, "/pairs/1/20")).isEqualTo("{\"source\":\"a.png\"}");
            assertThat(get(page, "/pairs/1/20/first.png")).isEqualTo("picture");
            assertThat(get(page, "/gallery.png")).isEqualTo("\u0007");
            assertThat(get(page, "/pairs/0/1")).isEqualTo("Of this pair nothing was kept when the page was last saved");
        }
    }

    @Test
    void otherRunsOfTheSameRootCanBeLaidOverItAndNothingElse() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere/first"));
        Files.copy(root.resolve("second/metrics.jsonl"), elsewhere.resolve("metrics.jsonl"));
        try (FolderPage page = open(elsewhere)) {
            assertThat(get(page, "/runs"))
                    .isEqualTo("{\"main\":\"first\",\"runs\":[{\"name\":\"first-2\",\"asked\":true},"
                            + "{\"name\":\"second\",\"asked\":false}]}");
            JsonNode second = JSON.readTree(get(page, "/runs/second"));
            assertThat(second.path("curves").path("step/loss")).hasToString("[[10.0,20.0],[3.0,1.5]]");
            assertThat(second.path("settings").path("batching.batch").asText()).isEqualTo("512");
            assertThat(JSON.readTree(get(page, "/runs/first-2")).path("curves").path("step/loss"))
                    .hasToString("[[10.0,20.0],[3.0,1.5]]");
            for (String foreign : List.of("no-run", "..", "%2e%2e", "..%2ffirst", "%2fetc", "a%00b")) {
                assertThat(get(page, "/runs/" + foreign)).as(foreign).doesNotContain("curves");
            }
        }
    }

    @Test
    void aPartOfALongRunIsGivenInDetail() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int step = 10; step <= 100_000; step += 10) {
            lines.append(line(step, 1.0 / step));
        }
        Files.writeString(first.resolve("metrics.jsonl"), lines);
        try (FolderPage page = open()) {
            JsonNode all =
                    JSON.readTree(get(page, "/runs/first")).path("curves").path("step/loss");
            JsonNode part = JSON.readTree(get(page, "/runs/first?from=50000&to=50100"))
                    .path("curves")
                    .path("step/loss");

            assertThat(all.get(0)).hasSizeBetween(Series.MOST_POINTS / 2, Series.MOST_POINTS);
            assertThat(part.get(0)).hasSize(11);
            assertThat(part.get(0).get(0).asLong()).isEqualTo(50_000);
        }
    }

    @Test
    void aRunThatAnotherProcessTrainsIsFollowedAndItsHalfLinesAreWaitedFor() throws Exception {
        History history = new History();
        StepCurves curves = new StepCurves(first, history, new Checkpoints(first));
        Path records = first.resolve("metrics.jsonl");
        String next = line(30, 1.5);

        curves.follow(new Checkpoints(first));
        Files.writeString(records, next.substring(0, 12), StandardOpenOption.APPEND);
        curves.follow(new Checkpoints(first));
        assertThat(curves.newestStep()).isEqualTo(20);
        Files.writeString(records, next.substring(12), StandardOpenOption.APPEND);
        curves.follow(new Checkpoints(first));

        assertThat(curves.newestStep()).isEqualTo(30);
        assertThat(history.since(-1).curves().path("step/loss")).hasToString("[[10.0,20.0,30.0],[4.0,2.0,1.5]]");
    }

    @Test
    void aComparedRunThatHasGoneOnIsReadAgain() throws Exception {
        try (FolderPage page = open()) {
            String before = get(page, "/runs/second");
            assertThat(get(page, "/runs/second")).isEqualTo(before);

            Files.writeString(root.resolve("second/metrics.jsonl"), line(30, 1.25), StandardOpenOption.APPEND);

            assertThat(JSON.readTree(get(page, "/runs/second")).path("curves").path("step/loss"))
                    .hasToString("[[10.0,20.0,30.0],[3.0,1.5,1.25]]");
        }
    }

    @Test
    void recordsThatWereCutShortAreReadAnew() throws Exception {
        History history = new History();
        StepCurves curves = new StepCurves(first, history, new Checkpoints(first));
        curves.follow(new Checkpoints(first));

        Files.writeString(first.resolve("metrics.jsonl"), line(10, 3.5));
        curves.follow(new Checkpoints(first));

        assertThat(curves.newestStep()).isEqualTo(10);
        assertThat(history.since(-1).curves().path("step/loss")).hasToString("[[10.0],[3.5]]");
    }

    @Test
    void aRunIsFoundByItsFolderItsNameOrAsTheNewestDemo() throws Exception {
        Path home = root.resolve("home");
        Path demo = Files.createDirectories(home.resolve("demo/0123/checkpoints/demo"));
        Files.copy(first.resolve("metrics.jsonl"), demo.resolve("metrics.jsonl"));
        Files.createDirectories(first.resolve("step-00000020"));
        RunPlaces places = new RunPlaces(root, home);

        assertThat(places.find("second")).isEqualTo(root.resolve("second"));
        assertThat(places.find(first.toString())).isEqualTo(first);
        assertThat(places.find(first.resolve("step-00000020").toString())).isEqualTo(first);
        assertThat(places.find("demo")).isEqualTo(demo);
        assertThatThrownBy(() -> places.find("third"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no run third, as a directory with metrics.jsonl or run.jsonl or by that name in "
                        + root + "; give its directory, or --checkpoints. The runs in there are first, second");
    }

    @Test
    void filesThatAreDamagedOrOfALaterReleaseAreLeftOut() throws Exception {
        Files.writeString(
                first.resolve("results.json"), "{\"format\":\"streamclr-results\",\"version\":2,\"tables\":[1]}");
        Files.writeString(Files.createDirectories(first.resolve("page")).resolve("page.json"), "{\"format\":");
        Files.writeString(first.resolve("run.jsonl"), "no JSON");

        try (FolderPage page = open()) {
            Map<String, JsonNode> sections = sections(page, "curves");

            assertThat(sections.get("results")).isEmpty();
            assertThat(sections.get("settings")).isEmpty();
            assertThat(sections.get("curves").path("step/loss")).hasToString("[[10.0,20.0],[4.0,2.0]]");
        }
    }

    @Test
    void aJournalWithoutALineIsNoSettings() throws Exception {
        Files.writeString(first.resolve("run.jsonl"), "");

        try (FolderPage page = open()) {
            assertThat(sections(page, "curves").get("settings")).isEmpty();
        }
    }

    @Test
    void filesThatLieOutsideOfTheRunAreNotShown() throws Exception {
        Path secret = Files.writeString(root.resolve("secret"), "secret");
        Path pairs = Files.createDirectories(first.resolve("page/pairs"));
        Files.createSymbolicLink(first.resolve("page/gallery.png"), secret);
        Files.createSymbolicLink(pairs.resolve("1-20.json"), secret);

        try (FolderPage page = open()) {
            assertThat(get(page, "/gallery.png")).isEqualTo("No images were kept with this run");
            assertThat(get(page, "/pairs/1/20"))
                    .isEqualTo("Of this pair nothing was kept when the page was last saved");
        }
    }

    private String get(FolderPage page, String path) throws Exception {
        URI address = URI.create(page.uri().toString().replaceAll("/$", "") + path);
        return browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }

    /** What a viewer is sent, up to a section. */
    private Map<String, JsonNode> sections(FolderPage page, String last) throws Exception {
        Map<String, JsonNode> sections = new HashMap<>();
        HttpRequest events =
                HttpRequest.newBuilder(page.uri().resolve("/events")).build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                browser.send(events, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            while (!sections.containsKey(last)) {
                String line = lines.readLine();
                if (line.startsWith("event: ")) {
                    sections.put(
                            line.substring("event: ".length()),
                            JSON.readTree(lines.readLine().substring("data: ".length())));
                }
            }
        }
        return sections;
    }
}
