package dev.nptune.watch;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Why a vCPU left the guest, in the words that the trace point and `perf kvm stat` have for it, letters large and
/// small
/// as there: `read_rt` is how they spell reading the task register. Sources: the kernel's
/// `arch/x86/include/uapi/asm/vmx.h` and `svm.h`; where these have no word, Intel SDM volume 3, appendix C (VMX basic
/// exit reasons), and AMD64 APM volume 2, appendix C (SVM exit codes); for the numbers of `isa` (`KVM_ISA_VMX`,
/// `KVM_ISA_SVM`) `arch/x86/kvm/trace.h`.
final class ExitReasons {
    static final int VMX = 1;
    static final int SVM = 2;

    /// Of VMX the rest are flags, such as that entering failed.
    private static final long BASIC = 0xFFFF;

    private static final String[] VMX_FROM_0 = {
        "EXCEPTION_NMI",
        "EXTERNAL_INTERRUPT",
        "TRIPLE_FAULT",
        "INIT_SIGNAL",
        "SIPI_SIGNAL",
        "IO_SMI",
        "OTHER_SMI",
        "INTERRUPT_WINDOW",
        "NMI_WINDOW",
        "TASK_SWITCH",
        "CPUID",
        "GETSEC",
        "HLT",
        "INVD",
        "INVLPG",
        "RDPMC",
        "RDTSC",
        "RSM",
        "VMCALL",
        "VMCLEAR",
        "VMLAUNCH",
        "VMPTRLD",
        "VMPTRST",
        "VMREAD",
        "VMRESUME",
        "VMWRITE",
        "VMOFF",
        "VMON",
        "CR_ACCESS",
        "DR_ACCESS",
        "IO_INSTRUCTION",
        "MSR_READ",
        "MSR_WRITE",
        "INVALID_STATE",
        "MSR_LOAD_FAIL",
        "",
        "MWAIT_INSTRUCTION",
        "MONITOR_TRAP_FLAG",
        "",
        "MONITOR_INSTRUCTION",
        "PAUSE_INSTRUCTION",
        "MCE_DURING_VMENTRY",
        "",
        "TPR_BELOW_THRESHOLD",
        "APIC_ACCESS",
        "EOI_INDUCED",
        "GDTR_IDTR",
        "LDTR_TR",
        "EPT_VIOLATION",
        "EPT_MISCONFIG",
        "INVEPT",
        "RDTSCP",
        "PREEMPTION_TIMER",
        "INVVPID",
        "WBINVD",
        "XSETBV",
        "APIC_WRITE",
        "RDRAND",
        "INVPCID",
        "VMFUNC",
        "ENCLS",
        "RDSEED",
        "PML_FULL",
        "XSAVES",
        "XRSTORS",
        "PCONFIG",
        "SPP",
        "UMWAIT",
        "TPAUSE",
        "LOADIWKEY",
        "",
        "",
        "ENQCMD_PASID",
        "ENQCMDS_PASID",
        "BUS_LOCK",
        "NOTIFY",
        "SEAMCALL",
        "TDCALL",
        "",
        "",
        "",
        "",
        "",
        "",
        "MSR_READ_IMM",
        "MSR_WRITE_IMM"
    };

    private static final int SVM_SINGLE = 0x60;

    /// By vector.
    private static final String[] EXCEPTIONS = {
        "DE", "DB", "", "BP", "OF", "BR", "UD", "NM", "DF", "", "TS", "NP", "SS", "GP", "PF", "", "MF", "AC", "MC", "XF"
    };

    private static final String[] SVM_FROM_60 = {
        "interrupt",
        "nmi",
        "smi",
        "init",
        "vintr",
        "cr0_sel_write",
        "read_idtr",
        "read_gdtr",
        "read_ldtr",
        "read_rt",
        "write_idtr",
        "write_gdtr",
        "write_ldtr",
        "write_rt",
        "rdtsc",
        "rdpmc",
        "pushf",
        "popf",
        "cpuid",
        "rsm",
        "iret",
        "swint",
        "invd",
        "pause",
        "hlt",
        "invlpg",
        "invlpga",
        "io",
        "msr",
        "task_switch",
        "ferr_freeze",
        "shutdown",
        "vmrun",
        "hypercall",
        "vmload",
        "vmsave",
        "stgi",
        "clgi",
        "skinit",
        "rdtscp",
        "icebp",
        "wbinvd",
        "monitor",
        "mwait",
        "mwait_conditional",
        "xsetbv",
        "rdpru",
        "write_efer_trap"
    };

    private static final Map<Long, String> SVM_NAMES = svm();

    private ExitReasons() {}

    private static Map<Long, String> svm() {
        Map<Long, String> names = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            names.put((long) i, "read_cr" + i);
            names.put(0x10L + i, "write_cr" + i);
            names.put(0x20L + i, "read_dr" + i);
            names.put(0x30L + i, "write_dr" + i);
            names.put(0x90L + i, "write_cr" + i + "_trap");
        }
        for (int i = 0; i < EXCEPTIONS.length; i++) {
            if (!EXCEPTIONS[i].isEmpty()) {
                names.put(0x40L + i, EXCEPTIONS[i] + " excp");
            }
        }
        for (int i = 0; i < SVM_FROM_60.length; i++) {
            names.put((long) SVM_SINGLE + i, SVM_FROM_60[i]);
        }
        names.putAll(Map.of(
                0xA0L, "invlpgb",
                0xA1L, "invlpgb_illegal",
                0xA2L, "invpcid",
                0xA3L, "mcommit",
                0xA4L, "tlbsync",
                0xA5L, "buslock",
                0xA6L, "idle-halt"));
        names.putAll(Map.of(
                0x400L, "npf",
                0x401L, "avic_incomplete_ipi",
                0x402L, "avic_unaccelerated_access",
                0x403L, "vmgexit",
                0xFFFFFFFFL, "invalid_guest_state"));
        names.putAll(Map.of(
                0x80000001L, "vmgexit_mmio_read",
                0x80000002L, "vmgexit_mmio_write",
                0x80000003L, "vmgexit_nmi_complete",
                0x80000004L, "vmgexit_ap_hlt_loop",
                0x80000005L, "vmgexit_ap_jump_table",
                0x80000010L, "vmgexit_page_state_change",
                0x80000011L, "vmgexit_guest_request",
                0x80000012L, "vmgexit_ext_guest_request",
                0x80000013L, "vmgexit_ap_creation",
                0x8000FFFDL, "vmgexit_hypervisor_feature"));
        return names;
    }

    /// The part of an exit reason that is its name.
    static long basic(long isa, long reason) {
        return isa == VMX ? reason & BASIC : reason;
    }

    /// The name of an exit reason; of one that is not known its number.
    ///
    /// @param isa the processor's kind of virtualization, as the trace point has it
    /// @param reason as the trace point has it, 32 bits without sign
    static String name(long isa, long reason) {
        long basic = basic(isa, reason);
        String known = "";
        if (isa == VMX && basic < VMX_FROM_0.length) {
            known = VMX_FROM_0[(int) basic];
        } else if (isa == SVM) {
            known = SVM_NAMES.getOrDefault(basic, "");
        }
        return known.isEmpty() ? String.format(Locale.ROOT, "0x%x", basic) : known;
    }
}
