package io.freshet.manifests;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's authorizer, of which one can learn what it was asked. Public, and without state of its own, for Kafka makes it. */
public final class RecordingAuthorizer extends StandardAuthorizer {

    /**
     * A question to the authorizer.
     *
     * @param operation as in {@code Write}
     */
    record Question(String user, ResourceType type, String resource, String operation, boolean allowed) {}

    private static final Set<Question> ASKED = ConcurrentHashMap.newKeySet();

    /** The questions of all authorizers in this JVM. */
    static Set<Question> asked() {
        return Set.copyOf(ASKED);
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
            // A question that is not worth a line in the log, such as which topics there are, or what a user may do to
            // one, uses no right, and no is a fine answer.
            if (allowed ? action.logIfAllowed() : action.logIfDenied()) {
                ASKED.add(new Question(
                        context.principal().getName(),
                        action.resourcePattern().resourceType(),
                        action.resourcePattern().name(),
                        word(action.operation()),
                        allowed));
            }
        }
        return results;
    }

    private static String word(AclOperation operation) {
        StringBuilder word = new StringBuilder();
        for (String part : operation.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }
}
