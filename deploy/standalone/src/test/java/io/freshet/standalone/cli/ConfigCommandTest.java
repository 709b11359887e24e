package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigCommandTest {

    @Test
    void secretsAreNotShown() {
        String shown = Cli.run(
                0,
                "config",
                "-D",
                "serving.adminToken=hush",
                "-D",
                "ingest.audit.salt=hush",
                "-P",
                "sasl.jaas.config=hush",
                "-D",
                "serving.port=9123");
        assertThat(shown)
                .doesNotContain("hush")
                .contains(
                        "sasl.jaas.config: (not shown)", "adminToken: (not shown)", "salt: (not shown)", "port: 9123");
    }

    @Test
    void whatIsNoSecretIsShown() {
        assertThat(Cli.run(0, "config"))
                .contains("salt: freshet-audit-1", "properties: {}")
                .doesNotContain("not shown");
    }
}
