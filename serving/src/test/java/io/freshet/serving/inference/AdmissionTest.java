package io.freshet.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionTest {

    @Test
    void requestsAreAdmittedUpToTheirNumber() {
        Admission admission = new Admission(2, 100);
        Admission.Ticket first = admission.admit(1).orElseThrow();
        Admission.Ticket second = admission.admit(1).orElseThrow();
        assertThat(admission.admit(1)).isEmpty();

        first.close();
        assertThat(admission.admit(1)).isPresent();
        second.close();
    }

    @Test
    void bodiesAreAdmittedUpToTheirBytesInAll() {
        Admission admission = new Admission(10, 100);
        try (Admission.Ticket held = admission.admit(60).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(admission.admit(41)).isEmpty();
            assertThat(admission.admit(40)).isPresent();
        }
        assertThat(admission.admit(60)).isPresent();
    }

    @Test
    void aTicketGrowsByWhatComesAsLongAsThereIsRoom() {
        Admission admission = new Admission(2, 100);
        Admission.Ticket growing = admission.admit(0).orElseThrow();

        assertThat(growing.grow(80)).isTrue();
        assertThat(admission.admit(21)).isEmpty();
        assertThat(growing.grow(21)).isFalse();
        assertThat(growing.grow(20)).isTrue();

        growing.close();
        assertThat(growing.grow(1)).isFalse();
        assertThat(admission.admit(100)).isPresent();
    }

    @Test
    void aTicketThatIsGivenBackTwiceCountsOnce() {
        Admission admission = new Admission(1, 100);
        Admission.Ticket first = admission.admit(1).orElseThrow();
        first.close();
        assertThat(admission.admit(1)).isPresent();
        first.close();

        assertThat(admission.admit(1)).isEmpty();
    }
}
