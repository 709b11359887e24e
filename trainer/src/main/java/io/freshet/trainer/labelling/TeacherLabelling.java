package io.freshet.trainer.labelling;

import io.freshet.engine.Classifier;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.stream.RecordLog;
import io.freshet.trainer.stream.TopicReader;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Labels chunks with the teacher that they name. For one thread; owns nothing of what it is given. */
final class TeacherLabelling implements ChunkLabelling {

    private final TopicReader reader;
    private final ChunkImages images;
    private final Teachers teachers;
    private @Nullable TopicPosition lastPlace;
    private LabellingTask.@Nullable Teacher last;

    TeacherLabelling(TopicReader reader, ChunkImages images, Teachers teachers) {
        this.reader = reader;
        this.images = images;
        this.teachers = teachers;
    }

    @Override
    public Optional<ChunkLabels> label(LabellingTask.Chunk chunk, String labeller)
            throws TeacherUnavailableException, InterruptedException {
        TrainableModel model = teachers.load(teacher(chunk.teacher()));
        Classifier classifier = model.classifier();
        ImageShape shape = new ImageShape(classifier.height(), classifier.width(), classifier.channels());
        return images.fetch(chunk, shape)
                .map(found -> new Teacher(model).probabilities(found, 0, found.size()))
                .map(rows -> new ChunkLabels(
                        chunk.job(), chunk.number(), classifier.classes(), FloatBuffer.wrap(rows), labeller));
    }

    private LabellingTask.Teacher teacher(TopicPosition place)
            throws TeacherUnavailableException, InterruptedException {
        LabellingTask.Teacher known = last;
        if (known != null && place.equals(lastPlace)) {
            return known;
        }
        List<LabellingTask.Teacher> found = new ArrayList<>();
        OffsetRange there = new OffsetRange(
                Topics.LABELLING_TASKS.topicName(), place.partition(), place.offset(), place.offset() + 1);
        reader.read(
                List.of(there),
                record -> RecordLog.decode(Codecs.LABELLING_TASK, record).ifPresent(task -> {
                    if (task instanceof LabellingTask.Teacher teacher) {
                        found.add(teacher);
                    }
                }));
        if (found.isEmpty()) {
            throw new TeacherUnavailableException("There is no teacher at " + place + " of " + Topics.LABELLING_TASKS);
        }
        last = found.getFirst();
        lastPlace = place;
        return found.getFirst();
    }
}
