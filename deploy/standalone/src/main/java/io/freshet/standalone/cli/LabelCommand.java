package io.freshet.standalone.cli;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.Topics;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports what people say that images show. */
@Command(
        name = "label",
        description =
                "Import people's labels: a CSV file of image ids and classes, one image a line, or a folder with a"
                        + " folder of images for each class.")
final class LabelCommand implements Callable<Integer> {

    private static final Pattern LINE = Pattern.compile("\\s*\"?([0-9a-fA-F]{64})\"?\\s*,\\s*\"?([^\",]+)\"?\\s*");

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "FILE|FOLDER",
            description = "The labels. A first line without an image id is taken for a header.")
    private Path input = Path.of("");

    @Option(
            names = "--labeler",
            paramLabel = "NAME",
            defaultValue = "freshet-label",
            description = "Who says so (default: ${DEFAULT-VALUE}).")
    private String labeler = "";

    @Override
    public Integer call() throws Exception {
        if (!Files.exists(input)) {
            throw new UserException("There is no file or folder " + input);
        }
        // Read whole before any is sent: a file with a wrong line changes nothing.
        FreshetConfig config = common.load();
        List<Label> labels =
                Files.isDirectory(input) ? fromFolder(config.ingest().keptSide()) : fromCsv();
        KafkaConnection connection = CommonOptions.connect(config, Set.of(), Set.of(Topics.LABELS));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            for (Label label : labels) {
                sent.add(producer.send(new ProducerRecord<>(
                        Topics.LABELS.topicName(), label.id().hex(), Codecs.LABEL.encode(label))));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
        System.out.println(labels.size() + " labels are in " + Topics.LABELS);
        return 0;
    }

    private List<Label> fromCsv() throws IOException {
        List<String> lines = Files.readAllLines(input);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            var matcher = LINE.matcher(lines.get(i));
            if (matcher.matches()) {
                labels.add(label(new ImageId(matcher.group(1).toLowerCase(Locale.ROOT)), matcher.group(2)));
            } else if (i > 0 && !lines.get(i).isBlank()) {
                throw new UserException(input + ", line " + (i + 1) + ": an image id (64 hexadecimal digits), a comma"
                        + " and a class are wanted, not: " + lines.get(i));
            }
        }
        return labels;
    }

    /** @param keptSide to which ingest shrinks images before it names them */
    private List<Label> fromFolder(int keptSide) throws IOException {
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        List<Label> labels = new ArrayList<>();
        try (Stream<Path> files = Files.walk(input)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path ofClass = file.resolveSibling("").getFileName();
                if (input.relativize(file).getNameCount() < 2 || ofClass == null) {
                    throw new UserException(file + " lies in no class's folder");
                }
                if (decoder.decode(Files.readAllBytes(file)) instanceof DecodeResult.Decoded decoded) {
                    labels.add(label(decoded.image().within(keptSide).id(), ofClass.toString()));
                } else {
                    System.err.println(file + " is no image; left out");
                }
            }
        }
        return labels;
    }

    private Label label(ImageId id, String name) {
        return new Label(id, name.strip(), labeler, Instant.now());
    }
}
