package io.freshet.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.serving.feedback.TrueLabel.Named;
import io.freshet.serving.feedback.TrueLabel.Numbered;
import io.freshet.serving.feedback.TrueLabel.Unknown;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackBodyTest {

    private static FeedbackBody read(String json) {
        return FeedbackBody.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 3);
    }

    @Test
    void aLabelIsAClassByNameOrIndex() {
        assertThat(read("{'label': 'boot'}")).isEqualTo(new FeedbackBody.One(new Named("boot")));
        assertThat(read("{'label': 3}")).isEqualTo(new FeedbackBody.One(new Numbered(3)));
    }

    @Test
    void ofSeveralImagesSomeMayStayWithout() {
        assertThat(read("{'labels': ['boot', null, 3]}"))
                .isEqualTo(new FeedbackBody.Several(List.of(new Named("boot"), new Unknown(), new Numbered(3))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "boot",
                "{}",
                "[]",
                "{'label': null}",
                "{'label': 1.5}",
                "{'label': ['boot']}",
                "{'label': 99999999999}",
                "{'labels': 'boot'}",
                "{'labels': []}",
                "{'labels': [1, 2, 3, 4]}",
                "{'labels': [{}]}",
                "{'label': 'boot', 'labels': []}",
                "{'lable': 'boot'}",
                "{'label': 'boot'} {}"
            })
    void anythingElseIsMalformed(String json) {
        assertThat(read(json)).isInstanceOf(FeedbackBody.Malformed.class);
    }
}
