package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.host.KernelLog.Category;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelLogTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AMD-Vi: Interrupt remapping enabled|AMD_VI",
                "pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported|AMD_VI",
                "DMAR: IOMMU enabled|DMAR",
                "DMAR: DRHD: handling fault status reg 2|DMAR",
                "pci 0000:01:00.0: Adding to iommu group 13|IOMMU",
                "iommu: Default domain type: Translated|IOMMU",
                "VFIO - User Level meta-driver version: 0.3|VFIO",
                "vfio-pci 0000:0a:00.0: vfio_ecap_init: hiding ecap 0x19@0x270|VFIO",
                "vfio-pci 0000:0a:00.0: not ready 1023ms after FLR; waiting|RESET",
                "vfio-pci 0000:0a:00.0: BAR 1: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]|BAR",
                "kvm_amd: Nested Paging enabled|KVM",
                "kvm: SVM disabled (by BIOS) in MSR_VM_CR|KVM",
                "SVM: kvm: Nested Paging enabled|KVM",
                "kvmfr: creating 1 static devices|KVMFR",
                "pcieport 0000:00:03.1: AER: Corrected error message received|AER",
                "pcieport 0000:00:03.1: PCIe Bus Error: severity=Corrected, type=Data Link Layer|AER",
                "mce: [Hardware Error]: Machine check events logged|MCE",
                "pnp 00:01: disabling; can't claim BAR 0 [mem 0xe0000000]|BAR",
                "pci 0000:0a:00.0: BAR 15: no space for [mem size 0x18000000 64bit pref]; address conflict|BAR",
                "pci 0000:0a:00.0: BAR 1 [mem size 0x10000000]: failed to assign|BAR",
                "watchdog: BUG: soft lockup - CPU#6 stuck for 22s! [CPU 3/KVM:4711]|LOCKUP",
                "NMI watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [vfio-irq:77]|LOCKUP",
                "NMI watchdog: Watchdog detected hard LOCKUP on cpu 2|LOCKUP",
                "rcu: INFO: rcu_preempt self-detected stall on CPU|LOCKUP",
                "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 3-... } 27 jiffies|LOCKUP",
                "INFO: rcu_sched detected stalls on CPUs/tasks:|LOCKUP",
                "rcu: \tHierarchical SRCU implementation.|",
                "x86/split lock detection: #AC: CPU 0/KVM/2611 took a split_lock trap at address: 0x7ff6|SPLIT_LOCK",
                "x86/split lock detection: #DB: qemu/77 took a bus_lock trap at address: 0x7ff6|SPLIT_LOCK",
                "x86/split lock detection: #DB: warning on user-space bus_locks|SPLIT_LOCK",
                "Unknown kernel command line parameters \"split_lock_detect=off\", will be passed|UNKNOWN_PARAMETER",
                "AMD Memory Encryption Features active: SME|MEMORY_ENCRYPTION",
                "Memory Encryption Features active: AMD SME|MEMORY_ENCRYPTION",
                "vfio-pci 0000:0a:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff|ROM",
                "tsc: Marking TSC unstable due to clocksource watchdog|CLOCK",
                "clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable|CLOCK",
                "efifb: probing for efifb|FRAMEBUFFER",
                "Console: switching to colour dummy device 80x25|",
                "amdgpu 0000:0b:00.0: vgaarb: deactivate vga console|",
                "Lockdown: swapper/0: hibernation is restricted; see man kernel_lockdown.7|LOCKDOWN",
                "secureboot: Secure boot enabled|LOCKDOWN",
                "usb 1-4: new high-speed USB device|",
                "Command line: root=/dev/sda1 iommu=pt vfio-pci.ids=10de:1b80|",
                "Kernel command line: root=/dev/sda1 kvm.ignore_msrs=1|",
                "systemd[1]: Hostname set to <akvmbox>|"
            })
    void categories(String line, Category category) {
        KernelLog log = KernelLogParser.parse("[   12.345678] " + line + "\n");
        if (category == null) {
            assertThat(log.lines()).isEmpty();
        } else {
            assertThat(log.lines()).containsExactly(new KernelLog.Line(category, line));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[    0.000000] ", "[12345.678901][  T123] ", "<6>[    1.000000] ", "[    1.000000][    C0] "
            })
    void timesAreLeftOut(String prefix) {
        assertThat(KernelLogParser.withoutTime(prefix + "kvm: x")).isEqualTo("kvm: x");
    }

    @Test
    void aFloodDoesNotDrownTheRest() {
        String flood = "[    1.000000] pcieport 0000:00:03.1: AER: Corrected error\n".repeat(5000);
        KernelLog log = KernelLogParser.parse(flood + "[ 9.0] kvm: last\n");

        assertThat(log.lines()).hasSize(KernelLog.MOST + 1);
        assertThat(log.lines(Category.KVM)).hasSize(1);
        assertThat(log.leftOut()).isEqualTo(5000 - KernelLog.MOST);
        assertThat(log.fromBoot()).isFalse();
    }

    @Test
    void linesWithoutEndAreCut() {
        KernelLog log = KernelLogParser.parse("kvm: " + "BAR 1".repeat(2_000_00) + "\nLinux version 6.1 (x)");
        assertThat(log.lines())
                .extracting(KernelLog.Line::category, l -> l.text().length())
                .containsExactly(tuple(Category.KVM, 400));
        assertThat(log.fromBoot()).isTrue();
    }
}
