package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.Fact;
import dev.nptune.host.LiveVm;
import dev.nptune.host.LiveVm.Unseen;
import dev.nptune.host.QemuMemory;
import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.internal.text.DisplayWidth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectLiveTextTest {
    private static final LiveVm VM = new LiveVm(
            1,
            4021,
            Fact.known("win10", "/proc/4021/cmdline"),
            Fact.known(
                    Map.of("exits", 1_234_567L, "halt_exits", 200_000L, "tlb_flush", 42L, "preemption_other", 7L),
                    "/sys/kernel/debug/kvm/4021-12"),
            new QemuMemory(
                    Fact.known(new GuestPages(262_144, 1536, 0), "/sys/kernel/debug/kvm/4021-12"),
                    Fact.known(
                            List.of(
                                    new Mapping("/srv/huge/win10", 0, 8L << 30, 4L << 30, 4096, 3L << 30, 0, true),
                                    new Mapping("", 0, 64L << 20, 1 << 20, 4096, 0, 0, false)),
                            "/proc/4021/smaps")),
            Fact.known(92, "/sys/kernel/tracing/events/kvm"),
            List.of(new Unseen("the nested page tables themselves", "they are the kernel's own memory")));

    @Test
    void aBarForEachPageSize() {
        assertThat(InspectLiveText.render(VM, 80, true)).isEqualTo("""
                VM          win10, process 4021

                memory that KVM has mapped for the guest, by page size
                  4 KiB  █████████                              1 GiB       262144 pages   25 %
                  2 MiB  ██████████████████████████             3 GiB         1536 pages   75 %
                  1 GiB                                             0            0 pages    0 %

                QEMU's largest mappings; the guest's memory is among them
                  mapping            size   used  pages of   THP  pool
                ──────────────────────────────────────────────────────
                  /srv/huge/win10   8 GiB  4 GiB     4 KiB  75 %   0 %
                  no file          64 MiB  1 MiB     4 KiB   0 %   0 %

                since the VM started
                  exits                      1234567  exits to the host
                  halt_exits                  200000  of them, the guest had nothing to do
                  tlb_flush                       42  TLB flushes
                  and 1 more, with --json

                not to be seen from here
                  - the nested page tables themselves: they are the kernel's own memory.
                KVM's events can be traced: 92 kinds, by root.
                """);
    }

    @Test
    void nothingIsWiderThanTheTerminal() {
        for (int columns : new int[] {80, 100, 200}) {
            assertThat(InspectLiveText.render(VM, columns, true).lines())
                    .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(columns));
        }
        assertThat(InspectLiveText.render(VM, 80, false)).isASCII();
    }

    @Test
    void whatIsNotKnownIsSaid() {
        LiveVm unread = new LiveVm(
                1,
                7,
                Fact.absent("/proc/7/cmdline"),
                Fact.unreadable("/sys/kernel/debug/kvm", "permission denied"),
                QemuMemory.unread(7, "permission denied"),
                Fact.absent("/sys/kernel/tracing/events/kvm"),
                List.of());
        assertThat(InspectLiveText.render(unread, 80, true))
                .contains("by page size\n  unknown (permission denied)\n", "started\n  unknown (permission denied)\n");
    }
}
