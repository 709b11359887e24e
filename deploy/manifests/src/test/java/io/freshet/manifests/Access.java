package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What an ACL allows.
 *
 * @param type as in {@code topic}
 * @param pattern {@code literal} or {@code prefix}
 * @param operations as in {@code Read}
 */
record Access(String type, String name, String pattern, Set<String> operations) {

    static Access of(JsonNode acl) {
        Set<String> operations = Manifest.elements(acl.path("operations")).stream()
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
        return new Access(
                acl.at("/resource/type").asText(),
                acl.at("/resource/name").asText(),
                acl.at("/resource/patternType").asText("literal"),
                operations);
    }

    /** Whether it covers a resource, as in {@code Read} on {@code topic} {@code freshet.traffic}. */
    boolean allows(String operation, String ofType, String resource) {
        return type.equals(ofType)
                && operations.contains(operation)
                && (pattern.equals("prefix") ? resource.startsWith(name) : resource.equals(name));
    }

    /** As Kafka keeps it: one for each operation. */
    List<AclBinding> bindings(String user) {
        return operations.stream().map(operation -> binding(user, operation)).toList();
    }

    AclBinding binding(String user, String operation) {
        ResourceType resource = switch (type) {
            case "topic" -> ResourceType.TOPIC;
            case "group" -> ResourceType.GROUP;
            case "transactionalId" -> ResourceType.TRANSACTIONAL_ID;
            default -> throw new AssertionError("no such resource: " + this);
        };
        PatternType patternType = pattern.equals("prefix") ? PatternType.PREFIXED : PatternType.LITERAL;
        String constant = operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        return new AclBinding(
                new ResourcePattern(resource, name, patternType),
                new AccessControlEntry("User:" + user, "*", AclOperation.valueOf(constant), AclPermissionType.ALLOW));
    }

    /** All that the users of the manifests may do. */
    static List<AclBinding> bindings(List<Manifest> users) {
        return users.stream()
                .flatMap(user -> of(user).stream().flatMap(access -> access.bindings(user.name()).stream()))
                .toList();
    }

    static Set<Access> of(Manifest user) {
        return Manifest.elements(user.at("/spec/authorization/acls")).stream()
                .map(Access::of)
                .collect(Collectors.toSet());
    }
}
