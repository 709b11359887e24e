package io.freshet.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminGateTest {

    private static final AdminGate GATE = new AdminGate(Optional.of("sesame"));

    @Test
    void whoBringsTheTokenComesIn() {
        assertThatCode(() -> GATE.check(name -> name.equals("authorization") ? "Bearer sesame" : null))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "sesame", "Bearer ", "Bearer sesam", "Bearer sesame2", "Basic sesame"})
    void whoDoesNotStaysOut(@Nullable String header) {
        assertThatThrownBy(() -> GATE.check(name -> header))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.failure().status()).isEqualTo(401));
    }

    @Test
    void whereThereIsNoTokenNobodyComesInAndIsToldWhichKeyToSet() {
        assertThatThrownBy(() -> new AdminGate(Optional.empty()).check(name -> "Bearer "))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.failure().status()).isEqualTo(403);
                    assertThat(refused.failure().detail()).contains("serving.adminToken");
                });
    }
}
