package io.freshet.standalone.evaluation;

import io.freshet.standalone.evaluation.Findings.Subject;
import io.freshet.trainer.evaluation.ClassScore;
import io.freshet.trainer.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tables by class. */
final class ClassTables {

    /** More classes than that make a matrix that nobody reads; their most frequent confusions are listed instead. */
    private static final int WIDEST = 40;

    private static final int LISTED = 10;

    private ClassTables() {}

    private record Confusion(int truth, int said, int images) {}

    /** Who is taken for whom: the matrix, shaded by the share of the class, and the most frequent confusions. */
    static String confusion(Subject subject) {
        Evaluation evaluation = subject.evaluation().evaluation();
        String matrix = evaluation.classes().size() > WIDEST ? "" : matrix(evaluation);
        return "<div class='row'>" + matrix + confusions(evaluation) + "</div>";
    }

    private static String matrix(Evaluation evaluation) {
        StringBuilder html = new StringBuilder("<div class='scroll'><table class='confusion'><tr><th></th>");
        evaluation
                .classes()
                .forEach(name -> html.append("<th class='said'><span>")
                        .append(Words.escape(name))
                        .append("</span></th>"));
        html.append("</tr>");
        for (int truth = 0; truth < evaluation.classes().size(); truth++) {
            List<Integer> row = evaluation.confusion().get(truth);
            int support = evaluation.perClass().get(truth).support();
            html.append("<tr><th>")
                    .append(Words.escape(evaluation.classes().get(truth)))
                    .append("</th>");
            for (int said = 0; said < row.size(); said++) {
                double share = support == 0 ? 0 : (double) row.get(said) / support;
                html.append(String.format(
                        Locale.ROOT,
                        "<td class='%s' style='--share:%.3f' title='%s: %d of %d are taken for %s'>%s</td>",
                        truth == said ? "hit" : "miss",
                        share,
                        Words.escape(evaluation.classes().get(truth)),
                        row.get(said),
                        support,
                        Words.escape(evaluation.classes().get(said)),
                        row.get(said) == 0 ? "" : row.get(said)));
            }
            html.append("</tr>");
        }
        return html.append(
                        "</table><p class='quiet'>A row is what the images are, a column what the model says.</p></div>")
                .toString();
    }

    private static String confusions(Evaluation evaluation) {
        List<Confusion> all = new ArrayList<>();
        for (int truth = 0; truth < evaluation.classes().size(); truth++) {
            for (int said = 0; said < evaluation.classes().size(); said++) {
                int images = evaluation.confusion().get(truth).get(said);
                if (truth != said && images > 0) {
                    all.add(new Confusion(truth, said, images));
                }
            }
        }
        if (all.isEmpty()) {
            return "<p>It gets every image right.</p>";
        }
        StringBuilder html = new StringBuilder(
                "<div><h3>Most often</h3><table><tr><th>is</th><th>taken for</th><th>images</th></tr>");
        all.stream()
                .sorted(Comparator.comparingInt(Confusion::images).reversed())
                .limit(LISTED)
                .forEach(confusion -> html.append("<tr><td>")
                        .append(Words.escape(evaluation.classes().get(confusion.truth())))
                        .append("</td><td>")
                        .append(Words.escape(evaluation.classes().get(confusion.said())))
                        .append("</td><td class='number'>")
                        .append(confusion.images())
                        .append("</td></tr>"));
        return html.append("</table></div>").toString();
    }

    /** Precision and recall of each class, with the baseline's recall beside. */
    static String perClass(Subject model, Optional<Subject> baseline) {
        StringBuilder html = new StringBuilder(
                "<div class='scroll'><table><tr><th>class</th><th>images</th><th>precision</th><th>recall</th>");
        baseline.ifPresent(other ->
                html.append("<th>recall of ").append(Words.escape(other.name())).append("</th>"));
        html.append("</tr>");
        List<ClassScore> scores = model.evaluation().evaluation().perClass();
        for (int label = 0; label < scores.size(); label++) {
            ClassScore score = scores.get(label);
            html.append("<tr><td>")
                    .append(Words.escape(score.name()))
                    .append("</td><td class='number'>")
                    .append(score.support())
                    .append("</td>")
                    .append(bar(score.precision(), "own"))
                    .append(bar(score.recall(), "own"));
            if (baseline.isPresent()) {
                html.append(bar(
                        baseline.get()
                                .evaluation()
                                .evaluation()
                                .perClass()
                                .get(label)
                                .recall(),
                        "other"));
            }
            html.append("</tr>");
        }
        return html.append("</table></div>").toString();
    }

    private static String bar(Optional<Double> share, String style) {
        return String.format(
                Locale.ROOT,
                "<td class='share %s' style='--share:%.3f'><span>%s</span></td>",
                style,
                share.orElse(0.0),
                Words.percent(share));
    }
}
