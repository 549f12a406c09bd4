package dev.nptune.paging.vmcb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.paging.TestMemory;
import dev.nptune.paging.type.Pat;
import org.junit.jupiter.api.Test;

/// KVM's copy of a guest's PAT among other memory.
class AskedPatTest {
    private static final long CR0 = 0x8005_0033L;
    private static final long CR2 = 0x7fff_1234L;
    private static final long CR3 = 0x1_2345_6000L;
    private static final long CR4 = 0x36_06f0L;

    private final TestMemory memory = new TestMemory(64, 1);

    @Test
    void itStandsBehindTheRegisters() {
        vcpu(0x5088, 0x1a00, Pat.WINDOWS);
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).contains(Pat.WINDOWS);
    }

    @Test
    void registersOfAnotherGuestAreNotTaken() {
        vcpu(0x5088, 0x1a00, Pat.WINDOWS);
        memory.write(0x5088 + 16, 8, CR2 + 8);
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).isEmpty();
    }

    @Test
    void twoThatDifferSayNothing() {
        vcpu(0x5088, 0x1a00, Pat.WINDOWS);
        vcpu(0x1_5088, 0x1a00, Pat.WINDOWS);
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).contains(Pat.WINDOWS);
        vcpu(0x2_5088, 0x1a00, Pat.LINUX);
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).isEmpty();
    }

    @Test
    void aPatWithoutDebugRegistersIsNone() {
        vcpu(0x5088, 0x1a00, Pat.WINDOWS);
        memory.write(0x5088 + 0x1a00 + 48, 8, 0x1_ffff_0ff0L);
        memory.write(0x5088 + 0x100, 8, Pat.LINUX.value());
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).isEmpty();
    }

    @Test
    void withoutNestedPagingThereIsNothingToAsk() {
        vcpu(0x5088, 0x1a00, Pat.WINDOWS);
        assertThat(AskedPat.find(memory.memory(), vmcb(0))).isEmpty();
    }

    @Test
    void theEndOfTheDumpIsTheEnd() {
        vcpu(64 * 4096 - 40, 0, Pat.WINDOWS);
        assertThat(AskedPat.find(memory.memory(), vmcb(1))).isEmpty();
    }

    /// @param distance from `cr0` to `pat`; 0 for none
    private void vcpu(long cr0, long distance, Pat pat) {
        memory.write(cr0, 8, CR0 | 8);
        memory.write(cr0 + 16, 8, CR2);
        memory.write(cr0 + 24, 8, CR3);
        memory.write(cr0 + 32, 8, CR4 & ~0x40);
        if (distance > 0) {
            memory.write(cr0 + distance, 8, pat.value());
            memory.write(cr0 + distance + 48, 8, 0xffff_0ff0L);
            memory.write(cr0 + distance + 56, 8, 0x400);
        }
    }

    private static Vmcb vmcb(long nestedControl) {
        return new Vmcb(
                0x1000,
                1,
                0,
                0x400,
                0,
                0,
                nestedControl,
                0x2000,
                0,
                0,
                0x1d01,
                CR0,
                CR2,
                CR3,
                CR4,
                0,
                Pat.POWER_ON,
                Vmcb.Root.LIVE);
    }
}
