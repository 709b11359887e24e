package io.freshet.standalone.cli;

import io.freshet.ingest.AuditConfig;
import io.freshet.ingest.IngestConfig;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the configuration. */
@Command(
        name = "config",
        description =
                "Show the whole configuration as the services would have it, as YAML, and check it on the way."
                        + " Kafka's properties are left out, and a private salt of the audit sample is not shown: they are secrets.")
final class ConfigCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
        FreshetConfig config = common.load();
        System.out.print(new ConfigLoader().toYaml(withoutSecrets(config)));
        return 0;
    }

    private static FreshetConfig withoutSecrets(FreshetConfig config) {
        FreshetConfig.KafkaConfig kafka = config.kafka();
        return new FreshetConfig(
                new FreshetConfig.KafkaConfig(
                        kafka.bootstrapServers(), Map.of(), kafka.createTopics(), kafka.partitions(), kafka.replicas()),
                config.store(),
                config.admin(),
                withoutSecrets(config.ingest()),
                config.trainer(),
                config.serving());
    }

    private static IngestConfig withoutSecrets(IngestConfig ingest) {
        boolean isPublic = ingest.audit().salt().equals(AuditConfig.PUBLIC_SALT);
        String salt = isPublic ? AuditConfig.PUBLIC_SALT : "(not shown)";
        return new IngestConfig(
                ingest.applicationId(),
                ingest.threads(),
                ingest.stateDirectory(),
                ingest.internalReplicas(),
                ingest.decode(),
                ingest.keptSide(),
                ingest.deduplication(),
                new AuditConfig(ingest.audit().share(), salt),
                ingest.budget(),
                ingest.drift(),
                ingest.accuracy());
    }
}
