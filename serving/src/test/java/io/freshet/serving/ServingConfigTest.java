package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.inference.LimitsConfig;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ServingConfigTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .build();

    private static ServingConfig with(Consumer<ObjectNode> change) throws Exception {
        ObjectNode tree = JSON.valueToTree(ServingConfig.defaults());
        change.accept(tree);
        return JSON.treeToValue(tree, ServingConfig.class);
    }

    @Test
    void theDefaultsServeAllAnnouncedModelsOnPort8080() {
        ServingConfig defaults = ServingConfig.defaults();

        assertThat(defaults.host()).isEqualTo("0.0.0.0");
        assertThat(defaults.port()).isEqualTo(8080);
        assertThat(defaults.models()).isEmpty();
        assertThat(defaults.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.batching()).isEqualTo(BatchingConfig.defaults());
        assertThat(defaults.limits().maxBodyBytes()).isEqualTo(16 << 20);
    }

    @Test
    void theAdminTokenIsNotInWhatIsLogged() throws Exception {
        assertThat(with(tree -> tree.put("adminToken", "sesame"))).asString().doesNotContain("sesame");
    }

    /** A loader of YAML goes over this tree. */
    @Test
    void theDefaultsComeThroughATreeOfJsonAsTheyWere() throws Exception {
        ServingConfig same = with(tree -> {});

        assertThat(same.cacheDirectory())
                .isEqualTo(ServingConfig.defaults().cacheDirectory().toAbsolutePath());
        assertThat(same)
                .usingRecursiveComparison()
                .ignoringFields("cacheDirectory", "capture.spoolDirectory") // URIs in this tree, and so absolute
                .isEqualTo(ServingConfig.defaults());
    }

    @Test
    void whatCannotWorkIsRefusedByItsKey() {
        assertThatThrownBy(() -> with(tree -> tree.put("port", 70_000))).hasMessageContaining("port");
        assertThatThrownBy(() -> with(tree -> tree.put("host", " "))).hasMessageContaining("host");
        assertThatThrownBy(() -> with(tree -> tree.put("requestThreads", 0))).hasMessageContaining("requestThreads");
        assertThatThrownBy(() -> with(tree -> tree.put("eventLoops", 0))).hasMessageContaining("eventLoops");
        assertThatThrownBy(() -> with(tree -> tree.put("sessionThreads", -1))).hasMessageContaining("sessionThreads");
        assertThatThrownBy(() -> with(tree -> tree.put("warmupShare", 0))).hasMessageContaining("warmupShare");
        assertThatThrownBy(() -> with(tree -> tree.withObject("/rollout/canary").put("share", 2)))
                .hasMessageContaining("share");
        assertThatThrownBy(() -> with(tree -> tree.put("adminToken", " "))).hasMessageContaining("adminToken");
        assertThatThrownBy(() -> with(tree -> tree.withObject("/tls").put("certificate", "cert.pem")))
                .hasMessageContaining("tls.key");
        assertThatThrownBy(() -> with(tree ->
                        tree.withObject("/tls").put("certificate", "none.pem").put("key", "none.key")))
                .hasMessageContaining("tls.certificate")
                .hasMessageContaining("none.pem");
        assertThatThrownBy(() -> with(tree -> tree.putArray("models").add("no name")))
                .hasMessageContaining("no name");
        assertThatThrownBy(() -> with(tree -> tree.withObject("/limits").put("maxImages", 5_000)))
                .hasMessageContaining("limits.maxImages")
                .hasMessageContaining("batching.maxQueued");
        assertThatThrownBy(() -> with(tree -> tree.withObject("/limits").put("maxBodyBytesInAll", 5)))
                .hasMessageContaining("limits.maxBodyBytesInAll");
        assertThatThrownBy(() -> with(tree -> tree.withObject("/limits").put("idleTimeout", "PT0.1S")))
                .hasMessageContaining("limits.idleTimeout");
    }

    @Test
    void theLimitsAreBounded() {
        assertThat(LimitsConfig.defaults().maxBodyBytesInAll())
                .isGreaterThan(LimitsConfig.defaults().maxBodyBytes());
    }
}
