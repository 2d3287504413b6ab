package io.streamclr.it;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Who may connect to whom, by policies as Kubernetes documents them. */
final class NetworkPolicies {

    static final String OUTSIDE = "";

    /**
     * One end of a connection.
     *
     * @param namespace {@link #OUTSIDE} for what is no pod
     * @param address as numbers
     * @param ports of its containers, by their names
     */
    record Party(
            String name, String namespace, Map<String, String> labels, String address, Map<String, Integer> ports) {
        boolean isPod() {
            return !namespace.equals(OUTSIDE);
        }
    }

    /** A port of the end that is called. */
    record Door(int port, String protocol) {}

    private final List<NetworkPolicy> policies;
    private final Map<String, Map<String, String>> namespaces;

    /** @param namespaces the labels of each */
    NetworkPolicies(List<NetworkPolicy> policies, Map<String, Map<String, String>> namespaces) {
        this.policies = List.copyOf(policies);
        this.namespaces = Map.copyOf(namespaces);
    }

    /** The caller's policies must let it out, and those of the called let it in; nobody is kept from itself. */
    boolean mayConnect(Party caller, Party called, Door door) {
        return caller.equals(called) || (letsOut(caller, called, door) && letsIn(caller, called, door));
    }

    private boolean letsOut(Party caller, Party called, Door door) {
        List<NetworkPolicy> apply = applyTo(caller, "Egress");
        return apply.isEmpty()
                || apply.stream().anyMatch(policy -> policy.getSpec().getEgress().stream()
                        .anyMatch(rule ->
                                anyPeer(policy, rule.getTo(), called) && anyPort(rule.getPorts(), called, door)));
    }

    private boolean letsIn(Party caller, Party called, Door door) {
        List<NetworkPolicy> apply = applyTo(called, "Ingress");
        return apply.isEmpty()
                || apply.stream().anyMatch(policy -> policy.getSpec().getIngress().stream()
                        .anyMatch(rule ->
                                anyPeer(policy, rule.getFrom(), caller) && anyPort(rule.getPorts(), called, door)));
    }

    private List<NetworkPolicy> applyTo(Party party, String direction) {
        return policies.stream()
                .filter(policy -> party.isPod()
                        && policy.getMetadata().getNamespace().equals(party.namespace())
                        && directions(policy).contains(direction)
                        && selects(policy.getSpec().getPodSelector(), party.labels()))
                .toList();
    }

    /** Where none are named, in, and out if there are rules for it. */
    private static List<String> directions(NetworkPolicy policy) {
        List<String> named = policy.getSpec().getPolicyTypes();
        if (!named.isEmpty()) {
            return named;
        }
        return policy.getSpec().getEgress().isEmpty() ? List.of("Ingress") : List.of("Ingress", "Egress");
    }

    /** No peers are all. */
    private boolean anyPeer(NetworkPolicy policy, List<NetworkPolicyPeer> peers, Party party) {
        return peers.isEmpty() || peers.stream().anyMatch(peer -> isPeer(policy, peer, party));
    }

    private boolean isPeer(NetworkPolicy policy, NetworkPolicyPeer peer, Party party) {
        if (peer.getIpBlock() != null) {
            return isWithin(peer.getIpBlock(), party.address());
        }
        if (!party.isPod()) {
            return false;
        }
        boolean namespace = peer.getNamespaceSelector() == null
                ? party.namespace().equals(policy.getMetadata().getNamespace())
                : selects(peer.getNamespaceSelector(), namespaces.get(party.namespace()));
        return namespace && (peer.getPodSelector() == null || selects(peer.getPodSelector(), party.labels()));
    }

    /** No ports are all; one without a number is every port of its protocol. */
    private static boolean anyPort(List<NetworkPolicyPort> ports, Party called, Door door) {
        return ports.isEmpty()
                || ports.stream()
                        .anyMatch(port -> door.protocol().equals(Objects.requireNonNullElse(port.getProtocol(), "TCP"))
                                && isPort(port, called, door.port()));
    }

    private static boolean isPort(NetworkPolicyPort port, Party called, int number) {
        IntOrString first = port.getPort();
        if (first == null) {
            return true;
        }
        if (first.getStrVal() != null) {
            return Objects.equals(called.ports().get(first.getStrVal()), number);
        }
        return first.getIntVal() <= number
                && number <= Objects.requireNonNullElse(port.getEndPort(), first.getIntVal());
    }

    private static boolean selects(LabelSelector selector, Map<String, String> labels) {
        Map<String, String> equal = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        return equal.entrySet().stream().allMatch(each -> each.getValue().equals(labels.get(each.getKey())))
                && selector.getMatchExpressions().stream().allMatch(each -> holds(each, labels.get(each.getKey())));
    }

    private static boolean holds(LabelSelectorRequirement requirement, String label) {
        return switch (requirement.getOperator()) {
            case "In" -> requirement.getValues().contains(label);
            case "NotIn" -> !requirement.getValues().contains(label);
            case "Exists" -> label != null;
            case "DoesNotExist" -> label == null;
            default -> throw new IllegalArgumentException("no such operator: " + requirement.getOperator());
        };
    }

    private static boolean isWithin(IPBlock block, String address) {
        return isWithin(block.getCidr(), address)
                && block.getExcept().stream().noneMatch(except -> isWithin(except, address));
    }

    private static boolean isWithin(String cidr, String address) {
        try {
            byte[] first =
                    InetAddress.getByName(cidr.substring(0, cidr.indexOf('/'))).getAddress();
            byte[] asked = InetAddress.getByName(address).getAddress();
            int free = 8 * first.length - Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
            return first.length == asked.length
                    && new BigInteger(1, first).shiftRight(free).equals(new BigInteger(1, asked).shiftRight(free));
        } catch (UnknownHostException name) {
            throw new IllegalArgumentException(name);
        }
    }
}
