package dev.nptune.watch;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Why a vCPU left the guest, in the processors' own words. Sources: AMD64 APM volume 2, appendix C (SVM exit codes);
/// Intel SDM volume 3, appendix C (VMX basic exit reasons); the numbers of `isa` are KVM's (`KVM_ISA_VMX`,
/// `KVM_ISA_SVM` in `arch/x86/kvm/trace.h`).
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
        "SIPI",
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
        "VMXOFF",
        "VMXON",
        "CR_ACCESS",
        "DR_ACCESS",
        "IO_INSTRUCTION",
        "RDMSR",
        "WRMSR",
        "INVALID_GUEST_STATE",
        "MSR_LOADING",
        "",
        "MWAIT",
        "MONITOR_TRAP_FLAG",
        "",
        "MONITOR",
        "PAUSE",
        "MACHINE_CHECK_ON_ENTRY",
        "",
        "TPR_BELOW_THRESHOLD",
        "APIC_ACCESS",
        "VIRTUALIZED_EOI",
        "GDTR_IDTR_ACCESS",
        "LDTR_TR_ACCESS",
        "EPT_VIOLATION",
        "EPT_MISCONFIGURATION",
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
        "INSTRUCTION_TIMEOUT",
        "SEAMCALL",
        "TDCALL"
    };

    private static final int SVM_SINGLE = 0x60;

    private static final String[] SVM_FROM_60 = {
        "INTR",
        "NMI",
        "SMI",
        "INIT",
        "VINTR",
        "CR0_SEL_WRITE",
        "IDTR_READ",
        "GDTR_READ",
        "LDTR_READ",
        "TR_READ",
        "IDTR_WRITE",
        "GDTR_WRITE",
        "LDTR_WRITE",
        "TR_WRITE",
        "RDTSC",
        "RDPMC",
        "PUSHF",
        "POPF",
        "CPUID",
        "RSM",
        "IRET",
        "SWINT",
        "INVD",
        "PAUSE",
        "HLT",
        "INVLPG",
        "INVLPGA",
        "IOIO",
        "MSR",
        "TASK_SWITCH",
        "FERR_FREEZE",
        "SHUTDOWN",
        "VMRUN",
        "VMMCALL",
        "VMLOAD",
        "VMSAVE",
        "STGI",
        "CLGI",
        "SKINIT",
        "RDTSCP",
        "ICEBP",
        "WBINVD",
        "MONITOR",
        "MWAIT",
        "MWAIT_CONDITIONAL",
        "XSETBV",
        "RDPRU",
        "EFER_WRITE_TRAP"
    };

    private static final Map<Long, String> SVM_NAMES = svm();

    private ExitReasons() {}

    private static Map<Long, String> svm() {
        Map<Long, String> names = new HashMap<>();
        for (int i = 0; i < 16; i++) {
            names.put((long) i, "CR" + i + "_READ");
            names.put(0x10L + i, "CR" + i + "_WRITE");
            names.put(0x20L + i, "DR" + i + "_READ");
            names.put(0x30L + i, "DR" + i + "_WRITE");
            names.put(0x90L + i, "CR" + i + "_WRITE_TRAP");
        }
        for (int i = 0; i < 32; i++) {
            names.put(0x40L + i, "EXCP" + i);
        }
        for (int i = 0; i < SVM_FROM_60.length; i++) {
            names.put((long) SVM_SINGLE + i, SVM_FROM_60[i]);
        }
        names.putAll(Map.of(
                0xA0L, "INVLPGB",
                0xA1L, "INVLPGB_ILLEGAL",
                0xA2L, "INVPCID",
                0xA3L, "MCOMMIT",
                0xA4L, "TLBSYNC",
                0xA5L, "BUSLOCK",
                0xA6L, "IDLE_HLT"));
        names.putAll(Map.of(
                0x400L, "NPF",
                0x401L, "AVIC_INCOMPLETE_IPI",
                0x402L, "AVIC_NOACCEL",
                0x403L, "VMGEXIT",
                0xFFFFFFFFL, "INVALID"));
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
