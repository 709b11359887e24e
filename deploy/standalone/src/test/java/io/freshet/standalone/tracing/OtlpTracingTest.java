package io.freshet.standalone.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.standalone.deployment.Ports;
import io.micrometer.tracing.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class OtlpTracingTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String KEPT = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final String NOT_KEPT = "00-" + TRACE + "-b7ad6b7169203331-00";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(LoggingExporter.class);

    private Collector collector;

    @BeforeEach
    void start() throws Exception {
        collector = Collector.start();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private OtlpTracing open(double ratio) {
        return OtlpTracing.open(new TracingConfig(Optional.of(collector.endpoint()), ratio), "serving");
    }

    private static String text(Headers headers, String key) {
        return new String(headers.lastHeader(key).value(), StandardCharsets.US_ASCII);
    }

    @Test
    void spansComeToTheCollectorUnderTheNameOfTheirService() {
        try (OtlpTracing traces = open(1)) {
            traces.tracing().root().name("one").start().end();
        }

        assertThat(collector.paths()).containsExactly("/v1/traces");
        assertThat(collector.spans()).singleElement().satisfies(span -> {
            assertThat(span.service()).isEqualTo("freshet-serving");
            assertThat(span.name()).isEqualTo("one");
            assertThat(span.parent()).isEmpty();
        });
    }

    @Test
    void whoeverHasBegunATraceHasDecidedWhetherItIsKept() {
        try (OtlpTracing none = open(0);
                OtlpTracing all = open(1)) {
            none.tracing().after(KEPT).name("kept").start().end();
            all.tracing().after(NOT_KEPT).name("not kept").start().end();
            none.tracing().root().name("nobody asked for").start().end();
        }

        assertThat(collector.spans()).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("kept");
            assertThat(span.trace()).isEqualTo(TRACE);
            assertThat(span.parent()).isEqualTo("b7ad6b7169203331");
        });
    }

    @Test
    void roundsAreAlwaysKept() {
        TracingConfig config = new TracingConfig(Optional.of(collector.endpoint()), 0);
        try (OtlpTracing traces = OtlpTracing.open(config, "trainer")) {
            traces.tracing().root().name("round").start().end();
        }

        assertThat(collector.spans()).hasSize(1);
    }

    @Test
    void aTraceGoesOnOverRecordsAlsoWhereNothingOfItIsKept() {
        Headers headers = new RecordHeaders();
        try (OtlpTracing traces = open(1)) {
            Tracing tracing = traces.tracing();
            Span unkept = tracing.after(NOT_KEPT).name("not kept").start();
            tracing.write(unkept, headers);
            assertThat(text(headers, "traceparent"))
                    .startsWith("00-" + TRACE + "-")
                    .endsWith("-00");
            assertThat(Tracing.sampledParent(headers)).isEmpty();

            Span kept = tracing.after(KEPT).name("kept").start();
            tracing.writeEvent(kept, headers);
            assertThat(headers.headers("traceparent")).hasSize(1);
            assertThat(text(headers, "ce_traceparent")).isEqualTo(tracing.parent(kept));
            assertThat(Tracing.sampledParent(headers)).contains(tracing.parent(kept));
            tracing.after(headers).name("behind it").start().end();
            kept.end();
        }

        assertThat(collector.find(TRACE, "behind it").orElseThrow().parent())
                .isEqualTo(collector.find(TRACE, "kept").orElseThrow().id());
    }

    @Test
    void theTraceOfAnEventIsTakenWhereItsRecordHasNone() {
        Headers headers = new RecordHeaders().add("ce_traceparent", KEPT.getBytes(StandardCharsets.US_ASCII));
        try (OtlpTracing traces = open(0)) {
            traces.tracing().after(headers).name("from a camera").start().end();
        }

        assertThat(collector.find(TRACE, "from a camera")).isPresent();
    }

    @Test
    void aTraceThatIsNoneBeginsANewOne() {
        try (OtlpTracing traces = open(1)) {
            for (String broken : List.of("", "00-xyz", "00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01")) {
                traces.tracing().after(broken).name("new").start().end();
            }
        }

        assertThat(collector.spans())
                .hasSize(3)
                .allSatisfy(span -> assertThat(span.parent()).isEmpty());
    }

    @Test
    void aCollectorThatIsNotThereIsSaidOnceAndSoIsItsReturn() throws Exception {
        int port = Ports.free(1).getFirst();
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        ListAppender<ILoggingEvent> log = listen();
        try (OtlpTracing traces = OtlpTracing.open(new TracingConfig(Optional.of(endpoint), 1), "serving")) {
            for (int i = 0; i < 3; i++) {
                traces.tracing().root().name("lost").start().end();
                traces.flush();
            }
            assertThat(log.list).singleElement().satisfies(said -> {
                assertThat(said.getLevel()).isEqualTo(Level.WARN);
                assertThat(said.getFormattedMessage())
                        .contains(
                                "Traces cannot be sent to " + endpoint + "/v1/traces",
                                "tracing.endpoint",
                                "dropped",
                                "ConnectException");
            });
            try (Collector late = Collector.start(port)) {
                await().atMost(PATIENCE).until(() -> {
                    traces.tracing().root().name("found").start().end();
                    traces.flush();
                    return late.spans().stream().anyMatch(span -> span.name().equals("found"));
                });
            }
            assertThat(log.list).hasSize(2);
            assertThat(log.list.getLast().getFormattedMessage()).contains("again");
        } finally {
            LOGGER.detachAppender(log);
        }
    }

    @Test
    void somethingElseThatAnswersThereIsSaidToo() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        other.start();
        URI endpoint = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
        ListAppender<ILoggingEvent> log = listen();
        try (OtlpTracing traces = OtlpTracing.open(new TracingConfig(Optional.of(endpoint), 1), "serving")) {
            traces.tracing().root().name("lost").start().end();
            traces.flush();
            assertThat(log.list)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .contains("something answers there, but does not take them");
        } finally {
            LOGGER.detachAppender(log);
            other.stop(0);
        }
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        LOGGER.addAppender(log);
        return log;
    }

    @Test
    void withoutAnEndpointEverySpanIsTheOneThatDoesNothing() {
        try (OtlpTracing none = OtlpTracing.open(TracingConfig.defaults(), "serving")) {
            Tracing tracing = none.tracing();
            Headers headers = new RecordHeaders();

            assertThat(tracing.isOn()).isFalse();
            assertThat(tracing.after(KEPT).name("no").start()).isSameAs(Span.NOOP);
            assertThat(tracing.childOf(Span.NOOP).start()).isSameAs(Span.NOOP);
            assertThat(tracing.current()).isSameAs(Span.NOOP);
            assertThat(tracing.link(KEPT)).isEmpty();
            tracing.writeEvent(tracing.root().start(), headers);
            assertThat(headers).isEmpty();
        }
    }
}
