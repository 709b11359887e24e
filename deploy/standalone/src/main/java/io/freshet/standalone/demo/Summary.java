package io.freshet.standalone.demo;

import com.google.errorprone.annotations.FormatMethod;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.Score;
import io.freshet.standalone.cli.Steps;
import io.freshet.standalone.demo.Report.RoundStory;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.WordUtils;

/** A report in words, for the terminal and a file. */
final class Summary {

    private static final int WIDTH = 110;

    private final Report report;
    private final StringBuilder text = new StringBuilder();

    private Summary(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        Summary summary = new Summary(report);
        summary.liveError();
        summary.rounds();
        summary.requests();
        summary.claims();
        summary.places();
        return summary.text.toString();
    }

    private void liveError() {
        line("LIVE ERROR on the audit sample, as served (95%% interval)");
        rule();
        row("version 1, before the change", report.beforeTheChange());
        if (report.options().shift()) {
            row("version 1, after the change", report.afterTheChange());
        }
        for (Swap swap : report.swaps()) {
            row("version " + swap.model().version(), report.of(swap.model()));
        }
        line("");
    }

    private void rounds() {
        int number = 0;
        for (RoundStory story : report.rounds()) {
            String begun = String.format(
                    Locale.ROOT,
                    "ROUND %d (%s): %s",
                    ++number,
                    story.snapshot().trigger().name().toLowerCase(Locale.ROOT),
                    story.snapshot().detail());
            line("%s", WordUtils.wrap(begun, WIDTH));
            rule();
            story.choice().ifPresent(choice -> line("%s", WordUtils.wrap("Chosen: " + choice.reason(), WIDTH)));
            story.evaluated().ifPresent(this::judged);
            RoundStep last = story.last();
            line("%s", WordUtils.wrap(Steps.describe(last), WIDTH));
            line("");
        }
    }

    private void judged(Evaluated judged) {
        line("  %-50s %-34s %s", "", "wrong on the audit sample", "on the anchor");
        judged.champion().ifPresent(score -> score("the model in service", score));
        score("the student", judged.student());
        judged.control().ifPresent(score -> score("its control, on labels alone", score));
        judged.adaptedControl().ifPresent(score -> score("the control, its batch norm moved to the traffic", score));
        judged.control().ifPresent(control -> ratio("its control", judged.student(), control));
        judged.adaptedControl()
                .ifPresent(control -> ratio("the control with its batch norm moved", judged.student(), control));
        line("  p = %.2g that the student is no better than the model in service", judged.pValue());
    }

    private void ratio(String name, Score student, Score control) {
        line("  errors of the student / of %s: %.2f", name, student.auditError() / control.auditError());
    }

    private void score(String name, Score score) {
        line("  %-50s %-34s %s", name, Report.audit(score), Report.anchor(score));
    }

    private void requests() {
        line("REQUESTS");
        rule();
        line(
                "  images served: %d, requests failed: %d",
                report.answers().size() - report.failures(), report.failures());
        report.answers().stream()
                .filter(TrafficClient.Answer::failed)
                .limit(3)
                .forEach(answer -> line("  failed: %s", answer.failure()));
        List<Swap> swaps = report.swaps();
        if (!swaps.isEmpty()) {
            line("  latency p50 / p99 / max, counted from when a request was due:");
            line("  %-30s %-22s %-22s %-22s", "", "10 s before", "during the swap", "10 s after");
        }
        for (Swap swap : swaps) {
            line(
                    "  %-30s %-22s %-22s %-22s",
                    "swap to version " + swap.model().version(),
                    swap.before(report.answers()),
                    swap.during(report.answers()),
                    swap.after(report.answers()));
        }
        line("");
    }

    private void claims() {
        for (Report.Claim claim : report.claims()) {
            line("  [%s] %s", claim.held() ? "yes" : " NO", claim.text());
        }
        if (report.options().shift() && report.rounds().stream().noneMatch(story -> story.last() instanceof Promoted)) {
            line("  No student was promoted: the reasons stand with the rounds above.");
        }
        line("");
    }

    private void places() {
        RunFolder folder = report.folder();
        line("models   %s", folder.models());
        line("plot     %s", folder.plot());
        line("metrics  %s", folder.metrics());
        line("logs     %s", folder.logs());
        line("summary  %s", folder.summary());
    }

    private void row(String name, Proportion error) {
        line("  %-50s %s", name, error);
    }

    private void rule() {
        text.append("-".repeat(WIDTH)).append('\n');
    }

    @FormatMethod
    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
