package io.freshet.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who a test's server or client is: a key and a certificate that it signed itself, for the loopback interface. Made by the
 * JDK's keytool, so that no library is wanted.
 *
 * @param name its common name
 * @param keyStore PKCS#12 file with the key and the certificate, under the password
 * @param certificate PEM file, which whoever is to trust it is given
 * @param key PEM file, not encrypted
 */
public record Identity(String name, Path keyStore, Path certificate, Path key, String password) {

    private static final String ALIAS = "key";

    /** Makes files in a folder, which must exist. */
    public static Identity make(Path folder, String name, String password) throws IOException, InterruptedException {
        Identity identity = new Identity(
                name,
                folder.resolve(name + ".p12"),
                folder.resolve(name + "-certificate.pem"),
                folder.resolve(name + "-key.pem"),
                password);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-alias",
                        ALIAS,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        password,
                        "-keystore",
                        identity.keyStore.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        try {
            KeyStore keys = identity.open();
            write(
                    identity.certificate,
                    "CERTIFICATE",
                    keys.getCertificate(ALIAS).getEncoded());
            write(
                    identity.key,
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, password.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return identity;
    }

    /** Its key store. */
    public KeyStore open() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, password.toCharArray());
        }
        return keys;
    }

    /** For a client that trusts these, and no others. */
    public static SSLContext trusting(List<Identity> all) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Identity identity : all) {
            trusted.setCertificateEntry(identity.name, identity.open().getCertificate(ALIAS));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void write(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return name;
    }
}
