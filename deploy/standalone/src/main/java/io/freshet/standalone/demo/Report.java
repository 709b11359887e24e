package io.freshet.standalone.demo;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.RoundStep.Held;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.standalone.demo.People.Verdict;
import io.freshet.standalone.demo.TrafficClient.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What happened in a run, and whether it was what the demo claims.
 *
 * @param change when the world changed; {@link Instant#MAX} if it did not
 */
record Report(
        DemoOptions options,
        RunFolder folder,
        Instant change,
        List<Answer> answers,
        List<Verdict> verdicts,
        List<RoundMessage> messages,
        List<ModelAnnouncement> models) {

    /** A promoted student's errors on the audit sample, over its control's. */
    private static final double MOST_OF_CONTROL = .8;

    /** By how much its error on the anchor may lie above the first model's. */
    private static final double MOST_LOST = .02;

    /** One of the demo's claims. */
    record Claim(String text, boolean held) {}

    /** A round after the first model's. */
    record RoundStory(Snapshotted snapshot, Optional<Choice> choice, Optional<Evaluated> evaluated, RoundStep last) {}

    List<RoundStory> rounds() {
        List<RoundStory> stories = new ArrayList<>();
        Optional<Snapshotted> snapshot = Optional.empty();
        Optional<Choice> choice = Optional.empty();
        Optional<Evaluated> evaluated = Optional.empty();
        for (RoundMessage message : messages) {
            if (message instanceof RoundMessage.Event event) {
                if (event.step() instanceof Snapshotted begun) {
                    snapshot = Optional.of(begun);
                    choice = Optional.empty();
                    evaluated = Optional.empty();
                } else if (event.step() instanceof Trained trained) {
                    choice = trained.choice();
                } else if (event.step() instanceof Evaluated judged) {
                    evaluated = Optional.of(judged);
                } else if (event.step().isLast() && snapshot.isPresent()) {
                    stories.add(new RoundStory(snapshot.get(), choice, evaluated, event.step()));
                }
            }
        }
        return stories.stream()
                .filter(story -> story.snapshot().trigger() != Trigger.INITIAL)
                .toList();
    }

    /** Models that went into service after the first. */
    List<Swap> swaps() {
        return models.stream()
                .skip(1)
                .flatMap(model -> Swap.of(model.model(), model.announcedAt(), answers).stream())
                .toList();
    }

    long failures() {
        return answers.stream().filter(Answer::failed).count();
    }

    Proportion beforeTheChange() {
        return error(verdicts, verdict -> !verdict.degraded() && verdict.version() == 1);
    }

    /** Of the first model, on the changed traffic. */
    Proportion afterTheChange() {
        return error(verdicts, verdict -> verdict.degraded() && verdict.version() == 1);
    }

    Proportion of(ModelVersion model) {
        return error(verdicts, verdict -> verdict.version() == model.version());
    }

    static Proportion error(List<Verdict> verdicts, Predicate<Verdict> which) {
        List<Verdict> chosen = verdicts.stream().filter(which).toList();
        return new Proportion(
                (int) chosen.stream().filter(verdict -> !verdict.right()).count(), chosen.size());
    }

    /** What the demo claims, each with whether it was so in this run. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim("no request failed", failures() == 0));
        if (options.shift()) {
            claimsOfTheShift(claims);
        } else {
            claims.add(new Claim(
                    "every round came to a decision, and what was promoted serves",
                    rounds().stream()
                                    .allMatch(story -> story.last() instanceof Promoted || story.last() instanceof Held)
                            && swaps().size() == models.size() - 1
                            && nothingIsTakenBack()));
        }
        return claims;
    }

    private void claimsOfTheShift(List<Claim> claims) {
        claims.add(new Claim(
                "live error rose when the world changed",
                afterTheChange().low() > beforeTheChange().high()));
        claims.add(new Claim(
                "a drift alarm, not a timer, began the round",
                !rounds().isEmpty() && rounds().getFirst().snapshot().trigger() == Trigger.DRIFT));
        claims.add(
                new Claim("a student was promoted, and swapped in live", !swaps().isEmpty() && nothingIsTakenBack()));
        claims.add(new Claim(
                "live error came down again",
                !swaps().isEmpty()
                        && of(swaps().getLast().model()).high()
                                < afterTheChange().low()));
        claims.add(new Claim(
                "each promoted student made at most " + MOST_OF_CONTROL
                        + " of its control's errors on the audit sample",
                promoted().allMatch(this::beatsControl)));
        claims.add(new Claim(
                "none lost more than " + Math.round(100 * MOST_LOST) + " points on the anchor against the first model",
                promoted().allMatch(this::keepsTheAnchor)));
    }

    /** Serving takes a version back by announcing an older one. */
    private boolean nothingIsTakenBack() {
        return IntStream.range(1, models.size())
                .allMatch(i -> models.get(i).model().version()
                        > models.get(i - 1).model().version());
    }

    private Stream<Evaluated> promoted() {
        return rounds().stream()
                .filter(story -> story.last() instanceof Promoted)
                .flatMap(story -> story.evaluated().stream());
    }

    private boolean beatsControl(Evaluated judged) {
        return judged.control()
                .filter(control -> judged.student().auditError() <= MOST_OF_CONTROL * control.auditError())
                .isPresent();
    }

    private boolean keepsTheAnchor(Evaluated judged) {
        return first().filter(first -> judged.student().anchorError() <= first.anchorError() + MOST_LOST)
                .isPresent();
    }

    /** How the first model did on the anchor, when it was new. */
    private Optional<Score> first() {
        return messages.stream()
                .filter(RoundMessage.Event.class::isInstance)
                .map(message -> ((RoundMessage.Event) message).step())
                .filter(Evaluated.class::isInstance)
                .map(step -> ((Evaluated) step).student())
                .findFirst();
    }

    boolean held() {
        return claims().stream().allMatch(Claim::held);
    }

    static Proportion audit(Score score) {
        return new Proportion(score.auditErrors(), score.auditImages());
    }

    static Proportion anchor(Score score) {
        return new Proportion(score.anchorErrors(), score.anchorImages());
    }
}
