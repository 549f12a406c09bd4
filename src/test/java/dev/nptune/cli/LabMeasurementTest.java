package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabMeasurementTest {
    @Test
    void whatTheProgramInsideHasDoneIsToldWithoutItsClock() {
        assertThat(LabMeasurement.inside("[   3 s] ✓ scan: EPYC")).hasValue("inside: ✓ scan: EPYC");
        assertThat(LabMeasurement.inside("[1234 s]   1. Drop npt=0")).hasValue("inside: 1. Drop npt=0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[   3 s] … scan", "[   3 s] > scan", "", "--- a/etc/modprobe.d/kvm.conf", "+[ 3 s]", "note: x"})
    void beginningsAndThePlanAreNot(String line) {
        assertThat(LabMeasurement.inside(line)).isEmpty();
    }
}
