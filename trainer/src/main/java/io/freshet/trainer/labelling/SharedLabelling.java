package io.freshet.trainer.labelling;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Sha256;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.FilePatch;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.round.TeacherAnswers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's part of labelling that is shared: it offers the chunks to those who label, and labels from the last chunk
 * on while they do from the first, until they meet. What nobody else labels it labels itself, so that none has to be there,
 * and none is waited for. A chunk counts once: what comes first holds, and to the bit it is all the same.
 *
 * <p>For one thread at a time; the caller closes it.
 */
public final class SharedLabelling implements TeacherAnswers, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedLabelling.class);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(10);
    private static final String TRAINER = "the trainer";

    private final LabellingConfig config;
    private final LabelInbox labels;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LabellingMetrics metrics;
    private final OwnPart ownPart;

    /** How the trainer labels a chunk itself, from an image (inclusive) to another (exclusive). */
    @FunctionalInterface
    interface OwnPart {

        float[] label(Question question, int from, int to);
    }

    public SharedLabelling(LabellingConfig config, KafkaConnection connection, LabellingMetrics metrics) {
        this(
                config,
                connection,
                metrics,
                (question, from, to) ->
                        question.teacher().probabilities(question.material().unlabeled(), from, to));
    }

    SharedLabelling(LabellingConfig config, KafkaConnection connection, LabellingMetrics metrics, OwnPart ownPart) {
        this.config = config;
        this.ownPart = ownPart;
        this.labels = new LabelInbox(connection);
        this.metrics = metrics;
        this.producer = new KafkaProducer<>(
                connection.clientConfig(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "freshet-trainer-labelling",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.MAX_RECORD_BYTES)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public float[] to(Question question) throws IOException, InterruptedException {
        Material material = question.material();
        int images = material.unlabeled().size();
        boolean worthIt = material.positions().size() == images && images > config.chunkImages();
        Optional<List<FilePatch>> patches = worthIt
                ? TeacherPatch.between(
                        question.champion()
                                .folder()
                                .resolve(question.variables().getFileName()),
                        question.variables())
                : Optional.empty();
        if (patches.isEmpty()) {
            if (worthIt) {
                LOG.warn("The teacher differs too much from {} to be shared", question.model());
            }
            return metrics.counting(TeacherAnswers.here()).to(question);
        }
        return share(question, patches.get());
    }

    private float[] share(Question question, List<FilePatch> patches) throws IOException, InterruptedException {
        LabellingTask.Teacher teacher = new LabellingTask.Teacher(
                question.model(),
                question.champion().manifestSha256(),
                patches,
                TeacherPatch.sha256(question.variables()),
                question.mixedPrecision());
        ImagePool images = question.material().unlabeled();
        LabellingJob job =
                new LabellingJob(name(question, teacher), images.size(), config.chunkImages(), question.classes());
        Progress progress = new Progress(job);
        Consumer<ChunkLabels> taking = answer -> metrics.labelledByLabellers(job.take(answer));
        labels.catchUp(job.name(), taking); // what an attempt that was stopped has left
        metrics.open(job.open());
        offer(job, question, teacher);
        try {
            for (int chunk = job.chunks() - 1; chunk >= 0 && job.open() > 0; chunk--) {
                labels.read(job.name(), taking);
                if (!job.isLabelled(chunk)) {
                    float[] own = ownPart.label(question, job.from(chunk), job.to(chunk));
                    metrics.labelledByTrainer(job.put(chunk, own, TRAINER));
                }
                metrics.open(job.open());
                progress.show();
            }
        } finally {
            metrics.open(0);
        }
        return job.probabilities();
    }

    /** The same round over the same images with the same teacher is the same job, also in another process. */
    private String name(Question question, LabellingTask.Teacher teacher) {
        String what = String.join(
                "\n",
                question.model().model(),
                question.roundId(),
                question.material().sha256(),
                teacher.variablesSha256(),
                Integer.toString(config.chunkImages()));
        byte[] sum = Sha256.digest().digest(what.getBytes(StandardCharsets.UTF_8));
        return question.roundId() + "-" + HexFormat.of().formatHex(sum, 0, 8);
    }

    /** Chunks go round the partitions, so that who labels has an equal part of each stretch of them. */
    private void offer(LabellingJob job, Question question, LabellingTask.Teacher teacher) throws InterruptedException {
        ImagePool images = question.material().unlabeled();
        int partitions =
                producer.partitionsFor(Topics.LABELLING_TASKS.topicName()).size();
        RecordMetadata place = get(send(0, teacher));
        TopicPosition at = new TopicPosition(place.partition(), place.offset());
        for (int chunk = 0; chunk < job.chunks(); chunk++) {
            if (!job.isLabelled(chunk)) {
                Future<?> unused = send( // flushed below; what is lost, the trainer labels itself
                        chunk % partitions,
                        new LabellingTask.Chunk(
                                job.name(),
                                question.model().model(),
                                question.roundId(),
                                at,
                                chunk,
                                question.material().positions().range(job.from(chunk), job.to(chunk)),
                                ChunkSums.sha256(images, job.from(chunk), job.to(chunk))));
            }
        }
        producer.flush();
        LOG.info(
                "{} images in {} chunks are there to be labelled by whoever is in the group '{}'",
                images.size(),
                job.open(),
                config.group());
    }

    private Future<RecordMetadata> send(int partition, LabellingTask task) {
        return producer.send(new ProducerRecord<>(
                Topics.LABELLING_TASKS.topicName(), partition, null, Codecs.LABELLING_TASK.encode(task)));
    }

    private static RecordMetadata get(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka does not take what is to be labelled: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        producer.close();
        labels.close();
    }

    /** A line now and then, and at the end. */
    private static final class Progress {

        private final LabellingJob job;
        private final long begun = System.nanoTime();
        private long written = begun;

        Progress(LabellingJob job) {
            this.job = job;
        }

        void show() {
            long now = System.nanoTime();
            if (now - written >= PROGRESS_EVERY.toNanos() || job.open() == 0) {
                int done = job.chunks() - job.open();
                LOG.info(
                        "Labelling: chunk {} of {}, {} images/s, by {}",
                        done,
                        job.chunks(),
                        Math.round((double) done * job.to(0) * 1e9 / Math.max(1, now - begun)),
                        job.chunksBy());
                written = now;
            }
        }
    }
}
