package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the network policies of an overlay let through, as the CNI would decide it. */
record Network(List<Manifest> policies) {

    /**
     * A pod somewhere in the cluster.
     *
     * @param namespaceLabels of its namespace
     * @param ports by their names, where it has some
     */
    record Pod(
            String name,
            String namespace,
            Map<String, String> namespaceLabels,
            Map<String, String> labels,
            Map<String, Integer> ports) {}

    static Network of(Overlay overlay) {
        return new Network(overlay.manifests("NetworkPolicy"));
    }

    /** Whether a connection is let out of the one pod and into the other. */
    boolean allows(Pod from, Pod to, int port) {
        return allows("Egress", from, to, to, port) && allows("Ingress", to, from, to, port);
    }

    /**
     * A side that no policy selects is open.
     *
     * @param self the pod whose side is looked at
     * @param owner of the port
     */
    private boolean allows(String side, Pod self, Pod other, Pod owner, int port) {
        List<Manifest> selecting = policies.stream()
                .filter(policy -> policy.at("/metadata/namespace").asText().equals(self.namespace()))
                .filter(policy -> Labels.selects(policy.at("/spec/podSelector"), self.labels()))
                .filter(policy -> Manifest.elements(policy.at("/spec/policyTypes")).stream()
                        .anyMatch(type -> type.asText().equals(side)))
                .toList();
        String rules = side.equals("Egress") ? "/spec/egress" : "/spec/ingress";
        String peers = side.equals("Egress") ? "to" : "from";
        return selecting.isEmpty()
                || selecting.stream()
                        .flatMap(policy -> Manifest.elements(policy.at(rules)).stream())
                        .anyMatch(rule -> isPeer(rule.path(peers), self, other) && isPort(rule, owner, port));
    }

    /** Whether a pod is one of these peers, as a policy in a namespace means it; all are where none is named. */
    private static boolean isPeer(JsonNode peers, Pod self, Pod other) {
        return peers.isMissingNode()
                || Manifest.elements(peers).stream().anyMatch(peer -> matches(peer, self.namespace(), other));
    }

    static boolean matches(JsonNode peer, String namespace, Pod other) {
        boolean inNamespace = peer.has("namespaceSelector")
                ? Labels.selects(peer.path("namespaceSelector"), other.namespaceLabels())
                : other.namespace().equals(namespace);
        return inNamespace && Labels.selects(peer.path("podSelector"), other.labels());
    }

    private static boolean isPort(JsonNode rule, Pod owner, int port) {
        return rule.path("ports").isMissingNode()
                || Manifest.elements(rule.path("ports")).stream()
                        .anyMatch(allowed -> number(allowed.path("port"), owner).equals(Optional.of(port)));
    }

    private static Optional<Integer> number(JsonNode port, Pod owner) {
        return port.isInt()
                ? Optional.of(port.asInt())
                : Optional.ofNullable(owner.ports().get(port.asText()));
    }
}
