package io.freshet.serving.capture;

import java.io.IOException;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traffic that Kafka's client cannot bring to Kafka in its time goes to a {@link Spool}, and so does all that comes
 * later, until the spool has been replayed, first in, first out. A record can be in Kafka twice, when its
 * acknowledgement was lost or the replay was cut short.
 */
final class SpoolingDelivery implements Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolingDelivery.class);

    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration REPLAYING = Duration.ofMillis(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long REPLAY_BYTES = 4 << 20;

    /** A record that did not get through. */
    private record Failed(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome) {}

    private final TrafficProducer producer;
    private final Spool spool;
    private final CaptureMetrics metrics;
    private final Object settling = new Object();
    private int inFlight;

    /** By the order in which they came. */
    private final NavigableMap<Long, Failed> failed = new ConcurrentSkipListMap<>();

    private long sequence;
    private Optional<Replay> replay = Optional.empty();
    private long pausedUntil = System.nanoTime();

    /** @param spool closed with this delivery */
    SpoolingDelivery(TrafficProducer producer, Spool spool, CaptureMetrics metrics) {
        this.producer = producer;
        this.spool = spool;
        this.metrics = metrics;
        metrics.show(spool);
    }

    @Override
    public void deliver(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome)
            throws InterruptedException {
        Duration unused = step();
        if (spool.isEmpty()) {
            send(traffic, outcome);
        } else {
            store(traffic, outcome);
        }
    }

    private void send(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome) {
        long number = sequence++;
        synchronized (settling) {
            inFlight++;
        }
        Once settle = new Once(fault -> settle(number, new Failed(traffic, outcome), fault));
        try {
            producer.send(traffic, (sent, fault) -> settle.accept(fault));
        } catch (RuntimeException e) {
            settle.accept(e); // whatever an image runs into, the next must find the sender at work
        }
    }

    private void settle(long number, Failed record, @Nullable Exception fault) {
        if (fault == null) {
            record.outcome().complete(CaptureOutcome.SENT);
        } else {
            metrics.failing(fault);
            if (isOfTheRecord(fault)) {
                record.outcome().complete(CaptureOutcome.FAILED);
            } else {
                failed.put(number, record);
            }
        }
        synchronized (settling) {
            inFlight--;
            settling.notifyAll();
        }
    }

    /** Whether the record will never get through, however long it waits. */
    private static boolean isOfTheRecord(Exception fault) {
        return fault instanceof RecordTooLargeException || fault instanceof InvalidRecordException;
    }

    @Override
    public Duration step() throws InterruptedException {
        if (!failed.isEmpty()) {
            awaitSettled(); // so that those that came first are stored first
            storeFailed();
        }
        if (replay.isPresent() && replay.get().isDone()) {
            end(replay.get());
        }
        if (replay.isEmpty() && !spool.isEmpty() && System.nanoTime() - pausedUntil >= 0) {
            replay = begin();
        }
        return replay.isPresent() ? REPLAYING : IDLE;
    }

    /** Kafka's client brings each record to an end in its delivery timeout. */
    private void awaitSettled() throws InterruptedException {
        synchronized (settling) {
            while (inFlight > 0) {
                settling.wait();
            }
        }
    }

    private void storeFailed() {
        while (!failed.isEmpty()) {
            Failed first = failed.pollFirstEntry().getValue();
            store(first.traffic(), first.outcome());
        }
    }

    private void store(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome) {
        try {
            boolean fits = spool.append(SpooledRecords.encode(traffic));
            outcome.complete(fits ? CaptureOutcome.SPOOLED : CaptureOutcome.DROPPED);
        } catch (IOException e) {
            metrics.failing(e);
            outcome.complete(CaptureOutcome.FAILED);
        }
    }

    private Optional<Replay> begin() {
        try {
            Replay begun = new Replay(spool.first(REPLAY_BYTES));
            begun.send(producer, metrics);
            return Optional.of(begun);
        } catch (IOException e) {
            LOG.warn("The spool of served images cannot be read: {}", e.toString());
            pause();
            return Optional.empty();
        }
    }

    private void end(Replay done) {
        replay = Optional.empty();
        if (done.mustBeRepeated()) {
            pause();
            return;
        }
        try {
            spool.remove(done.batch());
            metrics.replayed(done.batch().payloads().size());
        } catch (IOException e) {
            LOG.warn("What was replayed stays in the spool of served images: {}", e.toString());
            pause();
        }
    }

    private void pause() {
        pausedUntil = System.nanoTime() + PAUSE.toNanos();
    }

    @Override
    public void finish() throws IOException {
        storeFailed();
        replay.filter(Replay::isDone).ifPresent(this::end);
        spool.close();
    }

    /** Passes on the first word only: Kafka's client may report one failure twice, by its callback and by throwing. */
    private static final class Once {

        private final Consumer<@Nullable Exception> action;
        private boolean told;

        Once(Consumer<@Nullable Exception> action) {
            this.action = action;
        }

        synchronized void accept(@Nullable Exception fault) {
            if (!told) {
                told = true;
                action.accept(fault);
            }
        }
    }

    /** The spool's first records, on their way. */
    private static final class Replay {

        private final Spool.Batch batch;
        private int pending;
        private boolean away;

        Replay(Spool.Batch batch) {
            this.batch = batch;
        }

        void send(TrafficProducer producer, CaptureMetrics metrics) {
            for (byte[] payload : batch.payloads()) {
                if (mustBeRepeated()) {
                    return; // no use in waiting for Kafka once for each
                }
                synchronized (this) {
                    pending++;
                }
                Once settle = new Once(fault -> settle(fault, metrics));
                try {
                    producer.send(SpooledRecords.decode(payload), (sent, fault) -> settle.accept(fault));
                } catch (IOException e) {
                    settle.accept(new InvalidRecordException("It is no traffic", e));
                } catch (RuntimeException e) {
                    settle.accept(e);
                }
            }
        }

        private synchronized void settle(@Nullable Exception fault, CaptureMetrics metrics) {
            pending--;
            if (fault != null) {
                metrics.failing(fault);
                if (isOfTheRecord(fault)) {
                    metrics.count(CaptureOutcome.FAILED);
                } else {
                    away = true;
                }
            }
        }

        synchronized boolean isDone() {
            return pending == 0;
        }

        synchronized boolean mustBeRepeated() {
            return away;
        }

        Spool.Batch batch() {
            return batch;
        }
    }
}
