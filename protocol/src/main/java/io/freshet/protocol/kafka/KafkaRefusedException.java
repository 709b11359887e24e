package io.freshet.protocol.kafka;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/** Kafka is there, and does not let this program in, or not do what it needs. The message says to people what is missing. */
public final class KafkaRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KafkaRefusedException(String message) {
        super(message);
    }

    public KafkaRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a failure says for people, if Kafka's refusal is among its causes. */
    public static Optional<KafkaRefusedException> in(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(KafkaRefusedException::of)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<KafkaRefusedException> of(Throwable cause) {
        if (cause instanceof KafkaRefusedException refused) {
            return Optional.of(refused);
        }
        if (cause instanceof AuthenticationException denied) {
            return Optional.of(new KafkaRefusedException(explain(denied), denied));
        }
        if (cause instanceof AuthorizationException denied) {
            return Optional.of(new KafkaRefusedException(explain(denied), denied));
        }
        return Optional.empty();
    }

    private static String explain(AuthenticationException denied) {
        if (denied instanceof SslAuthenticationException) {
            return "The TLS handshake with Kafka fails: " + root(denied)
                    + ". Look at the ssl keys in kafka.properties: is the certificate that signed the broker's trusted"
                    + " (ssl.truststore), and does the broker ask for one of yours (ssl.keystore)?";
        }
        return "Kafka refuses the login: " + denied.getMessage()
                + ". Look at sasl.mechanism and sasl.jaas.config in kafka.properties";
    }

    private static String explain(AuthorizationException denied) {
        if (denied instanceof TopicAuthorizationException topics) {
            return "Kafka does not let this user at the topics " + String.join(", ", topics.unauthorizedTopics())
                    + ": an ACL is missing";
        }
        if (denied instanceof GroupAuthorizationException group) {
            return "Kafka does not let this user into the consumer group " + group.groupId() + ": an ACL is missing";
        }
        if (denied instanceof TransactionalIdAuthorizationException) {
            return "Kafka does not let this user write under its transactional id: an ACL is missing";
        }
        return "Kafka refuses: " + denied.getMessage();
    }

    /** Kafka's own message says only that a handshake has failed. */
    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
