package io.freshet.benchmarks.ingest;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What ingest costs beside decoding alone, and beside Kafka Streams that does nothing to the images, over JPEGs of three
 * sizes of which no two are alike, each measured more than once. Prints a table in Markdown.
 *
 * <pre>
 * IngestBenchmark [IMAGES [SIDE...]]
 * </pre>
 *
 * <p>{@code IMAGES} of 15 KB, 20,000 by default; more of the small ones, fewer of the large. Each {@code SIDE} is one of
 * those sizes, in pixels. With {@code -Dfreshet.kept=.05} the budget lets one image in twenty through, whatever their
 * number; else it is the default one.
 */
public final class IngestBenchmark {

    private static final int IMAGES = 20_000;
    private static final int[] THREADS = {1, 2};

    private record Size(int side, double share) {}

    private static final List<Size> SIZES = List.of(new Size(32, 4), new Size(224, 1), new Size(760, .1));

    private IngestBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int images = arguments.length == 0 ? IMAGES : Integer.parseInt(arguments[0]);
        List<String> sides = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        System.out.println("| pixels | KB | threads | decoding alone, µs | passed through, µs | ingest, µs | kept"
                + " | decoding ÷ ingest | ingest, images/s | MB/s | decoding alone, images/s |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        for (Size size : SIZES) {
            if (sides.isEmpty() || sides.contains(Integer.toString(size.side()))) {
                List<byte[]> files = new Photographs(size.side()).take((int) (images * size.share()));
                for (int threads : THREADS) {
                    measure(size, files, threads);
                }
            }
        }
        System.exit(0); // threads of the broker may be left
    }

    /** Decoding before, between and after, for the machine may be faster at one time than at another. */
    private static void measure(Size size, List<byte[]> files, int threads) throws IOException, InterruptedException {
        double kilobytes =
                files.stream().mapToInt(file -> file.length).average().orElseThrow() / 1e3;
        DecodeOnly.measure(files, threads); // for the compiler
        Cost[] decodings = new Cost[3];
        decodings[0] = DecodeOnly.measure(files, threads);
        Cost first = ThroughKafka.measure(ingest(), files, threads);
        decodings[1] = DecodeOnly.measure(files, threads);
        Cost passed = ThroughKafka.measure(PassThrough::start, files, threads);
        Cost second = ThroughKafka.measure(ingest(), files, threads);
        decodings[2] = DecodeOnly.measure(files, threads);
        print(size, kilobytes, threads, Cost.mean(decodings), passed, Cost.mean(first, second));
    }

    private static ThroughKafka.Start ingest() {
        String kept = System.getProperty("freshet.kept");
        return kept == null
                ? WholeTopology::start
                : WholeTopology.keeping(Double.parseDouble(kept), ThroughKafka.ARRIVING_A_SECOND);
    }

    private static void print(Size size, double kilobytes, int threads, Cost decoding, Cost passed, Cost ingest) {
        System.out.println(String.format(
                Locale.ROOT,
                "| %dx%d | %.1f | %d | %.0f | %.0f | %.0f | %.2f | %.2f | %.0f | %.1f | %.0f |",
                size.side(),
                size.side(),
                kilobytes,
                threads,
                decoding.micros(),
                passed.micros(),
                ingest.micros(),
                ingest.kept(),
                decoding.micros() / ingest.micros(),
                ingest.perSecond(),
                ingest.perSecond() * kilobytes / 1e3,
                decoding.perSecond()));
    }
}
