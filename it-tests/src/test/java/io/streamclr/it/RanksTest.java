package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trainer of several pods: they find each other, share a secret and a volume, and begin again together where that helps. */
class RanksTest {

    private static Map<String, JsonNode> objects;
    private static JsonNode jobSet;
    private static JsonNode job;
    private static JsonNode container;

    @BeforeAll
    static void rendered() throws Exception {
        HelmChart.assumeHelm();
        objects = HelmChart.objects("streamclr", DeploymentFiles.JSON.readTree("{\"trainer\": {\"ranks\": 4}}"));
        jobSet = objects.get("JobSet/trainer");
        job = jobSet.at("/spec/replicatedJobs/0/template/spec");
        container = job.at("/template/spec/containers/0");
    }

    @Test
    void everyObjectIsWhatItsKindTakesAndTheyFitEachOther() throws Exception {
        for (JsonNode object : objects.values()) {
            assertThat(KindSchemas.faults(object)).isEmpty();
        }
        assertThat(ServerRules.faults(objects)).isEmpty();
        assertThat(JobSetRules.faults(jobSet)).isEmpty();
    }

    @Test
    void whatIsSwitchedOffIsNotThereWithRanksEither() throws Exception {
        JsonNode open = DeploymentFiles.JSON.readTree(
                "{\"trainer\": {\"ranks\": 4}, \"networkPolicies\": {\"enabled\": false}}");
        JsonNode none = DeploymentFiles.JSON.readTree("{\"trainer\": {\"ranks\": 4, \"enabled\": false}}");

        assertThat(HelmChart.objects("streamclr", open).keySet()).noneMatch(name -> name.startsWith("NetworkPolicy/"));
        assertThat(HelmChart.objects("streamclr", none).keySet())
                .noneMatch(name -> name.contains("trainer"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /spec                          | replicatedJob   | []
            /spec/failurePolicy            | maxRestarts     | "often"
            /spec/failurePolicy/rules/0    | action          | "GiveUp"
            /spec/failurePolicy/rules/1    | name            | null
            /spec/replicatedJobs/0         | replicas        | "one"
            /spec/replicatedJobs/0/template/spec | completion | 4
            /spec/replicatedJobs/0/template/spec/template/spec | containers | [{"image": "nameless"}]
            /spec                          | startupPolicy   | {"startupPolicyOrder": "Backwards"}
            """)
    void whatAJobSetDoesNotTakeIsFound(String place, String field, String value) throws Exception {
        assertThat(KindSchemas.faults(changed(place, field, value))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /metadata                   | name      | "a-name-that-is-too-long-for-the-name-of-a-pod-of-a-rank" | a pod's name cannot be
            /spec/network               | subdomain | "trainer.ranks" | subdomain cannot be
            /spec/failurePolicy/rules/0 | name      | "not again"     | a rule's name cannot be 'not again'
            /spec/failurePolicy/rules/0 | name      | "moved"         | two rules have one name
            /spec/failurePolicy/rules/1 | onJobFailureReasons | ["Failed"] | no Job fails for that reason
            /spec/replicatedJobs/0/template/spec | completions | null  | pods with an index need
            /spec/replicatedJobs/0/template/spec/template/spec | restartPolicy | "OnFailure" | failures of pods are judged only
            /spec/replicatedJobs/0/template/spec/template/spec | restartPolicy | null        | not always begun again
            /spec/replicatedJobs/0/template/spec/podFailurePolicy/rules/0/onExitCodes | values | [4, 2] | in order, each once
            /spec/replicatedJobs/0/template/spec/podFailurePolicy/rules/0/onExitCodes | values | [0, 4] | exit code 0 is no failure
            /spec/replicatedJobs/0/template/spec/podFailurePolicy/rules/0/onExitCodes | containerName | "rank" | there is no container
            /spec/replicatedJobs/0/template/spec/podFailurePolicy/rules/0 | onPodConditions | [] | for exit codes or for conditions
            """)
    void whatItsWebhookDoesNotTakeIsFound(String place, String field, String value, String fault) throws Exception {
        assertThat(JobSetRules.faults(changed(place, field, value))).anyMatch(each -> each.contains(fault));
    }

    private static JsonNode changed(String place, String field, String value) throws Exception {
        ObjectNode wrong = jobSet.deepCopy();
        JsonNode changed = DeploymentFiles.JSON.readTree(value);
        if (changed.isNull()) {
            ((ObjectNode) wrong.at(place)).remove(field);
        } else {
            ((ObjectNode) wrong.at(place)).set(field, changed);
        }
        return wrong;
    }

    @Test
    void aRuleOfTheDefinitionIsHeldToo() throws Exception {
        ObjectNode wrong = jobSet.deepCopy();
        ((ObjectNode) wrong.path("spec")).set("startupPolicy", DeploymentFiles.JSON.readTree("""
                {"startupPolicyOrder": "InOrder"}"""));
        ((ObjectNode) wrong.at("/spec/replicatedJobs/0")).set("dependsOn", DeploymentFiles.JSON.readTree("""
                [{"name": "ranks", "status": "Ready"}]"""));

        assertThat(KindSchemas.faults(wrong))
                .containsExactly("/spec: StartupPolicy and DependsOn APIs are mutually exclusive");
    }

    @Test
    void asManyPodsAsRanksFindTheFirstUnderTheNameThatItsJobSetGivesIt() {
        Map<String, String> environment = environment();

        assertThat(environment).containsEntry("WORLD_SIZE", "4").doesNotContainKeys("RANK", "LOCAL_RANK");
        assertThat(job.path("completionMode").asText())
                .as("Kubernetes says in JOB_COMPLETION_INDEX which rank a pod is")
                .isEqualTo("Indexed");
        assertThat(List.of(
                        job.path("completions").asInt(), job.path("parallelism").asInt()))
                .containsExactly(4, 4);
        // JobSet: <its name>-<name of the replicated job>-<index of the job>-<index of the pod>.<subdomain>
        assertThat(environment.get("MASTER_ADDR"))
                .isEqualTo(jobSet.at("/metadata/name").asText() + "-"
                        + jobSet.at("/spec/replicatedJobs/0/name").asText() + "-0-0."
                        + jobSet.at("/spec/network/subdomain").asText());
        assertThat(jobSet.at("/spec/network/publishNotReadyAddresses").asBoolean())
                .as("they look for each other before they answer")
                .isTrue();
        assertThat(container.at("/ports/1/containerPort").asText())
                .isEqualTo(environment.get("MASTER_PORT"))
                .isEqualTo(objects.get("NetworkPolicy/trainer-ranks")
                        .at("/spec/ingress/0/ports/0/port")
                        .asText());
    }

    @Test
    void theNamesOfPodsAreShortEnoughForAsManyRanksAsThereMayBe() throws Exception {
        JsonNode most = HelmChart.objects(
                        "streamclr",
                        DeploymentFiles.JSON.readTree("{\"partitions\": 1000, \"trainer\": {\"ranks\": 1000}}"))
                .get("JobSet/trainer");

        assertThat(JobSetRules.faults(most)).isEmpty();
    }

    @Test
    void theSecretOfAllRanksIsAFileThatOthersOfTheHostCannotRead() {
        JsonNode mount = named(container.path("volumeMounts"), "ranks");
        JsonNode secret = named(job.at("/template/spec/volumes"), "ranks").path("secret");

        assertThat(environment())
                .containsEntry(
                        "STREAMCLR_RANKS_SECRET_FILE", mount.path("mountPath").asText() + "/secret");
        assertThat(mount.path("readOnly").asBoolean()).isTrue();
        assertThat(secret.path("secretName").asText()).isEqualTo("trainer-ranks");
        assertThat(secret.path("defaultMode").asInt()).isEqualTo(0440);
    }

    @Test
    void theRunsAreOnTheVolumeOfALoneTrainerWhichSeveralNodesMayHave() {
        JsonNode claim = objects.get("PersistentVolumeClaim/runs-trainer-0");

        assertThat(named(job.at("/template/spec/volumes"), "runs")
                        .at("/persistentVolumeClaim/claimName")
                        .asText())
                .isEqualTo(claim.at("/metadata/name").asText());
        assertThat(claim.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                .isEqualTo("keep");
        assertThat(DeploymentFiles.texts(claim.at("/spec/accessModes"))).containsExactly("ReadWriteMany");
    }

    @Test
    void aDrainedNodeLeavesEveryRankWhereItIs() {
        JsonNode budget = objects.get("PodDisruptionBudget/trainer-ranks").path("spec");

        assertThat(budget.path("minAvailable").asInt()).isEqualTo(4);
        assertThat(budget.has("maxUnavailable")).as("not for pods of a Job").isFalse();
        budget.at("/selector/matchLabels").properties().forEach(label -> assertThat(
                        job.at("/template/metadata/labels").path(label.getKey()))
                .isEqualTo(label.getValue()));
    }

    /** By the messages of Kubernetes' job controller, which JobSet's rules read. */
    @ParameterizedTest
    @CsvSource({
        "1, false, RestartJobSet", // an error, or another rank that is gone
        "2, false, FailJobSet", // wrong options
        "4, false, FailJobSet", // taken over
        "24, false, RestartJobSet",
        "137, false, RestartJobSet", // out of memory
        "143, false, RestartJobSet", // its pod was deleted
        "143, true, RestartJobSetAndIgnoreMaxRestarts",
        "4, true, FailJobSet",
    })
    void allBeginAgainUnlessItWouldFailAgain(int exitCode, boolean disrupted, String action) {
        String reason = "BackoffLimitExceeded";
        String message = "Job has reached the specified backoff limit";
        JsonNode rules = job.at("/podFailurePolicy/rules");
        for (int i = rules.size() - 1; i >= 0; i--) { // the first that matches counts
            JsonNode codes = rules.path(i).path("onExitCodes");
            boolean exits = codes.path("operator").asText().equals("In")
                    && DeploymentFiles.texts(codes.path("values")).contains(Integer.toString(exitCode));
            boolean moves = disrupted
                    && rules.path(i).at("/onPodConditions/0/type").asText().equals("DisruptionTarget");
            if (exits || moves) {
                assertThat(rules.path(i).path("action").asText()).isEqualTo("FailJob");
                reason = "PodFailurePolicy";
                message = (exits
                                ? "Container trainer for pod streamclr/trainer-ranks-0-2-abcde failed with exit code "
                                        + exitCode
                                : "Pod streamclr/trainer-ranks-0-2-abcde has condition DisruptionTarget")
                        + " matching FailJob rule at index " + i;
            }
        }

        assertThat(job.path("backoffLimit").asInt(-1))
                .as("a rank is never begun again alone")
                .isZero();
        assertThat(job.at("/template/spec/restartPolicy").asText()).isEqualTo("Never");
        assertThat(action(reason, message)).isEqualTo(action);
    }

    private static String action(String reason, String message) {
        return StreamSupport.stream(jobSet.at("/spec/failurePolicy/rules").spliterator(), false)
                .filter(rule ->
                        DeploymentFiles.texts(rule.path("onJobFailureReasons")).contains(reason))
                .filter(rule -> DeploymentFiles.texts(rule.path("onJobFailureMessagePatterns")).stream()
                        .anyMatch(pattern ->
                                Pattern.compile(pattern).matcher(message).find()))
                .map(rule -> rule.path("action").asText())
                .findFirst()
                .orElse("RestartJobSet"); // what JobSet does where no rule matches
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        container
                .path("env")
                .forEach(each -> environment.put(
                        each.path("name").asText(), each.path("value").asText()));
        return environment;
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(each -> each.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
