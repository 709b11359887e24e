package io.freshet.benchmarks.serving;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/1.1 that is kept alive: as little as it takes, so that the client leaves the cores to the server.
 * For one thread. The caller closes it.
 */
final class HttpConnection implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private final InetSocketAddress server;
    private @Nullable Socket socket;
    private InputStream input = InputStream.nullInputStream();

    HttpConnection(InetSocketAddress server) {
        this.server = server;
    }

    /**
     * Sends a request, and waits for its answer.
     *
     * @param key by which the server tells clients apart
     * @return the version that answered
     * @throws IOException if there is no answer, or one that is no success
     */
    String post(Payload payload, String key) throws IOException {
        try {
            open().getOutputStream().write(request(payload, key));
            return answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Socket open() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            open.setTcpNoDelay(true);
            open.setSoTimeout(READ_TIMEOUT_MILLIS);
            open.connect(server);
            input = new BufferedInputStream(open.getInputStream());
            socket = open;
        }
        return open;
    }

    private static byte[] request(Payload payload, String key) {
        StringBuilder head = new StringBuilder("POST ")
                .append(payload.path())
                .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nFreshet-Routing-Key: ")
                .append(key)
                .append("\r\n");
        payload.headers().forEach(header -> head.append(header).append("\r\n"));
        head.append("Content-Length: ").append(payload.body().length).append("\r\n\r\n");
        byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(bytes.length + payload.body().length)
                .put(bytes)
                .put(payload.body())
                .array();
    }

    private String answer() throws IOException {
        String status = line();
        int length = 0;
        String version = "";
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).strip();
            switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "freshet-model-version" -> version = value;
                default -> {}
            }
        }
        input.skipNBytes(length);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status);
        }
        return version;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("The server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
