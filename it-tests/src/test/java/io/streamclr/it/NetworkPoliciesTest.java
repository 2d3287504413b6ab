package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.streamclr.it.NetworkPolicies.Door;
import io.streamclr.it.NetworkPolicies.Party;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Policies mean here what Kubernetes documents, case by case, so that the matrix of ours is worth something. */
class NetworkPoliciesTest {

    private static final Door WEB = new Door(80, "TCP");
    private static final Door OTHER = new Door(81, "TCP");
    private static final Door DATAGRAMS = new Door(80, "UDP");

    private static final Party WORKER =
            new Party("worker", "ours", Map.of("role", "worker"), "10.0.0.1", Map.of("http", 80));
    private static final Party STORE =
            new Party("store", "ours", Map.of("role", "store"), "10.0.0.2", Map.of("http", 81));
    private static final Party GUEST = new Party("guest", "theirs", Map.of("role", "worker"), "10.0.1.1", Map.of());
    private static final Party WORLD = new Party("world", NetworkPolicies.OUTSIDE, Map.of(), "192.0.2.7", Map.of());

    private static final Map<String, Map<String, String>> NAMESPACES =
            Map.of("ours", Map.of("team", "us"), "theirs", Map.of("team", "them"));

    @Test
    void whatNoPolicySelectsIsOpenBothWays() throws Exception {
        NetworkPolicies policies = policies("""
                {"podSelector": {"matchLabels": {"role": "worker"}}, "policyTypes": ["Ingress", "Egress"]}""");

        assertThat(policies.mayConnect(WORLD, STORE, WEB)).isTrue();
        assertThat(policies.mayConnect(STORE, WORLD, WEB)).isTrue();
        assertThat(policies.mayConnect(WORLD, WORKER, WEB)).isFalse();
        assertThat(policies.mayConnect(WORKER, WORLD, WEB)).isFalse();
        assertThat(policies.mayConnect(GUEST, WORLD, WEB))
                .as("equal labels in another namespace")
                .isTrue();
        assertThat(policies.mayConnect(WORKER, WORKER, WEB)).as("itself").isTrue();
    }

    @Test
    void bothEndsMustAllow() throws Exception {
        String out = """
                {"podSelector": {"matchLabels": {"role": "worker"}}, "policyTypes": ["Egress"],
                 "egress": [{"to": [{"podSelector": {"matchLabels": {"role": "store"}}}]}]}""";
        String closed = """
                {"podSelector": {"matchLabels": {"role": "store"}}, "policyTypes": ["Ingress"]}""";

        assertThat(policies(out).mayConnect(WORKER, STORE, WEB)).isTrue();
        assertThat(policies(out).mayConnect(WORKER, WORLD, WEB)).isFalse();
        assertThat(policies(out, closed).mayConnect(WORKER, STORE, WEB)).isFalse();
        assertThat(policies(closed).mayConnect(STORE, WORKER, WEB))
                .as("closed to what comes in, not to what goes out")
                .isTrue();
    }

    @Test
    void anEmptySelectorIsAllPodsAndAnEmptyRuleIsEverything() throws Exception {
        NetworkPolicies closed = policies("""
                {"podSelector": {}, "policyTypes": ["Ingress"]}""");
        NetworkPolicies open = policies("""
                {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}""");

        assertThat(closed.mayConnect(WORLD, WORKER, WEB)).isFalse();
        assertThat(closed.mayConnect(WORLD, STORE, WEB)).isFalse();
        assertThat(closed.mayConnect(WORLD, GUEST, WEB)).isTrue();
        assertThat(open.mayConnect(WORLD, WORKER, DATAGRAMS)).isTrue();
    }

    @Test
    void policiesAddUp() throws Exception {
        NetworkPolicies policies = policies("""
                {"podSelector": {}, "policyTypes": ["Ingress"]}""", """
                {"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}]}""");

        assertThat(policies.mayConnect(WORLD, WORKER, WEB)).isTrue();
        assertThat(policies.mayConnect(WORLD, WORKER, OTHER)).isFalse();
    }

    @Test
    void withoutTypesAPolicyIsOfWhatComesInAndOfWhatGoesOutIfItHasRulesForThat() throws Exception {
        NetworkPolicies in = policies("""
                {"podSelector": {}}""");
        NetworkPolicies both = policies("""
                {"podSelector": {}, "egress": [{"ports": [{"port": 81}]}]}""");

        assertThat(in.mayConnect(WORLD, WORKER, WEB)).isFalse();
        assertThat(in.mayConnect(WORKER, WORLD, WEB)).isTrue();
        assertThat(both.mayConnect(WORLD, WORKER, WEB)).isFalse();
        assertThat(both.mayConnect(WORKER, WORLD, WEB)).isFalse();
        assertThat(both.mayConnect(WORKER, WORLD, OTHER)).isTrue();
    }

