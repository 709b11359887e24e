package io.freshet.serving.inference;

import java.util.List;
import java.util.Optional;

/**
 * An output that a request asks for.
 *
 * @param binary whether its data shall come as it lies in memory; empty where the request says nothing of it
 * @param classes how many of the most probable classes shall come in its place, as strings; 0 for the tensor itself
 */
public record RequestedOutput(String name, Optional<Boolean> binary, int classes) {

    private static final List<RequestedOutput> ALL = List.of(
            new RequestedOutput(ModelTensors.PROBABILITIES, Optional.empty(), 0),
            new RequestedOutput(ModelTensors.EMBEDDING, Optional.empty(), 0));

    /**
     * What a request gets: what it asks for, or all outputs if it asks for none.
     *
     * @throws RefusedException if it asks for what the model does not have
     */
    public static List<RequestedOutput> orAll(List<RequestedOutput> wanted) throws RefusedException {
        for (RequestedOutput output : wanted) {
            output.check();
        }
        return wanted.isEmpty() ? ALL : wanted;
    }

    private void check() throws RefusedException {
        boolean probabilities = name.equals(ModelTensors.PROBABILITIES);
        if (!probabilities && !name.equals(ModelTensors.EMBEDDING)) {
            throw RefusedException.malformed("The model has no output '" + name + "', it has "
                    + ModelTensors.PROBABILITIES + " and " + ModelTensors.EMBEDDING);
        }
        if (classes < 0 || (classes > 0 && !probabilities)) {
            throw RefusedException.malformed("The parameter classification is a positive number, and for the output "
                    + ModelTensors.PROBABILITIES + " only");
        }
    }
}
