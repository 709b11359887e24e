package io.freshet.serving.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.ImageId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AnsweredIndexTest {

    private static final ImageId FIRST = new ImageId("0123456789abcdef".repeat(4));
    private static final ImageId SECOND = new ImageId("fe".repeat(32));

    private final AnsweredIndex index = new AnsweredIndex(3);

    private void add(String eventId, ImageId image, String model) {
        index.add(new AnsweredImage(eventId, image, model, Instant.EPOCH));
    }

    @Test
    void anImageIsFoundByItsEventWithTheModelThatAnswered() {
        add("request-1", FIRST, "fashion");

        assertThat(index.find("request-1")).hasValue(new AnsweredIndex.Answered(FIRST, "fashion"));
        assertThat(index.find("request-2")).isEmpty();
    }

    @Test
    void theOldestAreForgotten() {
        for (int i = 1; i <= 4; i++) {
            add("request-" + i, FIRST, "fashion");
        }
        assertThat(index.size()).isEqualTo(3);
        assertThat(index.find("request-1")).isEmpty();
        assertThat(index.find("request-4")).isPresent();
    }

    @Test
    void ofTwoAnswersUnderOneIdTheLaterCountsAndIsTheYounger() {
        add("request-1", FIRST, "fashion");
        add("request-2", FIRST, "fashion");
        add("request-3", FIRST, "fashion");
        add("request-1", SECOND, "cars");
        add("request-4", FIRST, "fashion");

        assertThat(index.find("request-1")).hasValue(new AnsweredIndex.Answered(SECOND, "cars"));
        assertThat(index.find("request-2")).isEmpty();
    }

    @Test
    void itCannotRememberLessThanNothing() {
        assertThatThrownBy(() -> new FeedbackConfig(-1)).hasMessageContaining("feedback.remembered");
    }
}
