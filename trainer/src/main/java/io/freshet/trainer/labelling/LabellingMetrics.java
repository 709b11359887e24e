package io.freshet.trainer.labelling;

import io.freshet.trainer.round.TeacherAnswers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the trainer shows of labelling that it shares. Thread safe. */
public final class LabellingMetrics {

    private final AtomicInteger open = new AtomicInteger();
    private final Counter byTrainer;
    private final Counter byLabellers;

    public LabellingMetrics(MeterRegistry registry) {
        Gauge.builder("freshet.trainer.labelling.open", open, AtomicInteger::get)
                .description(
                        "Chunks of the round's images that nobody has labelled yet; 0 where labelling is not shared")
                .baseUnit("chunks")
                .register(registry);
        this.byTrainer = counter(registry, "trainer");
        this.byLabellers = counter(registry, "labellers");
    }

    private static Counter counter(MeterRegistry registry, String by) {
        return Counter.builder("freshet.trainer.labelling")
                .description("Images that teachers have labelled in rounds, by who did, each that counts once")
                .baseUnit("images")
                .tag("by", by)
                .register(registry);
    }

    /** The same answers, all of which the trainer itself gives. */
    public TeacherAnswers counting(TeacherAnswers answers) {
        return question -> {
            float[] said = answers.to(question);
            labelledByTrainer(question.material().unlabeled().size());
            return said;
        };
    }

    void open(int chunks) {
        open.set(chunks);
    }

    void labelledByTrainer(int images) {
        byTrainer.increment(images);
    }

    void labelledByLabellers(int images) {
        byLabellers.increment(images);
    }
}
