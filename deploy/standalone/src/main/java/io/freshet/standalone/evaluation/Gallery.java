package io.freshet.standalone.evaluation;

import io.freshet.standalone.evaluation.Findings.Subject;
import io.freshet.standalone.evaluation.Findings.Traffic;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.evaluation.Answers;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Images that say something about a model: the surest, the least sure, and those where it is wrong or differs. */
final class Gallery {

    private static final int SHOWN = 12;
    private static final int WIDTH = 72;

    private final Findings findings;
    private final Pictures pictures;

    Gallery(Findings findings) {
        this.findings = findings;
        this.pictures = new Pictures(findings.shape());
    }

    /** Of the labeled images. */
    String labeled() {
        Subject model = findings.model();
        Answers answers = model.answers();
        ImagePool images = findings.judged().images();
        IntFunction<String> caption = i -> answers.isRight(i)
                ? said(answers, i) + "<br>right"
                : said(answers, i) + "<br><b>is " + name(answers.truth(i)) + "</b>";
        return strip("Surest, and wrong", images, surest(answers, i -> !answers.isRight(i)), caption)
                + strip("Least sure", images, leastSure(answers), caption)
                + strip("Surest", images, surest(answers, i -> true), caption);
    }

    /** Of those that nobody has labeled. */
    String unlabeled(Traffic traffic) {
        Answers model = traffic.model();
        IntFunction<String> caption = i -> said(model, i);
        String differing = traffic.baseline()
                .map(teacher -> strip(
                        "Where "
                                + Words.escape(
                                        findings.baseline().map(Subject::name).orElse(""))
                                + " says otherwise, those first of which both are sure",
                        traffic.images(),
                        traffic.differing().stream().limit(SHOWN).toList(),
                        i -> said(model, i) + "<br><b>was " + name(teacher.label(i)) + " "
                                + whole(teacher.confidence(i)) + "</b>"))
                .orElse("");
        return differing
                + strip("Least sure", traffic.images(), leastSure(model), caption)
                + strip("Surest", traffic.images(), surest(model, i -> true), caption);
    }

    private static List<Integer> surest(Answers answers, IntPredicate wanted) {
        return IntStream.range(0, answers.images())
                .filter(wanted)
                .boxed()
                .sorted(Comparator.comparingDouble(answers::confidence).reversed())
                .limit(SHOWN)
                .toList();
    }

    private static List<Integer> leastSure(Answers answers) {
        return IntStream.range(0, answers.images())
                .boxed()
                .sorted(Comparator.comparingDouble(answers::confidence))
                .limit(SHOWN)
                .toList();
    }

    private String said(Answers answers, int image) {
        return name(answers.label(image)) + " " + whole(answers.confidence(image));
    }

    private String name(int label) {
        return Words.escape(findings.classes().get(label));
    }

    /** Never all of it: a model is sure, and not right for sure. */
    private static String whole(float share) {
        return share >= .995 ? "&gt;99%" : String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }

    private String strip(String title, ImagePool images, List<Integer> chosen, IntFunction<String> caption) {
        StringBuilder html = new StringBuilder("<h3>").append(title).append("</h3>");
        if (chosen.isEmpty()) {
            return html.append("<p>There are none.</p>").toString();
        }
        html.append("<div class='strip'>");
        for (int image : chosen) {
            html.append("<figure>")
                    .append(pictures.tag(images.get(image), WIDTH, ""))
                    .append("<figcaption>")
                    .append(caption.apply(image))
                    .append("</figcaption></figure>");
        }
        return html.append("</div>").toString();
    }
}
