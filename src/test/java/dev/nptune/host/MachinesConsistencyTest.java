package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The machines agree with themselves, as the kernel's own files do. Reads the files, not the program's records.
class MachinesConsistencyTest extends MachineFolder {
    @SuppressWarnings("UnusedVariable") // read by name
    private static final List<String> NAMES = Machines.ALL;

    @ParameterizedTest
    @FieldSource("NAMES")
    void pciAgrees(String name) throws IOException {
        Machines.unpack(name, root);
        Map<String, String> groups = new TreeMap<>();
        for (Path device : list("sys/bus/pci/devices")) {
            String address = device.getFileName().toString();
            assertThat(device.toRealPath()).isDirectory().hasFileName(address);
            headerAgrees(device);
            resourcesAgree(device);
            if (Files.exists(device.resolve("iommu_group"))) {
                groups.put(address, device.resolve("iommu_group").toRealPath().toString());
            }
            if (Files.isSymbolicLink(device.resolve("driver"))) {
                assertThat(device.resolve("driver")
                                .toRealPath()
                                .resolve(address)
                                .toRealPath())
                        .isEqualTo(device.toRealPath());
            }
            assertThat(device.resolve("subsystem").toRealPath()).isEqualTo(real("sys/bus/pci"));
        }
        Map<String, String> members = new TreeMap<>();
        for (Path group : listIfThere("sys/kernel/iommu_groups")) {
            for (Path member : list(group.resolve("devices"))) {
                members.put(member.getFileName().toString(), group.toRealPath().toString());
                assertThat(member.toRealPath()).isEqualTo(real("sys/bus/pci/devices/" + member.getFileName()));
            }
        }
        assertThat(groups).isEqualTo(members);
        if (name.equals(Machines.NO_IOMMU)) {
            assertThat(groups).isEmpty();
        } else {
            assertThat(groups).hasSizeGreaterThan(20);
        }
    }

    private void headerAgrees(Path device) throws IOException {
        ByteBuffer config = config(device);
        assertThat(config.capacity()).as("%s", device).isIn(256, 4096);
        assertThat(hex(device, "vendor")).as("%s", device).isEqualTo(config.getShort(0) & 0xffff);
        assertThat(hex(device, "device")).as("%s", device).isEqualTo(config.getShort(2) & 0xffff);
        assertThat(hex(device, "class")).as("%s", device).isEqualTo(config.getInt(8) >>> 8);
        assertThat(hex(device, "revision")).as("%s", device).isEqualTo(config.get(8) & 0xff);
        int subsystem = hex(device, "subsystem_device") << 16 | hex(device, "subsystem_vendor");
        boolean bridge = (config.get(0x0e) & 0x7f) == 1;
        assertThat(subsystem).as("%s", device).isEqualTo(bridge ? bridgeSubsystem(config) : config.getInt(0x2c));
        assertThat(bridge).as("%s", device).isEqualTo(hex(device, "class") == 0x060400);
        Path real = device.toRealPath();
        if (bridge) {
            assertThat(line(device, "secondary_bus_number")).isEqualTo("" + (config.get(0x19) & 0xff));
            assertThat(line(device, "subordinate_bus_number")).isEqualTo("" + (config.get(0x1a) & 0xff));
        }
        Path parent = real.resolve("..").normalize();
        int bus = PciAddress.parse(real.getFileName().toString()).bus();
        if (Files.exists(parent.resolve("config"))) {
            assertThat(config(parent).get(0x19) & 0xff).as("bus of %s", real).isEqualTo(bus);
        } else {
            assertThat(parent).hasFileName("pci" + real.getFileName().toString().substring(0, 7));
        }
        String slot = real.getFileName().toString().substring(0, 11);
        long functions = list(parent).stream()
                .filter(p -> p.getFileName().toString().startsWith(slot))
                .count();
        if (functions > 1) { // not the other way round: firmware hides functions
            assertThat(config.get(0x0e)).as("several functions: %s", real).isNegative();
        }
    }

    /// A bridge tells its subsystem in a capability, if at all.
    private static int bridgeSubsystem(ByteBuffer config) {
        for (int at = config.get(0x34) & 0xff; at != 0; at = config.get(at + 1) & 0xff) {
            if (config.get(at) == 0x0d) {
                return config.getInt(at + 4);
            }
        }
        return 0;
    }

