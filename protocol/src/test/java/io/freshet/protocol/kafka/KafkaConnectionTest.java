package io.freshet.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {

    @Test
    void anAddressWhereNobodyAnswersIsNamed() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> KafkaConnection.to("127.0.0.1:" + free).requireReachable(Duration.ofSeconds(1)))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessageContaining("No Kafka broker answers at 127.0.0.1:" + free);
    }

    @Test
    void anAddressThatIsNoneIsNamedToo() {
        assertThatThrownBy(() -> KafkaConnection.to("no such host").requireReachable(Duration.ofSeconds(1)))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessageContaining("no such host");
    }

    @Test
    void aClientsOwnSettingsStandOverTheConnections() {
        KafkaConnection connection = new KafkaConnection("kafka:9092", Map.of("security.protocol", "SSL", "acks", "1"));
        assertThat(connection.clientConfig(Map.of("acks", "all")))
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("acks", "all");
    }

    @Test
    void secretsInPropertiesAreNotPrinted() {
        KafkaConnection connection = new KafkaConnection("kafka:9092", Map.of("sasl.jaas.config", "secret"));
        assertThat(connection.toString()).doesNotContain("secret");
    }
}
