package io.freshet.ingest.near;

import io.freshet.protocol.image.Fingerprint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The images kept last, up to a bound, found by the Hamming distance of their hashes. Numbers count them up; when there
 * is no more room, the lowest goes. For one thread at a time.
 */
public final class NearImages {

    /** An image, and the number under which it is remembered. */
    public static final class Remembered {

        private final long number;
        private final long hash; // beside the number, for the search looks at thousands
        private KeptImage image;

        Remembered(long number, KeptImage image) {
            this.number = number;
            this.hash = image.fingerprint().hash();
            this.image = image;
        }

        public long number() {
            return number;
        }

        public KeptImage image() {
            return image;
        }

        /** Counts a copy that was dropped. */
        KeptImage copied() {
            image = image.withCopies(image.copies() + 1);
            return image;
        }
    }

    private record Candidate(Remembered remembered, int distance) {}

    private static final Deque<Remembered> EMPTY = new ArrayDeque<>(0);

    /** Pictures that are compared for one image at most: where all traffic looks alike, the closest by their hash. */
    private static final int MAX_COMPARISONS = 16;

    private final int capacity;
    private final Map<Integer, Deque<Remembered>> cells = new HashMap<>();
    private final Deque<Remembered> byAge = new ArrayDeque<>();
    private long next;

    /** @param capacity images; one takes some 450 bytes */
    public NearImages(int capacity) {
        this.capacity = capacity;
    }

    /**
     * The image of a cell that this fingerprint is a copy's of, the closest by its hash.
     *
     * @param sinceMillis images that were kept earlier are taken only where none since then is near
     */
    public Optional<Remembered> find(int cell, Fingerprint fingerprint, long sinceMillis) {
        List<Candidate> candidates = new ArrayList<>();
        long hash = fingerprint.hash();
        for (Remembered remembered : cells.getOrDefault(cell, EMPTY)) {
            int distance = Long.bitCount(hash ^ remembered.hash);
            if (distance <= Fingerprint.MAX_DISTANCE) {
                candidates.add(new Candidate(remembered, distance));
            }
        }
        if (candidates.isEmpty()) {
            return Optional.empty(); // as nearly always, and at the cost of the search alone
        }
        return candidates.stream()
                .sorted(Comparator.comparing((Candidate candidate) ->
                                candidate.remembered().image().atMillis() < sinceMillis)
                        .thenComparingInt(Candidate::distance))
                .limit(MAX_COMPARISONS)
                .map(Candidate::remembered)
                .filter(remembered -> fingerprint.looksLike(remembered.image().fingerprint()))
                .findFirst();
    }

    /** Forgets images; returns their numbers. */
    public List<Long> forget(Predicate<KeptImage> which) {
        List<Long> gone = new ArrayList<>();
        for (Iterator<Remembered> all = byAge.iterator(); all.hasNext(); ) {
            Remembered remembered = all.next();
            if (which.test(remembered.image())) {
                all.remove();
                cells.getOrDefault(remembered.image().cell(), EMPTY).remove(remembered);
                gone.add(remembered.number());
            }
        }
        return gone;
    }

    /** The number of the next image. */
    public long next() {
        return next;
    }

    /** Remembers an image under its number, the highest so far; returns the numbers of all that had to go for it. */
    public List<Long> add(long number, KeptImage image) {
        Remembered remembered = new Remembered(number, image);
        next = number + 1;
        byAge.addLast(remembered);
        cells.computeIfAbsent(image.cell(), cell -> new ArrayDeque<>()).addLast(remembered);
        List<Long> gone = new ArrayList<>();
        while (byAge.size() > capacity) {
            Remembered oldest = byAge.removeFirst();
            cells.getOrDefault(oldest.image().cell(), EMPTY).removeFirst(); // the oldest of all is that of its cell
            gone.add(oldest.number());
        }
        return gone;
    }
}
