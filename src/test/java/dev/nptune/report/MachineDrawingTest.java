package dev.nptune.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import dev.nptune.report.MachineMap.Box;
import dev.nptune.report.MachineMap.Core;
import dev.nptune.report.MachineMap.Device;
import dev.nptune.report.MachineMap.Kind;
import dev.nptune.report.MachineMap.Vm;
import dev.nptune.report.MachineMap.VmThread;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NamedNodeMap;
import org.xml.sax.InputSource;

class MachineDrawingTest {
    private static final CpuSet ALL = CpuSet.range(0, 15);

    /// Two dies of one package, each with its own memory; a core has CPUs n and n + 8.
    private static MachineMap machine() {
        List<Device> devices = List.of(
                new Device(PciAddress.parse("0a:00.0"), "GeForce GTX 1070", "vfio-pci, group 14"),
                new Device(PciAddress.parse("0b:00.0"), "Radeon <HD 7770> & \u001b[2J", "radeon, group 15"));
        Box first = node(0, 0, List.of());
        Box second = node(1, 4, devices);
        Box unit =
                new Box(Kind.PACKAGE, "Package 0", "a Threadripper", ALL, List.of(first, second), List.of(), List.of());
        Vm gaming = new Vm(
                "win10",
                List.of(
                        new VmThread("vCPU 0", "v0", CpuSet.of(4)),
                        new VmThread("vCPU 1", "v1", CpuSet.of(12)),
                        new VmThread("emulator", "em", CpuSet.of(0, 8)),
                        new VmThread("iothread 1", "io1", CpuSet.of(0, 8))));
        Vm other = new Vm("work", List.of(new VmThread("vCPU 0", "v0", CpuSet.of(8))));
        Device lost = new Device(PciAddress.parse("00:14.0"), "USB controller", "xhci_hcd, no group");
        return new MachineMap("A machine", List.of(unit), List.of(lost), List.of(gaming, other), List.of("a note"));
    }

    private static Box node(int number, int first, List<Device> devices) {
        CpuSet cpus = CpuSet.range(first, first + 3).or(CpuSet.range(first + 8, first + 11));
        List<Core> cores = IntStream.range(first, first + 4)
                .mapToObj(cpu -> new Core(CpuSet.of(cpu, cpu + 8), cpu % 4 == 0 ? "P" : "E"))
                .toList();
        Box cache = new Box(Kind.L3, "L3", "8 MiB", cpus, List.of(), cores, List.of());
        return new Box(Kind.NODE, "NUMA node " + number, "", cpus, List.of(cache), List.of(), devices);
    }

    @Test
    void inLinesForATerminal() {
        assertThat(MachineText.draw(machine(), 40)).isEqualTo("""
                A machine
                  Package 0  a Threadripper
                    NUMA node 0
                      L3  8 MiB
                        [0=em 8=em]P [1 9]E [2 10]E
                        [3 11]E
                    NUMA node 1
                      L3  8 MiB
                        [4=v0 12=v1]P [5 13]E [6 14]E
                        [7 15]E
                      0000:0a:00.0  GeForce GTX 1070  (vfio-pci, group 14)
                      0000:0b:00.0  Radeon <HD 7770> & \\x1b[2J  (radeon, group 15)
                  PCI devices of no known node
                    0000:00:14.0  USB controller  (xhci_hcd, no group)

                win10
                  v0→4 v1→12 em→0,8 io1→0,8

                work
                  v0→8

                note: a note
                """);
    }

    @Test
    void asAPicture() throws Exception {
        String svg = MachineSvg.draw(machine());

        Golden.check("dev/nptune/report/machine.svg", svg);
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg)
                .contains("Radeon &lt;HD 7770&gt; &amp; \\x1b[2J")
                .contains(">CPU 8: win10 emulator, win10 iothread 1, work vCPU 0<")
                .contains(">em+2<");
    }

    @Test
    void everyPartLiesWithinThePicture() throws Exception {
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(MachineSvg.draw(machine()))));
        var picture = document.getDocumentElement();
        double width = Double.parseDouble(picture.getAttribute("width"));
        double height = Double.parseDouble(picture.getAttribute("height"));
        var rectangles = document.getElementsByTagName("rect");
        assertThat(rectangles.getLength()).isGreaterThan(20);
        for (int i = 0; i < rectangles.getLength(); i++) {
            var attributes = rectangles.item(i).getAttributes();
            double right = number(attributes, "x") + number(attributes, "width");
            double bottom = number(attributes, "y") + number(attributes, "height");
            assertThat(right).isBetween(0.0, width);
            assertThat(bottom).isBetween(0.0, height);
        }
    }

    private static double number(NamedNodeMap attributes, String name) {
        return Double.parseDouble(attributes.getNamedItem(name).getNodeValue());
    }
}
