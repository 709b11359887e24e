package io.freshet.standalone.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.RoundStep.Labelled;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Version 2 learned from offsets 0 to 9, version 3 from 10 to 19; 3 descends from 2, 2 from 1, and 4 from 1 alone. */
class FamilyTest {

    private static final TopicPosition IN_SECOND = new TopicPosition(0, 9);
    private static final TopicPosition IN_THIRD = new TopicPosition(0, 10);

    private final List<ModelDescriptor> versions = List.of(
            Descriptors.of(1, Optional.empty(), List.of()),
            Descriptors.of(2, Optional.of(1L), List.of(range(0, 10))),
            Descriptors.of(3, Optional.of(2L), List.of(range(10, 20))),
            Descriptors.of(4, Optional.of(1L), List.of()));

    @Test
    void aVersionDescendsFromItsParentsUpToTheFirst() {
        assertThat(family(Map.of()).descent(3))
                .extracting(ModelDescriptor::version)
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void descentEndsWhereAParentIsNotInTheStoreOrIsNoOlder() {
        Family family = new Family(
                List.of(Descriptors.of(7, Optional.of(6L), List.of()), Descriptors.of(8, Optional.of(8L), List.of())),
                Map.of());

        assertThat(family.descent(7)).hasSize(1);
        assertThat(family.descent(8)).hasSize(1);
    }

    @Test
    void anImageIsLearnedFromByTheVersionOfItsOffsetsAndInheritedByItsDescendants() {
        List<Learner> learners = family(Map.of()).learners(List.of(image(IN_SECOND, false)), List.of());

        assertThat(learners).extracting(Learner::model).containsExactly(version(2), version(3));
        assertThat(learners).allMatch(Learner::holdsTraces);
        assertThat(learners.get(0).use()).contains(Use.UNLABELED);
        assertThat(learners.get(1).use()).isEmpty();
        assertThat(learners.get(1).ancestor()).contains(version(2));
    }

    @Test
    void theEndOfARangeIsNotInIt() {
        assertThat(family(Map.of()).learners(List.of(image(IN_THIRD, false)), List.of()))
                .extracting(Learner::model)
                .containsExactly(version(3));
    }

    @Test
    void anImageOfTheAuditSampleJudgesAndLeavesNoTraces() {
        List<Learner> learners =
                family(Map.of()).learners(List.of(image(IN_SECOND, true)), List.of(new TopicPosition(0, 5)));

        assertThat(learners).singleElement().satisfies(learner -> {
            assertThat(learner.use()).contains(Use.JUDGED);
            assertThat(learner.holdsTraces()).isFalse();
        });
    }

    @Test
    void aLabelThatTheRoundHadMakesItALabeledImageAndALaterOneDoesNot() {
        List<KnownImage> image = List.of(image(IN_SECOND, false));

        assertThat(family(Map.of()).learners(image, List.of(new TopicPosition(0, 5))))
                .first()
                .extracting(Learner::use)
                .isEqualTo(Optional.of(Use.LABELED));
        assertThat(family(Map.of()).learners(image, List.of(new TopicPosition(0, 100))))
                .first()
                .extracting(Learner::use)
                .isEqualTo(Optional.of(Use.UNLABELED));
    }

    @Test
    void whatTheRoundChoseSaysWhetherUnlabeledImagesCounted() {
        List<KnownImage> image = List.of(image(IN_SECOND, false));
        Labelled labelled = new Labelled(5, 10, 7, .9, Map.of());

        assertThat(family(Map.of("round-2", RoundFacts.UNKNOWN.with("labels"))).learners(image, List.of()))
                .singleElement()
                .satisfies(learner -> assertThat(learner.holdsTraces()).isFalse());
        assertThat(family(Map.of("round-2", RoundFacts.UNKNOWN.with("batch-norm")))
                        .learners(image, List.of()))
                .first()
                .extracting(Learner::use)
                .isEqualTo(Optional.of(Use.STATISTICS));
        assertThat(family(Map.of("round-2", RoundFacts.UNKNOWN.with("student").with(labelled)))
                        .learners(image, List.of())
                        .getFirst()
                        .describe())
                .contains("7 of 10");
    }

    @Test
    void ofSeveralRecordsOfAnImageTheOneThatCountsMostIsSaid() {
        assertThat(family(Map.of())
                        .learners(List.of(image(IN_SECOND, true), image(new TopicPosition(0, 3), false)), List.of()))
                .first()
                .extracting(Learner::use)
                .isEqualTo(Optional.of(Use.UNLABELED));
    }

    @Test
    void aRoundThatKnewOfTheErasureLeftTheImageOut() {
        ModelDescriptor knowing = Descriptors.of(5, Optional.of(1L), List.of(range(0, 10)), 4);
        Family family = new Family(List.of(versions.get(0), versions.get(1), knowing), Map.of());
        List<KnownImage> image = List.of(image(IN_SECOND, false));

        assertThat(family.learners(image, List.of(), OptionalLong.of(3)))
                .extracting(Learner::use)
                .containsExactly(Optional.of(Use.UNLABELED), Optional.of(Use.LEFT_OUT));
        assertThat(family.learners(image, List.of(), OptionalLong.of(4))).allMatch(Learner::holdsTraces);
    }

    private Family family(Map<String, RoundFacts> rounds) {
        return new Family(versions, rounds);
    }

    private static KnownImage image(TopicPosition at, boolean audit) {
        return new KnownImage(
                ImageId.ofPixels(1, 1, new byte[] {1, 2, 3}), "", Instant.EPOCH, at, new TopicPosition(0, 0), audit);
    }

    private static OffsetRange range(long from, long to) {
        return new OffsetRange("freshet.unlabeled", 0, from, to);
    }

    private static ModelVersion version(long version) {
        return new ModelVersion(Descriptors.MODEL, version);
    }
}
