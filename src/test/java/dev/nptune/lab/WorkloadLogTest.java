package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadLogTest {
    @Test
    void aWholeLog() {
        WorkloadLog log = parse("""
                [    0.5] random: crng init done
                NPTUNE-MACHINE 6.1.0-18-amd64, 1 CPU, clock tsc
                NPTUNE-GPU 00:05.0 1234:1111
                NPTUNE-RESULT integer 1000 2500
                NPTUNE-RESULT process 8 4000000
                NPTUNE-DONE
                """);

        assertThat(log.nanoseconds()).containsExactly(entry("integer", 2.5), entry("process", 500_000.0));
        assertThat(log.failed()).isEmpty();
        assertThat(log.gpu()).contains("00:05.0 1234:1111");
        assertThat(log.machine()).isEqualTo("6.1.0-18-amd64, 1 CPU, clock tsc");
    }

    @Test
    void isNotThereBeforeTheEnd() {
        assertThat(WorkloadLog.parse(List.of())).isEmpty();
        assertThat(WorkloadLog.parse(List.of("NPTUNE-RESULT integer 1000 2500", "NPTUNE-DON")))
                .isEmpty();
    }

    @Test
    void aMachineThatSawNoGpuHasNone() {
        WorkloadLog log = parse("NPTUNE-DONE");

        assertThat(log.gpu()).isEmpty();
        assertThat(log.machine()).isEmpty();
        assertThat(log.nanoseconds()).isEmpty();
    }

    @Test
    void aFailedWorkloadKeepsItsReason() {
        assertThat(parse("NPTUNE-FAILED disk No such device\nNPTUNE-FAILED timer\nNPTUNE-DONE")
                        .failed())
                .containsExactly(entry("disk", "No such device"), entry("timer", ""));
    }

    @Test
    void whatTheKernelPrintsInFrontIsPassedOver() {
        assertThat(parse("[  3.14] sd 0:0:0:0: NPTUNE-RESULT disk 10 50\nNPTUNE-DONE")
                        .nanoseconds())
                .isEqualTo(Map.of("disk", 5.0));
    }

    @Test
    void ofTwoLinesRunTogetherTheSecondCounts() {
        assertThat(parse("NPTUNE-RESULT memory 10 5NPTUNE-RESULT disk 10 50\nNPTUNE-DONE")
                        .nanoseconds())
                .isEqualTo(Map.of("disk", 5.0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NPTUNE-RESULT",
                "NPTUNE-RESULT integer",
                "NPTUNE-RESULT integer 1000",
                "NPTUNE-RESULT integer 1000 ",
                "NPTUNE-RESULT integer 1000 25?0",
                "NPTUNE-RESULT integer 1000 2500 7",
                "NPTUNE-RESULT inte-ger 1000 2500",
                "NPTUNERESULT integer 1000 2500",
                "nptune-result integer 1000 2500",
                "NPTUNE-RESULT integer 0 2500",
                "NPTUNE-RESULT integer 1000 0",
                "NPTUNE-RESULT integer -1 2500",
                "NPTUNE-RESULT integer 1000 -2500",
                "NPTUNE-RESULT integer 1e3 2500",
                "NPTUNE-RESULT integer NaN Infinity",
                "NPTUNE-RESULT integer 1000 99999999999999999999999",
                "NPTUNE-RESULT integer 99999999999999999999999 1000",
                "NPTUNE-RESULT integer ١٠٠٠ ٢٥٠٠",
            })
    void aGarbledLineIsLeftOut(String line) {
        assertThat(parse(line + "\nNPTUNE-DONE").nanoseconds()).isEmpty();
    }

    @Test
    void aLongLineIsReadQuickly() {
        assertThat(parse("NPTUNE-RESULT ".repeat(100_000) + "\nNPTUNE-DONE").nanoseconds())
                .isEmpty();
    }

    private static WorkloadLog parse(String console) {
        return WorkloadLog.parse(console.lines().toList()).orElseThrow();
    }
}
