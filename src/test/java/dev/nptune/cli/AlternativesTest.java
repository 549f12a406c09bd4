package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nptune.internal.text.UserException;
import dev.nptune.plan.Goal;
import dev.nptune.plan.SettingEffect;
import dev.nptune.plan.WhatIf.Alternative;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlternativesTest {
    @Test
    void eachComesBackAsItWasWritten() throws UserException {
        assertThat(Alternatives.parse(List.of("vcpus=6", "memory=8G", "memory=512MiB", "for=Latency", "npt=0")))
                .containsExactly(
                        new Alternative.Vcpus("vcpus=6", 6),
                        new Alternative.Memory("memory=8G", 8L << 30),
                        new Alternative.Memory("memory=512MiB", 512L << 20),
                        new Alternative.For("for=latency", Goal.LATENCY),
                        new Alternative.Setting(SettingEffect.of("npt=0").orElseThrow()));
    }

    @Test
    void noneIsNoAlternativeAndNothingIsComparedTwice() throws UserException {
        assertThat(Alternatives.parse(List.of("none"))).isEmpty();
        assertThat(Alternatives.parse(List.of("vcpus=6", "none", "vcpus=6", "VCPUS=6", "pages=4k", "pages=4K")))
                .extracting(Alternative::word)
                .containsExactly("vcpus=6", "pages=4K");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            vcpus          | --what-if vcpus needs a value                 | write it as one of: vcpus=N, memory=SIZE, for=GOAL
            for            | --what-if for needs a value                   | write it as one of: vcpus=N, memory=SIZE, for=GOAL
            vcpus=0        | --what-if vcpus=0 is no number of vCPUs       | give a whole number from 1 on
            vcpus=six      | --what-if vcpus=six is no number of vCPUs     | give a whole number from 1 on
            vcpus=99999    | --what-if vcpus=99999 is no number of vCPUs   | give a whole number from 1 on
            memory=8       | --what-if memory=8 is no size of memory       | give a number and a unit, as in 16G or 8192M
            memory=        | --what-if memory= is no size of memory        | give a number and a unit, as in 16G or 8192M
            memory=99999T  | --what-if memory=99999T is no size of memory  | give a number and a unit, as in 16G or 8192M
            for=fun        | --what-if for=fun is no goal                  | use one of: gaming, latency, throughput
            npt=2          | the effect of --what-if npt=2 was not measured    | use one of: npt=1, npt=0
            npt            | the effect of --what-if npt was not measured      | use one of: npt=1, npt=0
            pages=1G       | the effect of --what-if pages=1G was not measured | use one of: pages=2M, pages=thp, pages=4K
            vcpu=6         | --what-if does not know 'vcpu=6'              | did you mean: vcpus=6?
            memroy=8G      | --what-if does not know 'memroy=8G'           | did you mean: memory=8G?
            ntp=0          | --what-if does not know 'ntp=0'               | did you mean: npt=0?
            page=4K        | --what-if does not know 'page=4K'             | did you mean: pages=4K?
            avic=1         | --what-if does not know 'avic=1'              | use one of: vcpus=N, memory=SIZE, for=GOAL, npt=1, npt=0, pages=2M, pages=thp, pages=4K
            win10          | --what-if does not know 'win10'               | use one of: vcpus=N, memory=SIZE, for=GOAL, npt=1, npt=0, pages=2M, pages=thp, pages=4K; a VM's name goes before --what-if
            """)
    void whatIsWrongIsSaidWithWhatThereIs(String word, String message, String next) {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Alternatives.parse(List.of(word)))
                .satisfies(e -> {
                    assertThat(e.getMessage()).isEqualTo(message);
                    assertThat(e.nextStep()).isEqualTo(next);
                });
    }

    @Test
    void whatATerminalWouldActOnIsEscaped() {
        for (String word : List.of("\u001b[2J", "vcpus=\u001b[2J", "vcpu=\u001b[2J", "npt=\u001b[2J", "for=\u001b")) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> Alternatives.parse(List.of(word)))
                    .satisfies(e -> assertThat(e.getMessage() + e.nextStep()).doesNotContain("\u001b"));
        }
    }
}
