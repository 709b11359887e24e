package io.freshet.benchmarks.ingest;

import com.google.errorprone.annotations.FormatMethod;
import io.freshet.ingest.near.KeptImage;
import io.freshet.ingest.near.NearImages;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How well near copies are told from other images: the images of folders pass through the index of ingest, each once, and
 * copies of some of them after that.
 *
 * <pre>
 * NearDuplicateBenchmark COPIED FOLDER...
 * </pre>
 *
 * <p>{@code COPIED} images are copied in every way. An image that is dropped is dropped rightly if it is a copy of the one
 * that it was taken for. Of an original it is not known beforehand: data sets have copies in them, and an original is taken
 * for one if, laid pixel by pixel over the image that it was taken for, it is the same picture (see {@link SamePicture}).
 * Both precisions are shown, with and without that allowance.
 */
public final class NearDuplicateBenchmark {

    private static final int MOST_SIDE = 1_024;

    private record Counts(int copies, int found) {}

    /** Wallpapers are large, and a busy machine is slow. */
    private static final DecodeLimits LIMITS = new DecodeLimits(64 << 20, 16_384, 64_000_000, Duration.ofMinutes(1));

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);
    private final NearImages index = new NearImages(Integer.MAX_VALUE);
    private final Map<ImageId, Path> files = new HashMap<>();
    private final List<Path> kept = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();
    private int twins;

    private NearDuplicateBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            System.err.println("Usage: NearDuplicateBenchmark COPIED FOLDER...");
            System.exit(2);
        }
        List<Path> images = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            try (Stream<Path> walk = Files.walk(Path.of(arguments[i]))) {
                images.addAll(walk.filter(Files::isRegularFile).sorted().toList());
            }
        }
        new NearDuplicateBenchmark().run(images, Integer.parseInt(arguments[0]));
    }

    private void run(List<Path> images, int copied) throws IOException {
        for (Path image : images) {
            addOriginal(image);
        }
        Collections.shuffle(kept, new Random(1));
        List<Path> chosen = kept.subList(0, Math.min(copied, kept.size()));
        Map<CopyKind, Counts> counts = new EnumMap<>(CopyKind.class);
        int right = 0;
        int wrong = 0;
        for (int i = 0; i < chosen.size(); i++) {
            Path file = chosen.get(i);
            PixelImage original = decode(Files.readAllBytes(file)).orElseThrow();
            for (CopyKind kind : CopyKind.values()) {
                PixelImage copy = decode(kind.of(original, i)).orElseThrow();
                Optional<KeptImage> found = find(copy);
                boolean isRight =
                        found.map(image -> isOf(image, file, original)).orElse(false);
                right += isRight ? 1 : 0;
                wrong += found.isPresent() && !isRight ? 1 : 0;
                counts.merge(
                        kind,
                        new Counts(1, found.isPresent() && isRight ? 1 : 0),
                        (a, b) -> new Counts(a.copies() + b.copies(), a.found() + b.found()));
            }
        }
        report(counts, right, wrong);
    }

    private void addOriginal(Path file) throws IOException {
        Optional<PixelImage> decoded = decode(Files.readAllBytes(file));
        if (decoded.isEmpty()) {
            return;
        }
        PixelImage image = decoded.get();
        Optional<KeptImage> found = find(image);
        if (found.isPresent()) {
            Path other = files.getOrDefault(found.get().id(), file);
            if (SamePicture.areSame(image, decode(Files.readAllBytes(other)).orElseThrow())) {
                twins++;
            } else {
                mistakes.add(file + " for " + other);
            }
            return;
        }
        Fingerprint.Located located = Fingerprint.locate(image);
        for (int cell : located.cells()) {
            index.add(index.next(), new KeptImage(image.id(), cell, located.fingerprint(), 0, 0));
        }
        files.put(image.id(), file);
        kept.add(file);
    }

    private Optional<KeptImage> find(PixelImage image) {
        Fingerprint.Located located = Fingerprint.locate(image);
        return index.find(located.cells().getFirst(), located.fingerprint(), 0).map(NearImages.Remembered::image);
    }

    private boolean isOf(KeptImage found, Path file, PixelImage original) {
        Path other = files.get(found.id());
        try {
            return file.equals(other)
                    || (other != null
                            && SamePicture.areSame(
                                    original, decode(Files.readAllBytes(other)).orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<PixelImage> decode(byte[] encoded) {
        return decoder.decode(encoded) instanceof DecodeResult.Decoded decoded
                ? Optional.of(decoded.image().within(MOST_SIDE))
                : Optional.empty();
    }

    private void report(Map<CopyKind, Counts> counts, int right, int wrong) {
        say("originals kept: %d", kept.size());
        say(
                "originals dropped as copies of others, which they are: %d; which they are not: %d",
                twins, mistakes.size());
        mistakes.forEach(mistake -> say("  %s", mistake));
        counts.forEach((kind, count) ->
                say("recall %-40s %.4f of %d", kind, (double) count.found() / count.copies(), count.copies()));
        int copies = counts.values().stream().mapToInt(Counts::copies).sum();
        int found = counts.values().stream().mapToInt(Counts::found).sum();
        say("recall of all                                   %.4f of %d", (double) found / copies, copies);
        say(
                "precision                                       %.4f (twins in the data set counted as right)",
                (double) (right + twins) / (right + twins + wrong + mistakes.size()));
        say(
                "precision                                       %.4f (twins in the data set counted as wrong)",
                (double) right / (right + twins + wrong + mistakes.size()));
    }

    @FormatMethod
    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