    /// BARs hold what `resource` says, and lie within the windows of the bridge above.
    private void resourcesAgree(Path device) throws IOException {
        ByteBuffer config = config(device);
        List<String> rows = Files.readAllLines(device.resolve("resource"));
        boolean bridge = hex(device, "class") == 0x060400;
        assertThat(rows).hasSize(bridge ? 17 : 7);
        for (int i = 0; i < (bridge ? 2 : 6); i++) {
            long start = Long.decode(rows.get(i).split(" ")[0]);
            long flags = Long.decode(rows.get(i).split(" ")[2]);
            int low = config.getInt(0x10 + 4 * i);
            if (flags != 0) {
                long bar = low & ((flags & 0x100) != 0 ? ~3L : ~0xfL) & 0xffffffffL;
                bar |= (flags & 0x100000) != 0 ? (long) config.getInt(0x14 + 4 * i) << 32 : 0;
                assertThat(bar).as("BAR %d of %s", i, device).isEqualTo(start);
                assertThat(low & 0xf).isEqualTo((int) flags & 0xf);
                withinWindow(device, rows.get(i));
            }
        }
    }

    private void withinWindow(Path device, String row) throws IOException {
        Path above = device.toRealPath().resolve("../resource").normalize();
        if (Files.exists(above)) {
            long start = Long.decode(row.split(" ")[0]);
            long end = Long.decode(row.split(" ")[1]);
            assertThat(Files.readAllLines(above).subList(13, 17))
                    .as("window for %s", device)
                    .anySatisfy(window -> {
                        assertThat(Long.decode(window.split(" ")[0])).isLessThanOrEqualTo(start);
                        assertThat(Long.decode(window.split(" ")[1])).isGreaterThanOrEqualTo(end);
                    });
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void capabilitiesAreListsThatEnd(String name) throws IOException {
        Machines.unpack(name, root);
        for (Path device : list("sys/bus/pci/devices")) {
            ByteBuffer config = config(device);
            TreeSet<Integer> seen = new TreeSet<>();
            boolean express = false;
            for (int at = config.get(0x34) & 0xff; at != 0; at = config.get(at + 1) & 0xff) {
                assertThat(seen.add(at)).as("%s: %x", device, at).isTrue();
                if (config.get(at) == 0x10) {
                    express = true;
                    assertThat(line(device, "current_link_width"))
                            .isEqualTo("" + (config.getShort(at + 0x12) >> 4 & 0x3f));
                    assertThat(line(device, "max_link_width")).isEqualTo("" + (config.getInt(at + 0x0c) >> 4 & 0x3f));
                }
            }
            assertThat(Files.exists(device.resolve("max_link_speed"))).isEqualTo(express);
            assertThat((config.getShort(6) & 0x10) != 0).as("%s", device).isEqualTo(!seen.isEmpty());
            for (int at = express ? 0x100 : 0; at != 0; at = config.getInt(at) >>> 20) {
                assertThat(config.getInt(at)).as("%s: %x", device, at).isNotZero();
                assertThat(seen.add(at)).as("%s: %x", device, at).isTrue();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyListOfCpusEqualsItsMask(String name) throws IOException {
        Machines.unpack(name, root);
        String[][] pairs = {
            {"thread_siblings_list", "thread_siblings"},
            {"core_siblings_list", "core_siblings"},
            {"shared_cpu_list", "shared_cpu_map"},
            {"local_cpulist", "local_cpus"},
            {"cpulistaffinity", "cpuaffinity"},
            {"cpulist", "cpumap"}
        };
        int found = 0;
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : (Iterable<Path>) walk::iterator) {
                for (String[] pair : pairs) {
                    if (file.getFileName().toString().equals(pair[0])) {
                        assertThat(CpuSet.parse(Files.readString(file)))
                                .as("%s", file)
                                .isEqualTo(CpuSet.parseMask(Files.readString(file.resolveSibling(pair[1]))));
                        found++;
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void cpuinfoAndSysfsTellTheSameCpus(String name) throws IOException {
        Machines.unpack(name, root);
        String[] blocks = Files.readString(root.resolve("proc/cpuinfo")).split("\n\n");
        CpuSet online = CpuSet.parse(line(root.resolve("sys/devices/system/cpu"), "online"));
        assertThat(blocks).hasSize((int) online.stream().count());
        for (int i = 0; i < blocks.length; i++) {
            Map<String, String> block = CpuReader.firstBlock(blocks[i]);
            Path cpu = root.resolve("sys/devices/system/cpu/cpu" + i);
            int apic = Integer.parseInt(String.valueOf(block.get("apicid")));
            assertThat(block).containsEntry("processor", "" + i);
            assertThat(block).containsEntry("core id", line(cpu, "topology/core_id"));
            assertThat(block).containsEntry("microcode", line(cpu, "microcode/version"));
            CpuSet l3 = CpuSet.parse(line(cpu, "cache/index3/shared_cpu_list"));
            int bits = Integer.SIZE
                    - Integer.numberOfLeadingZeros((int) l3.stream().count() - 1);
            boolean intel = "GenuineIntel".equals(block.get("vendor_id")); // which numbers by what there could be
            assertThat(line(cpu, "cache/index3/id")).isEqualTo("" + (intel ? 0 : apic >> bits));
            int socket = Integer.parseInt(line(cpu, "topology/physical_package_id"));
            assertThat(line(cpu, "topology/core_id")).isEqualTo("" + ((apic >> 1) - 32 * socket));
            assertThat(l3.contains(i)).isTrue();
            int cpuNumber = i;
            assertThat(list("sys/devices/system/node").stream()
                            .filter(node -> Files.exists(node.resolve("cpu" + cpuNumber)))
                            .map(node -> node.getFileName().toString())
                            .filter(node -> Files.exists(cpu.resolve(node))))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void linksOfClassesResolve(String name) throws IOException {
        Machines.unpack(name, root);
        assertThat(list("sys/bus/usb/devices")).isNotEmpty();
        assertThat(list("sys/class/drm")).isNotEmpty();
        assertThat(listIfThere("sys/class/iommu").isEmpty()).isEqualTo(name.equals(Machines.NO_IOMMU));
        for (String directory : List.of(
                "sys/bus/usb/devices", "sys/class/drm", "sys/class/iommu", "sys/class/block", "sys/class/net")) {
            assertThat(listIfThere(directory))
                    .as(directory)
                    .allSatisfy(link -> assertThat(link.toRealPath())
                            .isDirectory()
                            .hasFileName(link.getFileName().toString()));
        }
    }

    @Test
    void aFileThatIsWrongIsRefusedWithItsLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MachinesFile.parse("/a: 1\n/a: 2\n"))
                .withMessageContaining("line 2")
                .withMessageContaining("given twice: /a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MachinesFile.parse("\n/a what\n"))
                .withMessageContaining("line 2: not understood");
        assertThatIllegalArgumentException().isThrownBy(() -> MachinesFile.parse("/a <<END\nb\n"));
        assertThatIllegalArgumentException().isThrownBy(() -> MachinesFile.parse("in /a {\n b: 1\n"));
    }

    @Test
    void eachPutsTheValuesIn() throws IOException {
        var entries = MachinesFile.parse("each n ns {\n= 1 x\n= 2 y\n/f$n: $ns\n/all +<<E\n$n-$ns\nE\n}\n")
                .entries();

        assertThat(entries).containsOnlyKeys("/f1", "/f2", "/all");
        assertThat(entries.get("/all"))
                .isInstanceOfSatisfying(
                        MachinesFile.Entry.Content.class,
                        content -> assertThat(content.bytes()).asString().isEqualTo("1-x\n2-y\n"));
    }

    private Path real(String path) throws IOException {
        return root.resolve(path).toRealPath();
    }

    private List<Path> list(String directory) throws IOException {
        return list(root.resolve(directory));
    }

    private List<Path> listIfThere(String directory) throws IOException {
        return Files.exists(root.resolve(directory)) ? list(directory) : List.of();
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    private static String line(Path directory, String name) throws IOException {
        return Files.readString(directory.resolve(name)).strip();
    }

    private static int hex(Path directory, String name) throws IOException {
        return Integer.decode(line(directory, name));
    }

    private static ByteBuffer config(Path device) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(device.resolve("config"))).order(ByteOrder.LITTLE_ENDIAN);
    }
}
