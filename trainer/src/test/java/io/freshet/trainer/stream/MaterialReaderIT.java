package io.freshet.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class MaterialReaderIT {

    private static final int SIDE = 64;
    private static final ImageShape SHAPE = new ImageShape(32, 32, 3);
    private static final int JUDGES = 30;

    /** The ways in which a judging image comes again. */
    private static final List<UnaryOperator<BufferedImage>> COPIES = List.of(
            image -> image,
            image -> scaled(image, SIDE / 2),
            image -> scaled(image, 2 * SIDE),
            image -> image.getSubimage(0, 0, SIDE - 2, SIDE - 2)); // a twentieth of the area less

    @TempDir
    Path folder;

    private final List<Instant> told = new ArrayList<>();
    private TestBroker broker;
    private TopicReader reader;
    private KafkaProducer<String, byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.embedded(folder.resolve("kafka"));
        KafkaConnection connection = KafkaConnection.to(broker.bootstrapServers());
        connection.createMissingTopics(2, (short) 1);
        reader = new TopicReader(connection, "test");
        producer = connection.textKeyedProducer();
    }

    @AfterEach
    void stop() {
        producer.close();
        reader.close();
        broker.close();
    }

    @Test
    void noCopyOfAnImageThatJudgesIsLearnedFrom() throws Exception {
        LabeledSet labeled = new LabeledSet(List.of("a", "b"), SHAPE, images(1_000, 4), images(0, JUDGES));
        int fresh = 40;
        for (int i = 0; i < fresh; i++) {
            send(jpeg(picture(10_000 + i), .8f), false);
        }
        for (int seed = 0; seed < JUDGES; seed++) {
            for (UnaryOperator<BufferedImage> copy : COPIES) {
                send(jpeg(copy.apply(picture(seed)), .5f), false); // of the anchor
                send(jpeg(copy.apply(picture(5_000 + seed)), .5f), false); // of an image of the audit sample to come
            }
        }
        PixelImage labeledCopy = jpeg(picture(0), .4f);
        send(labeledCopy, false);
        send(Topics.LABELS, labeledCopy, Codecs.LABEL.encode(new Label(labeledCopy.id(), "a", "it", Instant.EPOCH)));
        for (int seed = 0; seed < JUDGES; seed++) {
            send(jpeg(picture(5_000 + seed), .9f), true);
        }
        producer.flush();

        Material material = reader(labeled, true).read(snapshot());

        int copies = 2 * JUDGES * COPIES.size() + 1;
        assertThat(material.leftOut()).as("of %d copies", copies).isBetween(copies * 98 / 100, copies);
        assertThat(material.unlabeled().size()).isBetween(fresh, fresh + copies * 2 / 100);
        assertThat(material.labeled().size()).isEqualTo(4);
        assertThat(told).hasSize(material.unlabeled().size());
        assertThat(reader(labeled, true).read(snapshot()).sha256()).isEqualTo(material.sha256());

        Material all = reader(labeled, false).read(snapshot());
        assertThat(all.leftOut()).isZero();
        assertThat(all.unlabeled().size() + all.labeled().size()).isEqualTo(fresh + copies + 4);
        assertThat(all.sha256()).isNotEqualTo(material.sha256());
    }

    @Test
    void aLabeledImageThatIsACopyOfTheAnchorsIsNotLearnedFrom() throws Exception {
        LabeledImages training = images(1_000, 3);
        add(training, jpeg(picture(0), .3f));

        Material material = reader(new LabeledSet(List.of("a", "b"), SHAPE, training, images(0, 1)), true)
                .read(snapshot());

        assertThat(material.leftOut()).isOne();
        assertThat(material.labeled().ids())
                .containsExactlyElementsOf(training.ids().subList(0, 3));
    }

    @Test
    void anAuditImageThatComesLaterJudgesOnlyIfNothingLikeItWasLearned() throws Exception {
        send(jpeg(picture(7), .8f), false);
        producer.flush();
        Material material = reader(new LabeledSet(List.of("a", "b"), SHAPE, images(1_000, 2), images(0, 1)), true)
                .read(snapshot());

        LabeledImages audit = new LabeledImages(SHAPE.size());
        add(audit, jpeg(scaled(picture(7), SIDE / 2), .8f));
        add(audit, jpeg(picture(1_001), .6f)); // of one that people labeled
        add(audit, jpeg(picture(8), .8f));

        assertThat(material.apart(audit).ids()).containsExactly(audit.id(2));
    }

    private MaterialReader reader(LabeledSet labeled, boolean leaveOutNear) {
        told.clear();
        return new MaterialReader(reader, labeled, new Erasures(reader), leaveOutNear, (at, trace) -> told.add(at));
    }

    private Snapshotted snapshot() {
        List<OffsetRange> unlabeled = reader.all(Topics.UNLABELED);
        return new Snapshotted(Trigger.MANUAL, "a test", Optional.empty(), unlabeled, reader.all(Topics.LABELS), 1);
    }

    private void send(PixelImage image, boolean audit) {
        send(
                Topics.UNLABELED,
                image,
                Codecs.UNLABELED_IMAGE.encode(new UnlabeledImage(
                        image.id(),
                        image.toPng(),
                        "",
                        "",
                        Instant.EPOCH,
                        new TopicPosition(0, 0),
                        Optional.empty(),
                        audit)));
    }

    private void send(Topics topic, PixelImage image, byte[] value) {
        var unused =
                producer.send(new ProducerRecord<>(topic.topicName(), image.id().hex(), value));
    }

    /** As a labeled folder gives them. */
    private static LabeledImages images(long firstSeed, int count) throws IOException {
        LabeledImages images = new LabeledImages(SHAPE.size());
        for (int i = 0; i < count; i++) {
            add(images, jpeg(picture(firstSeed + i), 1));
        }
        return images;
    }

    private static void add(LabeledImages images, PixelImage image) {
        images.add(image.id(), image.toModelInput(SHAPE.height(), SHAPE.width(), SHAPE.channels()), 0);
    }

    /** Coloured blobs of all sizes, as a photograph has them. */
    private static BufferedImage picture(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int size = SIDE; size > 4; size = size * 9 / 10) {
            canvas.setColor(new Color(random.nextInt(1 << 24)));
            canvas.fillOval(random.nextInt(SIDE) - size / 2, random.nextInt(SIDE) - size / 2, size, size);
        }
        canvas.dispose();
        return image;
    }

    private static BufferedImage scaled(BufferedImage image, int side) {
        BufferedImage scaled = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = scaled.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        canvas.drawImage(image, 0, 0, side, side, null);
        canvas.dispose();
        return scaled;
    }

    /** After JPEG of a quality, 0 to 1. */
    private static PixelImage jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return ((DecodeResult.Decoded) new ImageDecoder(DecodeLimits.DEFAULT).decode(bytes.toByteArray())).image();
    }
}
