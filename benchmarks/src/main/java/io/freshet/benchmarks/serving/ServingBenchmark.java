package io.freshet.benchmarks.serving;

import java.util.List;

/**
 * Runs measurements of serving and prints each as a table in Markdown.
 *
 * <p>Arguments: which ones, of {@code throughput}, {@code swaps}, {@code withdrawals}, {@code memory} and {@code peer}.
 * Without any, the first three run; that takes half an hour.
 */
public final class ServingBenchmark {

    private ServingBenchmark() {}

    public static void main(String[] args) {
        List<String> names = args.length == 0 ? List.of("throughput", "swaps", "withdrawals") : List.of(args);
        int status = 0;
        try {
            for (String name : names) {
                measure(name);
            }
        } catch (Exception e) {
            e.printStackTrace();
            status = 1;
        }
        System.exit(status); // a broker's threads would keep the process alive
    }

    private static void measure(String name) throws Exception {
        switch (name) {
            case "throughput" -> Throughput.measure();
            case "swaps" -> Swaps.measure();
            case "withdrawals" -> Withdrawals.measure();
            case "memory" -> Memory.measure();
            case "peer" -> Peer.measure();
            default -> throw new IllegalArgumentException("There is no measurement '" + name + "'");
        }
    }
}
