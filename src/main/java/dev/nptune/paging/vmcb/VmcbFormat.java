package dev.nptune.paging.vmcb;

/// Offsets within a VMCB (APM volume 2, appendix B) and what VMRUN would refuse (15.5.1).
final class VmcbFormat {
    static final int INTERCEPTS_2 = 0x010;
    static final int ASID = 0x058;
    static final int TLB_CONTROL = 0x05c;
    static final int EXIT_CODE = 0x070;
    static final int EXIT_INFO_1 = 0x078;
    static final int EXIT_INFO_2 = 0x080;
    static final int NESTED_CONTROL = 0x090;
    static final int NESTED_CR3 = 0x0b0;
    static final int CLEAN = 0x0c0;
    static final int CPL = 0x4cb;
    static final int EFER = 0x4d0;
    static final int CR4 = 0x548;
    static final int CR3 = 0x550;
    static final int CR0 = 0x558;
    static final int DR7 = 0x560;
    static final int DR6 = 0x568;
    static final int RFLAGS = 0x570;
    static final int RIP = 0x578;
    static final int CR2 = 0x640;
    static final int G_PAT = 0x668;

    private static final int MOST_ASID = 0xffff;

    /// Bits 31:16 are reserved, 0 to 7 mean what to flush.
    private static final int TLB_CONTROL_BITS = 0x7;

    /// SCE, LME, LMA, NXE, SVME, LMSLE, FFXSR, TCE, MCOMMIT, INTWB, UAIE, AIBRSE.
    private static final long EFER_BITS = 0x36_fd01;

    private static final long LME = 1 << 8;
    private static final long LMA = 1 << 10;
    private static final long SVME = 1 << 12;

    /// PE, MP, EM, TS, ET, NE, WP, AM, NW, CD, PG.
    private static final long CR0_BITS = 0xe005_003fL;

    private static final long PE = 1;
    private static final long NW = 1L << 29;
    private static final long CD = 1L << 30;
    private static final long PG = 1L << 31;

    /// Up to CET, without those that are reserved on every processor.
    private static final long CR4_BITS = 0xf7_1fffL;

    private static final long PAE = 1 << 5;
    private static final long RFLAGS_ONE = 1 << 1;
    private static final long RFLAGS_BITS = 0x3f_7fd7;
    private static final long ADDRESS = 0x000f_ffff_ffff_ffffL;

    private VmcbFormat() {}

    /// EFER has SVME and no reserved bit: true of almost no page that is no VMCB, so it is asked first.
    static boolean eferFits(long efer) {
        return (efer & ~EFER_BITS) == 0 && (efer & SVME) != 0;
    }

    static boolean asidFits(int asid, int tlbControl) {
        return asid > 0 && asid <= MOST_ASID && (tlbControl & ~TLB_CONTROL_BITS) == 0;
    }

    /// Without the intercept of VMRUN there is no VMRUN.
    static boolean interceptsVmrun(int intercepts) {
        return (intercepts & 1) != 0;
    }

    static boolean controlRegistersFit(long cr0, long cr3, long cr4, long efer) {
        if ((cr0 & ~CR0_BITS) != 0 || (cr4 & ~CR4_BITS) != 0 || (cr3 & ~ADDRESS) != 0) {
            return false;
        }
        boolean paging = (cr0 & PG) != 0;
        boolean longMode = (efer & LME) != 0 && paging;
        return !((cr0 & NW) != 0 && (cr0 & CD) == 0)
                && !(paging && (cr0 & PE) == 0)
                && !(longMode && (cr4 & PAE) == 0)
                && ((efer & LMA) != 0) == longMode;
    }

    static boolean flagsFit(long rflags, long dr6, long dr7, int cpl) {
        return (rflags & RFLAGS_ONE) != 0
                && (rflags & ~RFLAGS_BITS) == 0
                && dr6 >>> 32 == 0
                && dr7 >>> 32 == 0
                && cpl <= 3;
    }
}
