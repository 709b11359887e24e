package io.freshet.serving.rollout;

import io.freshet.serving.batch.ImageScores;
import java.util.List;

/** On how many images two versions agree. Thread safe. */
final class Agreement {

    private long compared;
    private long agreed;

    synchronized void add(List<ImageScores> one, List<ImageScores> other) {
        int same = 0;
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i).label() == other.get(i).label()) {
                same++;
            }
        }
        compared += one.size();
        agreed += same;
    }

    synchronized long compared() {
        return compared;
    }

    synchronized long agreed() {
        return agreed;
    }
}
