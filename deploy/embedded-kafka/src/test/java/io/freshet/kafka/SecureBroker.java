package io.freshet.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker that is spoken to over TLS only, by those who log in, and lets each do what its ACLs allow: as brokers are in
 * production. The caller closes it.
 */
public final class SecureBroker implements AutoCloseable {

    private static final String ADMIN = "admin";
    private static final String ADMIN_PASSWORD = "of-the-broker-alone";
    private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ITERATIONS = 4096;

    private final EmbeddedBroker broker;
    private final Admin admin;
    private final Path certificate;

    private SecureBroker(EmbeddedBroker broker, Path certificate, Map<String, String> administrator) {
        this.broker = broker;
        this.certificate = certificate;
        Map<String, Object> config = new HashMap<>(administrator);
        config.put("bootstrap.servers", broker.bootstrapServers());
        this.admin = Admin.create(config);
    }

    /**
     * Starts a broker whose users log in with a password, by SCRAM.
     *
     * @param settings of the broker, over those given here
     */
    public static SecureBroker withPasswords(Path folder, Map<String, String> settings)
            throws IOException, InterruptedException {
        Identity identity = Identity.make(Files.createDirectories(folder), "broker", "of-the-key-store");
        Map<String, String> all = new HashMap<>(settings(identity, "SASL_SSL"));
        all.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        all.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        // The one user that is there before there are any: the broker itself, which makes the others.
        all.put(
                "listener.name.plaintext.plain.sasl.jaas.config",
                login(PLAIN, ADMIN, ADMIN_PASSWORD, "user_" + ADMIN + "=\"" + ADMIN_PASSWORD + "\""));
        all.put("listener.name.plaintext.scram-sha-512.sasl.jaas.config", SCRAM + " required;");
        all.putAll(settings);
        Map<String, String> administrator = new HashMap<>(trust(identity.certificate()));
        administrator.put("security.protocol", "SASL_SSL");
        administrator.put("sasl.mechanism", "PLAIN");
        administrator.put("sasl.jaas.config", login(PLAIN, ADMIN, ADMIN_PASSWORD, ""));
        return new SecureBroker(
                EmbeddedBroker.start(folder.resolve("data"), 0, all), identity.certificate(), administrator);
    }

    /** Starts a broker whose users show a certificate, and are who that says: mutual TLS. */
    public static SecureBroker withCertificates(Path folder, List<Identity> users)
            throws IOException, InterruptedException {
        Identity identity = Identity.make(Files.createDirectories(folder), ADMIN, "of-the-key-store");
        StringBuilder trusted = new StringBuilder(Files.readString(identity.certificate()));
        for (Identity user : users) {
            trusted.append(Files.readString(user.certificate()));
        }
        Path trustStore = Files.writeString(folder.resolve("trusted.pem"), trusted);
        Map<String, String> all = new HashMap<>(settings(identity, "SSL"));
        all.put("ssl.client.auth", "required");
        all.put("ssl.truststore.location", trustStore.toString());
        all.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/");
        Map<String, String> administrator = certificateLogin(identity, identity.certificate());
        return new SecureBroker(
                EmbeddedBroker.start(folder.resolve("data"), 0, all), identity.certificate(), administrator);
    }

    private static Map<String, String> settings(Identity identity, String protocol) {
        Map<String, String> settings = new HashMap<>(trust(identity.certificate()));
        settings.put("listener.security.protocol.map", "PLAINTEXT:" + protocol + ",CONTROLLER:PLAINTEXT");
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", identity.keyStore().toString());
        settings.put("ssl.keystore.password", identity.password());
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The broker itself, and the controller beside it, which only this process can reach by its own listener.
        settings.put("super.users", "User:" + ADMIN + ";User:ANONYMOUS");
        return settings;
    }

    private static Map<String, String> trust(Path certificate) {
        return Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", certificate.toString());
    }

    private static String login(String module, String user, String password, String more) {
        return module + " required username=\"" + user + "\" password=\"" + password + "\" " + more + ";";
    }

    /** As in {@code 127.0.0.1:9092}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** PEM file of the broker's certificate, for those who are to trust it. */
    public Path certificate() {
        return certificate;
    }

    /** The rights of all; not to be closed. */
    public Admin admin() {
        return admin;
    }

    /** What a client sets to log in with a password. */
    public Map<String, String> login(String user, String password) {
        Map<String, String> properties = new HashMap<>(trust(certificate));
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "SCRAM-SHA-512");
        properties.put("sasl.jaas.config", login(SCRAM, user, password, ""));
        return properties;
    }

    /** What a client sets to log in with a certificate. */
    public Map<String, String> login(Identity user) {
        return certificateLogin(user, certificate);
    }

    private static Map<String, String> certificateLogin(Identity user, Path trusted) {
        Map<String, String> properties = new HashMap<>(trust(trusted));
        properties.put("security.protocol", "SSL");
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.keystore.location", user.keyStore().toString());
        properties.put("ssl.keystore.password", user.password());
        return properties;
    }

    /** Makes a user, or gives it another password; returns when the broker knows. */
    public void setPassword(String user, String password) throws ExecutionException, InterruptedException {
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)))
                .all()
                .get();
        await("the broker knows the user " + user)
                .atMost(PATIENCE)
                .until(() -> admin.describeUserScramCredentials().users().get().contains(user));
    }

    /** Returns when the broker keeps them. */
    public void allow(Collection<AclBinding> acls) throws ExecutionException, InterruptedException {
        admin.createAcls(acls).all().get();
        await("the broker knows the ACLs").atMost(PATIENCE).until(() -> acls().containsAll(acls));
    }

    /** Takes ACLs away; returns when the broker does not keep them any more. */
    public void disallow(Collection<AclBinding> acls) throws ExecutionException, InterruptedException {
        admin.deleteAcls(acls.stream().map(AclBinding::toFilter).toList()).all().get();
        await("the broker forgets the ACLs")
                .atMost(PATIENCE)
                .until(() -> acls().stream().noneMatch(acls::contains));
    }

    private Set<AclBinding> acls() throws ExecutionException, InterruptedException {
        return new HashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
