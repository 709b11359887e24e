package io.freshet.standalone.demo;

import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.standalone.demo.People.Verdict;
import io.freshet.standalone.demo.Screen.Row;
import io.freshet.standalone.demo.TrafficClient.Answer;
import io.freshet.standalone.deployment.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's table: where everything stands now. The caller closes it. */
final class StatusRows implements AutoCloseable {

    private static final int RECENT_ANSWERS = 500;
    private static final int RECENT_VERDICTS = 100;

    private final Deployment deployment;
    private final TrafficClient client;
    private final People people;
    private final Newsroom newsroom;
    private final MetricsReader metrics = new MetricsReader();

    StatusRows(Deployment deployment, TrafficClient client, People people, Newsroom newsroom) {
        this.deployment = deployment;
        this.client = client;
        this.people = people;
        this.newsroom = newsroom;
    }

    List<Row> rows() {
        try {
            List<Row> rows = new ArrayList<>();
            if (client.sent() > 0) {
                rows.add(new Row("client", client()));
                rows.add(new Row("live error", liveError()));
                rows.add(new Row("ingest", ingest()));
            }
            rows.add(new Row("trainer", trainer()));
            return rows;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private String client() {
        List<Answer> answers = client.answers();
        List<Answer> recent = answers.subList(Math.max(0, answers.size() - RECENT_ANSWERS), answers.size());
        double[] millis = recent.stream()
                .mapToDouble(answer -> answer.latency().toNanos() / 1e6)
                .sorted()
                .toArray();
        long version = recent.isEmpty() ? 0 : recent.getLast().version();
        return millis.length == 0
                ? "no answers yet"
                : String.format(
                        Locale.ROOT,
                        "%d answered, %d failed, version %d, p50 %.0f ms, p99 %.0f ms",
                        answers.size(),
                        client.failures(),
                        version,
                        Swap.quantile(millis, .5),
                        Swap.quantile(millis, .99));
    }

    private String liveError() {
        List<Verdict> verdicts = people.verdicts();
        List<Verdict> recent = verdicts.subList(Math.max(0, verdicts.size() - RECENT_VERDICTS), verdicts.size());
        return Report.error(recent, verdict -> true) + ", the last images of the audit sample";
    }

    private String ingest() throws InterruptedException {
        String page = metrics.read(deployment.ingestPort());
        return String.format(
                Locale.ROOT,
                "%.0f kept, %.0f duplicates, %.0f refused; %.0f in the audit sample; %.0f drift alarms",
                MetricsReader.value(page, "freshet_ingest_images_total{outcome=\"kept\"}"),
                MetricsReader.value(page, "freshet_ingest_images_total{outcome=\"duplicate\"}"),
                MetricsReader.value(page, "freshet_ingest_images_total{outcome=\"refused\"}"),
                MetricsReader.value(page, "freshet_ingest_audit_images_total"),
                MetricsReader.value(page, "freshet_ingest_drift_alarms_total"));
    }

    private String trainer() throws InterruptedException {
        RoundStep step = lastStep();
        return switch (step) {
            case RoundStep.Labelled labelled -> training();
            case RoundStep.Snapshotted snapshotted -> "the teacher labels the stream";
            case RoundStep.Trained trained -> "judging";
            case RoundStep.Evaluated evaluated -> "deciding";
            case RoundStep.Promoted promoted -> "waiting; promoted " + promoted.model();
            case RoundStep.Held held -> "waiting; the last student was held";
            case RoundStep.Failed failed -> "waiting; the last round failed";
        };
    }

    private RoundStep lastStep() {
        return newsroom.rounds().stream()
                .filter(RoundMessage.Event.class::isInstance)
                .map(message -> ((RoundMessage.Event) message).step())
                .reduce((earlier, later) -> later)
                .orElse(new RoundStep.Failed("no round yet"));
    }

    private String training() throws InterruptedException {
        String page = metrics.read(deployment.trainerPort());
        int student = steps(page, "taken_steps", "student");
        int all = steps(page, "steps", "student");
        if (all == 0 || student < all) {
            return "training the candidates: step " + student + " of " + all;
        }
        return "training the control: step " + steps(page, "taken_steps", "control") + " of "
                + steps(page, "steps", "control");
    }

    private static int steps(String page, String what, String role) {
        return (int) MetricsReader.value(page, "freshet_trainer_run_" + what + "{role=\"" + role + "\"}");
    }

    @Override
    public void close() {
        metrics.close();
    }
}