    @Test
    void aPeerIsOfThePolicysNamespaceUnlessItSelectsNamespaces() throws Exception {
        NetworkPolicies pods = from("""
                {"podSelector": {"matchLabels": {"role": "worker"}}}""");
        NetworkPolicies namespaces = from("""
                {"namespaceSelector": {"matchLabels": {"team": "them"}}}""");
        NetworkPolicies both = from("""
                {"namespaceSelector": {"matchLabels": {"team": "them"}}, "podSelector": {"matchLabels": {"role": "store"}}}""");
        NetworkPolicies either = from("""
                {"namespaceSelector": {"matchLabels": {"team": "them"}}}, {"podSelector": {"matchLabels": {"role": "worker"}}}""");
        NetworkPolicies everywhere = from("""
                {"namespaceSelector": {}}""");

        assertThat(List.of(pods.mayConnect(WORKER, STORE, WEB), pods.mayConnect(GUEST, STORE, WEB)))
                .containsExactly(true, false);
        assertThat(List.of(namespaces.mayConnect(WORKER, STORE, WEB), namespaces.mayConnect(GUEST, STORE, WEB)))
                .containsExactly(false, true);
        assertThat(both.mayConnect(GUEST, STORE, WEB)).isFalse();
        assertThat(List.of(either.mayConnect(WORKER, STORE, WEB), either.mayConnect(GUEST, STORE, WEB)))
                .containsExactly(true, true);
        assertThat(List.of(everywhere.mayConnect(GUEST, STORE, WEB), everywhere.mayConnect(WORLD, STORE, WEB)))
                .as("pods of all namespaces, and nothing else")
                .containsExactly(true, false);
    }

    @Test
    void portsHaveProtocolsRangesAndTheNamesThatTheCalledGivesThem() throws Exception {
        NetworkPolicies number = ports("""
                {"port": 80}""");
        NetworkPolicies name = ports("""
                {"port": "http"}""");
        NetworkPolicies range = ports("""
                {"port": 80, "endPort": 81}""");
        NetworkPolicies protocol = ports("""
                {"protocol": "UDP"}""");

        assertThat(doors(number, WORKER)).containsExactly(true, false, false);
        assertThat(doors(name, WORKER)).containsExactly(true, false, false);
        assertThat(doors(name, STORE)).containsExactly(false, true, false);
        assertThat(doors(range, WORKER)).containsExactly(true, true, false);
        assertThat(doors(protocol, WORKER)).containsExactly(false, false, true);
    }

    @Test
    void expressionsCompareWithSetsAndWithNothing() throws Exception {
        String labels = """
                {"podSelector": {"matchExpressions": [{"key": "role", "operator": "%s"%s}]}}""";

        assertThat(from(labels.formatted("In", ", \"values\": [\"a\", \"worker\"]"))
                        .mayConnect(WORKER, STORE, WEB))
                .isTrue();
        assertThat(from(labels.formatted("NotIn", ", \"values\": [\"worker\"]")).mayConnect(WORKER, STORE, WEB))
                .isFalse();
        assertThat(from(labels.formatted("Exists", "")).mayConnect(WORKER, STORE, WEB))
                .isTrue();
        assertThat(from(labels.formatted("DoesNotExist", "")).mayConnect(WORKER, STORE, WEB))
                .isFalse();
    }

    @Test
    void aBlockOfAddressesLeavesOutItsExceptions() throws Exception {
        NetworkPolicies blocks = from("""
                {"ipBlock": {"cidr": "192.0.2.0/24", "except": ["192.0.2.128/25"]}}""");
        Party excepted = new Party("excepted", NetworkPolicies.OUTSIDE, Map.of(), "192.0.2.200", Map.of());
        Party sixth = new Party("sixth", NetworkPolicies.OUTSIDE, Map.of(), "2001:db8::7", Map.of());

        assertThat(blocks.mayConnect(WORLD, STORE, WEB)).isTrue();
        assertThat(blocks.mayConnect(excepted, STORE, WEB)).isFalse();
        assertThat(blocks.mayConnect(sixth, STORE, WEB)).isFalse();
        assertThat(blocks.mayConnect(WORKER, STORE, WEB)).isFalse();
    }

    private static List<Boolean> doors(NetworkPolicies policies, Party called) {
        return List.of(
                policies.mayConnect(WORLD, called, WEB),
                policies.mayConnect(WORLD, called, OTHER),
                policies.mayConnect(WORLD, called, DATAGRAMS));
    }

    private static NetworkPolicies from(String peers) throws Exception {
        return policies("{\"podSelector\": {}, \"ingress\": [{\"from\": [" + peers + "]}]}");
    }

    private static NetworkPolicies ports(String port) throws Exception {
        return policies("{\"podSelector\": {}, \"ingress\": [{\"ports\": [" + port + "]}]}");
    }

    /** Of namespace {@code ours}, by their specifications. */
    private static NetworkPolicies policies(String... specifications) throws Exception {
        List<NetworkPolicy> policies = new ArrayList<>();
        for (String specification : specifications) {
            policies.add(DeploymentFiles.JSON.readValue(
                    "{\"metadata\": {\"namespace\": \"ours\"}, \"spec\": " + specification + "}", NetworkPolicy.class));
        }
        return new NetworkPolicies(policies, NAMESPACES);
    }
}
