package io.freshet.trainer.labelling;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.KeptImages;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the images of a chunk, by where they lie. For one thread; does not own the reader. */
final class ChunkImages {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkImages.class);

    /** Offsets between two images for which it is not worth to seek. */
    private static final long GAP = 500;

    private final TopicReader reader;
    private final Erasures erasures;
    private final KeptImages keptImages = new KeptImages();

    ChunkImages(TopicReader reader, Erasures erasures) {
        this.reader = reader;
        this.erasures = erasures;
    }

    /**
     * The images as the model takes them, to the bit those that the trainer has.
     *
     * @return empty if one of them is erased, or gone, or is another: then only the trainer can label the chunk
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<ImagePool> fetch(LabellingTask.Chunk chunk, ImageShape shape) throws InterruptedException {
        erasures.refresh();
        Map<TopicPosition, byte[]> found = new HashMap<>();
        Set<TopicPosition> wanted = Set.copyOf(chunk.images());
        reader.read(ranges(chunk.images()), record -> {
            TopicPosition place = new TopicPosition(record.partition(), record.offset());
            if (wanted.contains(place)) {
                RecordLog.decode(Codecs.UNLABELED_IMAGE, record)
                        .filter(image -> !erasures.contains(image.id(), image.subject()))
                        .flatMap(image -> keptImages.pixels(image.png(), shape))
                        .ifPresent(pixels -> found.put(place, pixels));
            }
        });
        ImagePool images = new ImagePool(shape.size());
        for (TopicPosition image : chunk.images()) {
            byte[] pixels = found.get(image);
            if (pixels == null) {
                LOG.info(
                        "Chunk {} of {} is left to the trainer: an image is erased or gone",
                        chunk.number(),
                        chunk.job());
                return Optional.empty();
            }
            images.add(pixels);
        }
        if (!ChunkSums.sha256(images, 0, images.size()).equals(chunk.pixelsSha256())) {
            LOG.warn("Chunk {} of {} is left to the trainer, which has other pixels", chunk.number(), chunk.job());
            return Optional.empty();
        }
        return Optional.of(images);
    }

    /** Stretches in which they lie close together. */
    private static List<OffsetRange> ranges(List<TopicPosition> images) {
        List<OffsetRange> ranges = new ArrayList<>();
        TopicPosition first = images.getFirst();
        TopicPosition last = first;
        for (TopicPosition image : images) {
            boolean follows = image.partition() == last.partition()
                    && image.offset() >= last.offset()
                    && image.offset() - last.offset() <= GAP;
            if (!follows) {
                ranges.add(range(first, last));
                first = image;
            }
            last = image;
        }
        ranges.add(range(first, last));
        return ranges;
    }

    private static OffsetRange range(TopicPosition first, TopicPosition last) {
        return new OffsetRange(Topics.UNLABELED.topicName(), first.partition(), first.offset(), last.offset() + 1);
    }
}
