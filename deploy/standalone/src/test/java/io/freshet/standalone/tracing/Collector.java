package io.freshet.standalone.tracing;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A collector of traces that takes OTLP over HTTP, and keeps what it gets. Thread safe; the caller closes it. */
public final class Collector implements AutoCloseable {

    /**
     * A span that came.
     *
     * @param service name of the resource
     * @param parent span id, empty for none
     * @param links trace ids
     */
    public record Received(
            String service,
            String name,
            String trace,
            String id,
            String parent,
            Span.SpanKind kind,
            Map<String, String> tags,
            List<String> links,
            List<String> events) {

        public String tag(String key) {
            return tags.getOrDefault(key, "");
        }
    }

    private final HttpServer server;
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();

    private Collector(HttpServer server) {
        this.server = server;
    }

    /** Listens on a free port. */
    public static Collector start() throws IOException {
        return start(0);
    }

    static Collector start(int port) throws IOException {
        Collector collector =
                new Collector(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
        collector.server.createContext("/", collector::take);
        collector.server.start();
        return collector;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All that came so far. */
    public List<Received> spans() {
        return List.copyOf(spans);
    }

    /** Of a trace, in the order in which they came. */
    public List<Received> trace(String id) {
        return spans.stream().filter(span -> span.trace().equals(id)).toList();
    }

    /** The first of a name in a trace. */
    public Optional<Received> find(String trace, String name) {
        return trace(trace).stream().filter(span -> span.name().equals(name)).findFirst();
    }

    List<String> paths() {
        return List.copyOf(paths);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            paths.add(exchange.getRequestURI().getPath());
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body(exchange));
            request.getResourceSpansList().forEach(this::take);
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        }
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        return "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                ? new GZIPInputStream(exchange.getRequestBody())
                : exchange.getRequestBody();
    }

    private void take(ResourceSpans resource) {
        String service = tags(resource.getResource().getAttributesList()).getOrDefault("service.name", "");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
            for (Span span : scope.getSpansList()) {
                spans.add(new Received(
                        service,
                        span.getName(),
                        hex(span.getTraceId()),
                        hex(span.getSpanId()),
                        hex(span.getParentSpanId()),
                        span.getKind(),
                        tags(span.getAttributesList()),
                        span.getLinksList().stream()
                                .map(link -> hex(link.getTraceId()))
                                .toList(),
                        span.getEventsList().stream().map(Span.Event::getName).toList()));
            }
        }
    }

    private static Map<String, String> tags(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, Collector::value));
    }

    private static String value(KeyValue attribute) {
        return switch (attribute.getValue().getValueCase()) {
            case STRING_VALUE -> attribute.getValue().getStringValue();
            case INT_VALUE -> Long.toString(attribute.getValue().getIntValue());
            default -> attribute.getValue().toString();
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
