package io.freshet.standalone.cli;

import io.freshet.standalone.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows the configuration. */
@Command(
        name = "config",
        description =
                "Show the whole configuration as the services would have it, as YAML, and check it on the way. Secrets are"
                        + " not shown: the values of Kafka's properties, the admin token, a private salt of the audit"
                        + " sample.")
final class ConfigCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
        System.out.print(new ConfigLoader().toYamlWithoutSecrets(common.load()));
        return 0;
    }
}
