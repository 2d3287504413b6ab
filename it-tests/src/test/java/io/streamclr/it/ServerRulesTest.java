package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The objects for Kubernetes fit each other, and have names that it takes. */
class ServerRulesTest {

    @Test
    void theFilesForKustomizeBreakNone() throws Exception {
        assertThat(ServerRules.faults(HelmChart.byName(DeploymentFiles.kubernetesObjects())))
                .isEmpty();
    }

    /** But for the cluster, which is then somebody else's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ingest\": {\"enabled\": false}}",
                "{\"embed\": {\"enabled\": false}}",
                "{\"monitors\": {\"enabled\": false}, \"networkPolicies\": {\"enabled\": false}}",
                "{\"kafka\": {\"name\": \"shared\"}, \"trainer\": {\"gpus\": 8}}"
            })
    void whatIsLeftOutLeavesNothingThatMeansIt(String values) throws Exception {
        HelmChart.assumeHelm();

        assertThat(ServerRules.faults(HelmChart.objects("elsewhere", DeploymentFiles.JSON.readTree(values))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            StatefulSet/trainer | /metadata                                | name        | "Trainer"     | name 'Trainer' is none
            StatefulSet/trainer | /spec/selector/matchLabels               | app         | "another"     | does not select its own pods
            StatefulSet/trainer | /spec                                    | serviceName | "another"     | means Service another, which is not there
            StatefulSet/trainer | /spec/template/spec/containers/0/volumeMounts/0 | name | "another"     | mounts what is no volume
            StatefulSet/trainer | /spec/template/spec/containers/0/volumeMounts/0 | mountPath | "/tmp"   | mounts two at one place
            StatefulSet/trainer | /spec/template/spec/containers/0/resources/requests | memory | "33Gi"  | asks for more memory than its limit
            StatefulSet/trainer | /spec/template/spec/containers/0/resources/limits | nvidia.com/gpu | 0.5 | asks for a part of a device
            Deployment/ingest   | /spec/template/spec/containers/0/ports/0 | name        | "metrics-of-ingest" | port 'metrics-of-ingest' is none
            Deployment/ingest   | /spec/template/spec/containers/0/livenessProbe/httpGet | port | "health" | livenessProbe asks a port that is not there
            Deployment/ingest   | /spec/template/spec/volumes/1            | name        | "images"      | has two volumes of a name
            Deployment/ingest   | /spec/template/spec/volumes/2/configMap  | name        | "another"     | means ConfigMap another
            Deployment/ingest   | /spec/template/spec/volumes/3/secret     | secretName  | "another"     | means KafkaUser another
            FlinkDeployment/embed-job | /spec                              | serviceAccount | "another"  | means ServiceAccount another
            RoleBinding/embed-job | /roleRef                               | name        | "another"     | means Role another
            KafkaTopic/views    | /metadata/labels                         | strimzi.io/cluster | "a b"  | labels 'a b' is none
            PersistentVolumeClaim/images | /metadata/annotations           | a/b/c       | "x"           | annotations 'a/b/c' is none
            """)
    void whatBreaksOneIsFound(String name, String place, String field, String value, String fault) throws Exception {
        Map<String, JsonNode> objects = HelmChart.byName(DeploymentFiles.kubernetesObjects());
        ObjectNode at = (ObjectNode) objects.get(name).at(place);
        at.set(field, DeploymentFiles.JSON.readTree(value));

        assertThat(ServerRules.faults(objects)).anyMatch(each -> each.contains(fault));
    }
}
