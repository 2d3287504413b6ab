package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What JobSet's webhook and Kubernetes' validation of its Jobs ask that no definition says. */
final class JobSetRules {

    private static final Pattern LABEL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern RULE = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");

    /** Why a Job may have failed. */
    private static final Set<String> REASONS = Set.of(
            "BackoffLimitExceeded",
            "DeadlineExceeded",
            "FailedIndexes",
            "MaxFailedIndexesExceeded",
            "PodFailurePolicy");

    private static final String LONGEST_SUFFIX = "-abcde";

    private final List<String> faults = new ArrayList<>();

    private JobSetRules() {}

    static List<String> faults(JsonNode jobSet) {
        JobSetRules rules = new JobSetRules();
        JsonNode spec = jobSet.path("spec");
        rules.matches("subdomain", LABEL, spec.at("/network/subdomain").asText());
        rules.policy(spec.at("/failurePolicy/rules"));
        for (JsonNode replicated : spec.path("replicatedJobs")) {
            JsonNode job = replicated.at("/template/spec");
            int replicas = replicated.path("replicas").asInt(1);
            String pod = jobSet.at("/metadata/name").asText() + "-"
                    + replicated.path("name").asText() + "-" + (replicas - 1) + "-"
                    + (job.path("completions").asInt() - 1) + LONGEST_SUFFIX;
            rules.matches("a pod's name", LABEL, pod);
            rules.job(job);
        }
        return rules.faults;
    }

    private void policy(JsonNode rules) {
        Set<String> names = new HashSet<>();
        for (JsonNode rule : rules) {
            matches("a rule's name", RULE, rule.path("name").asText());
            require(names.add(rule.path("name").asText()), "two rules have one name");
            require(
                    REASONS.containsAll(DeploymentFiles.texts(rule.path("onJobFailureReasons"))),
                    "no Job fails for that reason: " + rule.path("onJobFailureReasons"));
        }
    }

    private void job(JsonNode job) {
        JsonNode pod = job.at("/template/spec");
        require(
                !job.path("completionMode").asText().equals("Indexed") || job.has("completions"),
                "pods with an index need a number of completions");
        require(
                Set.of("Never", "OnFailure").contains(pod.path("restartPolicy").asText()),
                "a Job's pod is not always begun again");
        require(
                !job.has("podFailurePolicy")
                        || pod.path("restartPolicy").asText().equals("Never"),
                "failures of pods are judged only where no container begins again");
        for (JsonNode rule : job.at("/podFailurePolicy/rules")) {
            require(
                    rule.has("onExitCodes") != rule.has("onPodConditions"),
                    "a rule is for exit codes or for conditions");
            exitCodes(rule.path("onExitCodes"), pod);
        }
    }

    private void exitCodes(JsonNode codes, JsonNode pod) {
        List<Integer> values = new ArrayList<>();
        codes.path("values").forEach(each -> values.add(each.asInt()));
        require(
                values.stream()
                        .sorted(Comparator.naturalOrder())
                        .distinct()
                        .toList()
                        .equals(values),
                "exit codes are in order, each once");
        require(!values.contains(0), "exit code 0 is no failure");
        require(
                !codes.has("containerName")
                        || pod.path("containers")
                                .findValuesAsText("name")
                                .contains(codes.path("containerName").asText()),
                "there is no container " + codes.path("containerName"));
    }

    private void matches(String what, Pattern pattern, String text) {
        require(pattern.matcher(text).matches(), what + " cannot be '" + text + "'");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            faults.add(otherwise);
        }
    }
}
