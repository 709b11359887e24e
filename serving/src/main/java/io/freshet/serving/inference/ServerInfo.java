package io.freshet.serving.inference;

import java.util.List;
import java.util.Optional;

/**
 * What the server says of itself in the Open Inference Protocol.
 *
 * @param extensions of the protocol that it speaks, by the names that Triton gave them
 */
public record ServerInfo(String name, String version, List<String> extensions) {

    public static final ServerInfo CURRENT = current();

    private static ServerInfo current() {
        String version = Optional.ofNullable(ServerInfo.class.getPackage().getImplementationVersion())
                .orElse("development");
        return new ServerInfo("freshet", version, List.of("binary_tensor_data", "classification", "model_repository"));
    }
}
