package io.freshet.serving.http;

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
    void aTicketThatIsGivenBackTwiceCountsOnce() {
        Admission admission = new Admission(1, 100);
        Admission.Ticket first = admission.admit(1).orElseThrow();
        first.close();
        assertThat(admission.admit(1)).isPresent();
        first.close();

        assertThat(admission.admit(1)).isEmpty();
    }
}
