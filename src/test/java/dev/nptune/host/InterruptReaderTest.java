package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.MemoryFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptReaderTest {
    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    @Test
    void linux4() {
        assertThat(InterruptReader.parse("""
                           CPU0       CPU1       CPU2       CPU3
                  0:         48          0          0          0  IR-IO-APIC   2-edge      timer
                  8:          1          0          0          0  IR-IO-APIC   8-edge      rtc0
                  9:          0          3          0          0  IR-IO-APIC   9-fasteoi   acpi
                 16:          0          0        120          7  IR-IO-APIC  16-fasteoi   ehci_hcd:usb1, vfio-intx(0000:01:00.0)
                 17:          0          0          0          0  IR-IO-APIC  17-fasteoi  \s
                 25:          0          0          0          0   PCI-MSI 4096-edge      AMD-Vi
                 26:          0          0          0          0  IR-PCI-MSI 18432-edge      PCIe PME, aerdrv, pcie-dpc
                 40:         17          0          0 4294967295  IR-PCI-MSI 524288-edge      nvme0q0
                120:          0     612904          0          1  IR-PCI-MSI 4194304-edge      vfio-msi[0](0000:08:00.0)
                NMI:         12         12         12         12   Non-maskable interrupts
                LOC:     814201     790412     700001     712345   Local timer interrupts
                ERR:          0
                MIS:          0
                """))
                .extracting(InterruptReader.Row::number, InterruptReader.Row::actions, InterruptReader.Row::count)
                .containsExactly(
                        tuple(0, List.of("timer"), 48L),
                        tuple(8, List.of("rtc0"), 1L),
                        tuple(9, List.of("acpi"), 3L),
                        tuple(16, List.of("ehci_hcd:usb1", "vfio-intx(0000:01:00.0)"), 127L),
                        tuple(17, List.of(), 0L),
                        tuple(25, List.of("AMD-Vi"), 0L),
                        tuple(26, List.of("PCIe PME", "aerdrv", "pcie-dpc"), 0L),
                        tuple(40, List.of("nvme0q0"), 4294967312L),
                        tuple(120, List.of("vfio-msi[0](0000:08:00.0)"), 612905L));
    }

    @Test
    void linux6() {
        assertThat(InterruptReader.parse("""
                            CPU0       CPU1      \s
                   1:          0       9412  IR-IO-APIC    1-edge      i8042
                   7:        123          0  IR-IO-APIC    7-fasteoi   pinctrl_amd
                  27:          0          0  PCI-MSI-0000:00:00.2    0-edge      AMD-Vi
                  33:          0          0  IR-PCI-MSI-0000:00:01.1    0-edge      PCIe PME, aerdrv, PCIe bwctrl
                  55:       2211          0  IR-PCI-MSIX-0000:02:00.0    0-edge      nvme0q0
                  56:     100200          0  IR-PCI-MSIX-0000:02:00.0    1-edge      nvme0q1
                  93:          0          2  amd_gpio   9  ELAN1200:00
                  94:          0          0  amd_gpio   5 \s
                 131:     500123          0  IR-PCI-MSI-0000:01:00.0    0-edge      vfio-msi[0](0000:01:00.0)
                 132:          7          8  IR-PCI-MSIX-0000:03:00.0    0-edge      vfio-msix[0](0000:03:00.0)
                 PIW:       8812       9913   Posted-interrupt wakeup event
                """))
                .extracting(InterruptReader.Row::number, InterruptReader.Row::actions, InterruptReader.Row::count)
                .containsExactly(
                        tuple(1, List.of("i8042"), 9412L),
                        tuple(7, List.of("pinctrl_amd"), 123L),
                        tuple(27, List.of("AMD-Vi"), 0L),
                        tuple(33, List.of("PCIe PME", "aerdrv", "PCIe bwctrl"), 0L),
                        tuple(55, List.of("nvme0q0"), 2211L),
                        tuple(56, List.of("nvme0q1"), 100200L),
                        tuple(93, List.of("ELAN1200:00"), 2L),
                        tuple(94, List.of(), 0L),
                        tuple(131, List.of("vfio-msi[0](0000:01:00.0)"), 500123L),
                        tuple(132, List.of("vfio-msix[0](0000:03:00.0)"), 15L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  IO-APIC-fasteoi   3w-9xxx|3w-9xxx",
                "  PCI-MSI-edge      eth0-rx-0|eth0-rx-0",
                "   XT-PIC         cascade|cascade",
                "  XT-PIC    -XT-PIC    cascade|cascade",
                "  xen-pirq    -ioapic-level  ata_piix|ata_piix",
                "  Hyper-V PCIe MSI 2164260864-edge      nvme0q0|nvme0q0",
                "  HPET-MSI   3-edge      hpet3|hpet3",
                "    GICv3  27 Level     arch_timer|arch_timer",
                "  ITS-MSI 524288 Edge      nvme0q0|nvme0q0",
                "  DMAR-MSI    0-edge      dmar0|dmar0",
                "  PCI-MSI 524288-edge      3-edge|3-edge",
                "      None   |''",
                "        -    |''",
                "|''"
            })
    void whatStandsBeforeTheActionsIsNoneOfThem(String tail, String action) {
        String row = "  CPU0 CPU3\n 5:   1   2 " + (tail == null ? "" : tail);
        assertThat(InterruptReader.parse(row))
                .containsExactly(new InterruptReader.Row(5, action.isEmpty() ? List.of() : List.of(action), 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  1:  2  IO-APIC 1-edge x",
                " CPU0 CPU1\n 1:  2  IO-APIC 1-edge x",
                " CPU0 CPU1\n 1:  2",
                " CPU0\n 1: 4294967296 IO-APIC 1-edge x",
                " CPU0\n 1: -1 IO-APIC 1-edge x"
            })
    void whatIsNotUnderstoodIsNotGuessed(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> InterruptReader.parse(text));
    }

    @Test
    void whereTheyGo() {
        TestTree tree = new TestTree(root);
        tree.file("/proc/interrupts", " CPU0 CPU1\n 1: 2 3 IO-APIC 1-edge a\n 20: 0 0 x 1-edge b\n 21: 0 0 x 2-edge\n");
        tree.file("/proc/irq/1/effective_affinity_list", "0,2-3\n").file("/proc/irq/20/effective_affinity_list", "\n");

        assertThat(HostReader.read(root).interrupts())
                .isEqualTo(Fact.known(
                        List.of(
                                new Interrupt(1, List.of("a"), 5, known("0,2-3", 1)),
                                new Interrupt(20, List.of("b"), 0, known("", 20)),
                                new Interrupt(21, List.of(), 0, Fact.absent("/proc/irq/21/effective_affinity_list"))),
                        "/proc/interrupts"));
    }

    private static Fact<CpuSet> known(String cpus, int number) {
        return Fact.known(CpuSet.parse(cpus), "/proc/irq/" + number + "/effective_affinity_list");
    }

    @Test
    void withoutTheFileNothingIsKnown() {
        assertThat(HostReader.read(root).interrupts()).isEqualTo(Fact.absent("/proc/interrupts"));
        new TestTree(root).file("/proc/interrupts", "nonsense\n");
        assertThat(HostReader.read(root).interrupts())
                .isEqualTo(Fact.unreadable("/proc/interrupts", "no heading of CPUs: 'nonsense'"));
    }

    @Test
    void onlySoMany() {
        StringBuilder text = new StringBuilder(" CPU0\n");
        for (int i = 0; i < 5000; i++) {
            text.append(i).append(": 1 x ").append(i).append("-edge y\n");
        }
        new TestTree(root).file("/proc/interrupts", text.toString());
        Host host = HostReader.read(root);

        assertThat(host.interrupts().get().orElseThrow()).hasSize(InterruptReader.MOST);
        assertThat(host.gap("/proc/interrupts")).isPresent();
    }

    @Test
    void hostileRowsAreRefusedOrReadInTime() {
        String wide = " CPU0\n 1: 0 " + "x 1-".repeat(100_000) + "\n 2: 0 " + "1 ".repeat(200_000);
        assertThat(InterruptReader.parse(wide)).hasSize(2);
    }
}
