package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitReasonsTest {
    @ParameterizedTest
    @CsvSource({
        "1, 0, EXCEPTION_NMI",
        "1, 10, CPUID",
        "1, 12, HLT",
        "1, 30, IO_INSTRUCTION",
        "1, 31, MSR_READ",
        "1, 32, MSR_WRITE",
        "1, 40, PAUSE_INSTRUCTION",
        "1, 41, MCE_DURING_VMENTRY",
        "1, 45, EOI_INDUCED",
        "1, 48, EPT_VIOLATION",
        "1, 49, EPT_MISCONFIG",
        "1, 52, PREEMPTION_TIMER",
        "1, 56, APIC_WRITE",
        "1, 62, PML_FULL",
        "1, 74, BUS_LOCK",
        "1, 75, NOTIFY",
        "1, 77, TDCALL",
        "1, 85, MSR_WRITE_IMM",
        "1, 35, 0x23",
        "1, 80, 0x50",
        "1, 1000, 0x3e8",
        "1, 2147483682, MSR_LOAD_FAIL",
        "2, 0, read_cr0",
        "2, 24, write_cr8",
        "2, 55, write_dr7",
        "2, 78, PF excp",
        "2, 83, XF excp",
        "2, 73, 0x49",
        "2, 96, interrupt",
        "2, 100, vintr",
        "2, 105, read_rt",
        "2, 106, write_idtr",
        "2, 114, cpuid",
        "2, 119, pause",
        "2, 123, io",
        "2, 129, hypercall",
        "2, 141, xsetbv",
        "2, 143, write_efer_trap",
        "2, 148, write_cr4_trap",
        "2, 162, invpcid",
        "2, 165, buslock",
        "2, 1025, avic_incomplete_ipi",
        "2, 1026, avic_unaccelerated_access",
        "2, 4294967295, invalid_guest_state",
        "2, 2147483649, vmgexit_mmio_read",
        "2, 2147483654, 0x80000006",
        "7, 120, 0x78"
    })
    void namesOfReasons(int isa, long reason, String name) {
        assertThat(ExitReasons.name(isa, reason)).isEqualTo(name);
    }
}
