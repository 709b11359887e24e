package io.freshet.benchmarks.ingest;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** Kafka Streams that copies the traffic to a topic that takes it without keys, exactly once, and does nothing else. */
final class PassThrough implements ThroughKafka.Application {

    private static final String ID = "pass-through";

    private final KafkaStreams streams;
    private final LongAdder done;

    private PassThrough(KafkaStreams streams, LongAdder done) {
        this.streams = streams;
        this.done = done;
    }

    static PassThrough start(KafkaConnection kafka, Path folder, int threads) {
        LongAdder done = new LongAdder();
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topics.TRAFFIC.topicName(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .peek((key, image) -> done.increment())
                .to(Topics.TRAFFIC_DLQ.topicName(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        KafkaStreams streams = new KafkaStreams(
                builder.build(),
                new StreamsConfig(kafka.clientConfig(Map.of(
                        StreamsConfig.APPLICATION_ID_CONFIG,
                        ID,
                        StreamsConfig.STATE_DIR_CONFIG,
                        folder.resolve("state").toString(),
                        StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                        threads,
                        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                        500,
                        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                        StreamsConfig.EXACTLY_ONCE_V2,
                        StreamsConfig.producerPrefix("batch.size"),
                        256 << 10,
                        StreamsConfig.producerPrefix("linger.ms"),
                        5,
                        StreamsConfig.producerPrefix("max.request.size"),
                        Topics.MAX_RECORD_BYTES))));
        streams.start();
        return new PassThrough(streams, done);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public double done() {
        return done.sum();
    }

    @Override
    public double kept() {
        return done();
    }

    @Override
    public boolean isHealthy() {
        return streams.state().isRunningOrRebalancing() || streams.state() == KafkaStreams.State.CREATED;
    }

    @Override
    public void close() {
        streams.close(Duration.ofSeconds(20));
    }
}
