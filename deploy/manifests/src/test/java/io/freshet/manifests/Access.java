package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

    static Set<Access> of(Manifest user) {
        return Manifest.elements(user.at("/spec/authorization/acls")).stream()
                .map(Access::of)
                .collect(Collectors.toSet());
    }
}
