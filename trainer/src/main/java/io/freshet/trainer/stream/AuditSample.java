package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit sample: images drawn uniformly from the traffic that people have labeled, and that no model is ever trained
 * on, without those that are erased. Holds the most recent ones in memory, bounded. For one thread at a time.
 */
public final class AuditSample {

    private static final Logger LOG = LoggerFactory.getLogger(AuditSample.class);

    /** Labels may come long after the requests, so many more are remembered than judge. */
    private static final int REMEMBERED = 50_000;

    private static final long REMEMBERED_BYTES = 256L << 20;

    private final TopicReader reader;
    private final LabeledSet labeledSet;
    private final Erasures erasures;
    private final KeptImages keptImages = new KeptImages();
    private final SequencedMap<ImageId, LabelRequest> asked = new LinkedHashMap<>();
    private final SequencedMap<ImageId, String> labels = new LinkedHashMap<>();
    private final TopicTail newLabels;
    private long askedBytes;
    private List<OffsetRange> requestsRead = List.of();

    public AuditSample(TopicReader reader, LabeledSet labeledSet, Erasures erasures) {
        this.reader = reader;
        this.labeledSet = labeledSet;
        this.erasures = erasures;
        this.newLabels = TopicTail.fromBeginning(reader, Topics.LABELS);
    }

    /**
     * The most recent labeled images of the sample, as of now, in the order in which they were observed. A label of a
     * class that the model does not know is left out: no answer of the model could be right.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public LabeledImages recent(int most) throws InterruptedException {
        catchUp();
        List<LabelRequest> labeled = asked.values().stream()
                .filter(request -> labels.containsKey(request.id()))
                .sorted(Comparator.comparing(LabelRequest::observedAt))
                .toList();
        ImageShape shape = labeledSet.shape();
        LabeledImages sample = new LabeledImages(shape.size());
        for (LabelRequest request : labeled.subList(Math.max(0, labeled.size() - most), labeled.size())) {
            add(request, shape, sample);
        }
        return sample;
    }

    private void add(LabelRequest request, ImageShape shape, LabeledImages sample) {
        int label = labeledSet.classes().indexOf(labels.get(request.id()));
        if (label < 0) {
            LOG.warn(
                    "Image {} is labeled '{}', which is no class of the model", request.id(), labels.get(request.id()));
            return;
        }
        keptImages.pixels(request.png(), shape).ifPresent(pixels -> sample.add(request.id(), pixels, label));
    }

    private void catchUp() throws InterruptedException {
        List<OffsetRange> requests = requestsRead.isEmpty()
                ? reader.latest(Topics.LABEL_REQUESTS, REMEMBERED)
                : reader.after(Topics.LABEL_REQUESTS, requestsRead);
        reader.read(
                requests,
                record -> RecordLog.decode(Codecs.LABEL_REQUEST, record).ifPresent(this::remember));
        requestsRead = requests;

        newLabels.read(record -> RecordLog.decode(Codecs.LABEL, record).ifPresent(this::remember));

        erasures.refresh();
        forgetErased();
    }

    private void forgetErased() {
        for (Iterator<LabelRequest> all = asked.values().iterator(); all.hasNext(); ) {
            LabelRequest request = all.next();
            if (erasures.contains(request.id(), request.subject())) {
                all.remove();
                askedBytes -= request.png().size();
                labels.remove(request.id());
            }
        }
    }

    private void remember(LabelRequest request) {
        LabelRequest before = asked.put(request.id(), request);
        askedBytes += request.png().size() - (before == null ? 0 : before.png().size());
        while (asked.size() > REMEMBERED || askedBytes > REMEMBERED_BYTES) {
            askedBytes -= asked.pollFirstEntry().getValue().png().size();
        }
    }

    private void remember(Label label) {
        labels.put(label.id(), label.label());
        if (labels.size() > REMEMBERED) {
            labels.pollFirstEntry();
        }
    }
}
