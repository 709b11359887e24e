package io.freshet.standalone.demo;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the demo is played.
 *
 * @param folder that gets a folder for each run
 * @param dataset by its name, see {@link io.freshet.standalone.dataset.Datasets}
 * @param shift whether the world changes
 * @param separateProcesses whether each service gets a process of its own
 * @param rate photographs a second
 * @param rounds that the demo waits for, and one more if the world has changed and none of them promotes a student
 * @param firstSteps steps of the first model
 * @param studentSteps steps of a candidate that is not dropped early, and of the control
 * @param minImages images from after the change that the first round waits for
 * @param seed decides what is labeled, what is streamed in which order, and all that training draws
 * @param patience how long any one thing is waited for
 */
public record DemoOptions(
        Path folder,
        String dataset,
        boolean shift,
        boolean separateProcesses,
        double rate,
        int rounds,
        int firstSteps,
        int studentSteps,
        int minImages,
        int seed,
        Duration patience) {

    public DemoOptions {
        if (rate <= 0 || rounds < 1 || firstSteps < 1 || studentSteps < 1 || minImages < 1 || seed < 0) {
            throw new IllegalArgumentException("The demo's rate, rounds, steps and images must be positive");
        }
    }
}
