package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each value of the chart changes what it is for and nothing else; one that changed nothing would fail. */
class ChartValuesTest {

    /** Each value with another than the chart's own and, below it, every place that it changes, as a pattern. */
    private static final Path TABLE = Path.of("src/test/resources/chart-values.txt");

    /** What must be another way before a value is taken. */
    private static final Map<String, String> BESIDE = Map.of(
            "trainer.volume.accessMode", "embed.enabled = false",
            "trainer.ranksSecret", "trainer.ranks = 2",
            "trainer.restarts", "trainer.ranks = 2");

    record Value(String path, String json, List<String> places) {
        @Override
        public String toString() {
            return path + " = " + json;
        }
    }

    private static Map<String, JsonNode> usual;

    @BeforeAll
    static void helmRunsHere() throws IOException {
        HelmChart.assumeHelm();
        usual = rendered(DeploymentFiles.JSON.createObjectNode());
    }

    private static Map<String, JsonNode> rendered(JsonNode values) throws IOException {
        return HelmChart.objects("streamclr", values);
    }

    @Test
    void theTableHasEveryValueOfTheChart() throws Exception {
        List<String> ofTheChart = new ArrayList<>();
        collect(HelmChart.values(), "", ofTheChart);

        assertThat(values().map(Value::path)).containsExactlyInAnyOrderElementsOf(ofTheChart);
    }

    private static void collect(JsonNode values, String path, List<String> found) {
        if (values.isObject() && !values.isEmpty()) {
            values.properties()
                    .forEach(each -> collect(
                            each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey(), found));
        } else {
            found.add(path);
        }
    }

