package io.freshet.serving.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open connections, and how their clients are asked to leave. HTTP/2 tells a client at once, by GOAWAY, and it may finish
 * what it has begun. HTTP/1.1 can say it beside an answer only: {@code Connection: close}. What a client sends on a kept
 * connection at the very moment at which it is closed is lost, so those on which nothing comes are closed last.
 *
 * <p>Thread safe; each connection is touched on its event loop.
 */
final class Connections {

    private static final long NO_ERROR = 0;

    /** What a client has sent before it heard is answered too. */
    private static final int ANY_STREAM = Integer.MAX_VALUE;

    private final Map<HttpConnection, Client> open = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** Takes note of a new connection; on its event loop. */
    void opened(HttpConnection connection) {
        open.put(connection, new Client(connection, Vertx.currentContext()));
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** Takes note of a request before it is handled; on its event loop. */
    void begin(HttpServerRequest request) {
        Client client = open.get(request.connection());
        if (client != null) {
            client.begin(request);
        }
    }

    /** Asks all clients to leave, also those that are still to come. */
    void drain() {
        draining = true;
        open.values().forEach(client -> client.run(client::askToLeave));
    }

    /** Closes the connections on which no request is under way. */
    void closeIdle() {
        open.values().forEach(client -> client.run(client::closeIfIdle));
    }

    private final class Client {

        private final HttpConnection connection;
        private final Context eventLoop;
        private int underWay;
        private boolean http2;
        private boolean asked;

        Client(HttpConnection connection, Context eventLoop) {
            this.connection = connection;
            this.eventLoop = eventLoop;
        }

        void run(Runnable task) {
            eventLoop.runOnContext(now -> task.run());
        }

        void begin(HttpServerRequest request) {
            if (request.version() == HttpVersion.HTTP_2) {
                http2 = true;
                if (draining) {
                    askToLeave();
                }
                return;
            }
            underWay++;
            HttpServerResponse response = request.response();
            response.headersEndHandler(head -> {
                if (draining) {
                    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    asked = true;
                }
            });
            response.endHandler(ended -> {
                underWay--;
                if (asked) {
                    connection.close();
                }
            });
        }

        void askToLeave() {
            if (http2 && !asked) {
                asked = true;
                connection.goAway(NO_ERROR, ANY_STREAM);
            }
        }

        void closeIfIdle() {
            if (!http2 && underWay == 0) {
                connection.close();
            }
        }
    }
}