    static Stream<Value> values() throws IOException {
        List<Value> values = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE)) {
            if (line.startsWith(" ")) {
                values.get(values.size() - 1).places().add(line.strip());
            } else {
                values.add(new Value(
                        line.substring(0, line.indexOf(" = ")),
                        line.substring(line.indexOf(" = ") + " = ".length()),
                        new ArrayList<>()));
            }
        }
        return values.stream();
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsFoundInItsPlacesAndInNoOthers(Value value) throws Exception {
        ObjectNode values = DeploymentFiles.JSON.createObjectNode();
        Map<String, JsonNode> before = usual;
        if (BESIDE.containsKey(value.path())) {
            String[] beside = BESIDE.get(value.path()).split(" = ", 2);
            put(values, beside[0], beside[1]);
            before = rendered(values);
        }
        put(values, value.path(), value.json());

        List<String> changes = changes(before, rendered(values));

        String version = HelmChart.version();
        assertThat(changes).as(value.toString()).isNotEmpty().hasSameSizeAs(value.places());
        for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i)).matches(value.places().get(i).replace("VERSION", Pattern.quote(version)));
        }
    }

    @Test
    void theNamespaceIsThatOfTheRelease() throws Exception {
        assertThat(changes(usual, HelmChart.objects("elsewhere", DeploymentFiles.JSON.createObjectNode())))
                .containsExactly(
                        "RoleBinding/augment-job /subjects/0/namespace: elsewhere",
                        "RoleBinding/embed-job /subjects/0/namespace: elsewhere");
    }

    @Test
    void withoutCardsTheTrainerComputesOnProcessorsInTheSmallerImage() throws Exception {
        JsonNode container = rendered(DeploymentFiles.JSON.readTree("{\"trainer\": {\"gpus\": 0}}"))
                .get("StatefulSet/trainer")
                .at("/spec/template/spec/containers/0");

        assertThat(container.path("image").asText()).isEqualTo("streamclr/trainer:" + HelmChart.version());
        assertThat(DeploymentFiles.texts(container.path("args"))).doesNotContain("--device");
        assertThat(container.path("resources").path("limits").toString()).isEqualTo("{\"memory\":\"32Gi\"}");
    }

    @Test
    void aBrokerAloneAcknowledgesARecordItself() throws Exception {
        JsonNode settings = HelmChart.objects(
                        "streamclr",
                        DeploymentFiles.JSON.readTree("{\"kafka\": {\"brokers\": 1, \"copies\": 1, \"zones\": \"\"}}"))
                .get("Kafka/streamclr")
                .at("/spec/kafka");

        assertThat(settings.path("config").path("min.insync.replicas").asInt()).isEqualTo(1);
        assertThat(settings.has("rack")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void allValuesAtOnceGiveWhatTheKindsAndProcessesTake(int ranks) throws Exception {
        for (JsonNode object : HelmChart.objects("elsewhere", all(ranks)).values()) {
            assertThat(KindSchemas.faults(object)).isEmpty();
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                understood(container.path("image").asText(), container.path("args"));
            }
            for (JsonNode container : object.at("/spec/replicatedJobs/0/template/spec/template/spec/containers")) {
                understood(container.path("image").asText(), container.path("args"));
            }
            if (object.path("kind").asText().equals("FlinkDeployment")) {
                understood(object.at("/spec/image").asText(), object.at("/spec/job/args"));
            }
        }
    }

    /** Every value of the table that does not take something away. */
    private static ObjectNode all(int ranks) throws IOException {
        ObjectNode all = DeploymentFiles.JSON.createObjectNode();
        for (Value value : values().toList()) {
            if (!value.json().equals("false") && !value.path().equals("trainer.volume.accessMode")) {
                put(all, value.path(), value.json());
            }
        }
        put(all, "trainer.ranks", Integer.toString(ranks));
        put(all, "trainer.gpus", "1"); // a rank has one
        return all;
    }

    /** Whatever changes the pod of a lone trainer changes that of a rank in the same way. */
    @Test
    void aRanksPodIsThatOfALoneTrainerButForWhatJoinsThem() throws Exception {
        JsonNode alone = HelmChart.objects("elsewhere", all(1))
                .get("StatefulSet/trainer")
                .at("/spec/template");
        ObjectNode rank = (ObjectNode) HelmChart.objects("elsewhere", all(4))
                .get("JobSet/trainer")
                .at("/spec/replicatedJobs/0/template/spec/template");

        assertThat(changes(Map.of("pod", alone), Map.of("pod", (JsonNode) rank)))
                .satisfiesExactly(
                        env -> assertThat(env)
                                .startsWith("pod /spec/containers/0/env: ")
                                .contains("\"-XX:MaxDirectMemorySize=20g\""),
                        ports -> assertThat(ports).startsWith("pod /spec/containers/0/ports: "),
                        mounts -> assertThat(mounts).startsWith("pod /spec/containers/0/volumeMounts: "),
                        policy -> assertThat(policy).isEqualTo("pod /spec/restartPolicy: Never"),
                        volumes -> assertThat(volumes).startsWith("pod /spec/volumes: "));
    }

    private static void understood(String image, JsonNode arguments) {
        String name = image.substring(image.lastIndexOf('/') + 1, image.lastIndexOf(':'));

        assertThat(DeploymentFiles.parse(name, DeploymentFiles.texts(arguments)).errors())
                .isEmpty();
    }

    private static void put(ObjectNode values, String path, String json) throws IOException {
        String[] names = path.split("\\.", -1);
        ObjectNode in = values;
        for (int i = 0; i < names.length - 1; i++) {
            in = in.withObjectProperty(names[i]);
        }
        in.set(names[names.length - 1], DeploymentFiles.JSON.readTree(json));
    }

    /** Every place at which objects differ, with what is there afterwards, in the order of the alphabet. */
    private static List<String> changes(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        List<String> changes = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Map<String, String> places = new LinkedHashMap<>();
            compare("", before.get(name), after.get(name), places);
            places.forEach((place, now) -> changes.add(name + " " + place + ": " + now));
        }
        changes.sort(null);
        return changes;
    }

    private static void compare(String place, JsonNode before, JsonNode after, Map<String, String> places) {
        if (before != null && before.equals(after)) {
            return;
        }
        if (before == null || after == null) {
            places.put(place, after == null ? "gone" : place.isEmpty() ? "new" : text(after));
        } else if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(place + "/" + name, before.get(name), after.get(name), places));
        } else if (before.isArray()
                && before.size() == after.size()
                && !before.path(0).isTextual()) {
            for (int i = 0; i < before.size(); i++) {
                compare(place + "/" + i, before.get(i), after.get(i), places);
            }
        } else {
            places.put(place, text(after));
        }
    }

    private static String text(JsonNode node) {
        return node.isArray() && node.path(0).isTextual()
                ? String.join(" ", DeploymentFiles.texts(node))
                : node.isValueNode() ? node.asText() : node.toString();
    }
}
