package dev.nptune.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Writes small machines below a directory.
record TestTree(Path root) {
    TestTree file(String path, String content) {
        try {
            Path file = root.resolve(path.substring(1));
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestTree files(String directory, Map<String, String> contents) {
        contents.forEach((name, content) -> file(directory + "/" + name, content + "\n"));
        return this;
    }

    TestTree directory(String path) {
        try {
            Files.createDirectories(root.resolve(path.substring(1)));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestTree link(String path, String target) {
        try {
            Path link = root.resolve(path.substring(1));
            Files.createDirectories(link.resolveSibling("."));
            Files.createSymbolicLink(link, Path.of(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One core of two threads as the kernel shows it, with an L3 of 8 MiB.
    TestTree core(int cpu, int sibling, int coreId, int l3Id, String l3Sharing) {
        for (int id : new int[] {cpu, sibling}) {
            String directory = "/sys/devices/system/cpu/cpu" + id;
            files(
                    directory + "/topology",
                    Map.of(
                            "physical_package_id",
                            "0",
                            "core_id",
                            Integer.toString(coreId),
                            "thread_siblings_list",
                            cpu + "-" + sibling));
            files(
                    directory + "/cache/index3",
                    Map.of("level", "3", "id", l3Id + "", "shared_cpu_list", l3Sharing, "size", "8192K"));
            link(directory + "/node0", "../../node/node0");
        }
        return this;
    }

    /// A small Ryzen with two CCXs of one core each, a graphics card given to vfio-pci, and a configuration.
    TestTree ryzen() {
        file("/proc/cpuinfo", """
                processor\t: 0
                vendor_id\t: AuthenticAMD
                cpu family\t: 23
                model\t\t: 1
                model name\t: AMD Ryzen 5 1600 Six-Core Processor
                stepping\t: 1
                flags\t\t: fpu vme svm npt

                processor\t: 1
                vendor_id\t: Other
                """);
        file("/sys/devices/system/cpu/online", "0-3\n");
        file("/sys/devices/system/cpu/isolated", "\n");
        file("/sys/devices/system/node/node0/cpulist", "0-3\n");
        file("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
        core(0, 1, 0, 0, "0-1").core(2, 3, 4, 1, "2-3");
        file("/proc/meminfo", "MemTotal:       32825404 kB\nMemFree:  5 kB\nMemAvailable:   30323716 kB\n");
        files("/sys/kernel/mm/hugepages/hugepages-1048576kB", Map.of("nr_hugepages", "0", "free_hugepages", "0"));
        files("/sys/kernel/mm/hugepages/hugepages-2048kB", Map.of("nr_hugepages", "512", "free_hugepages", "12"));
        files(
                "/sys/kernel/mm/transparent_hugepage",
                Map.of("enabled", "always [madvise] never", "defrag", "always defer defer+madvise [madvise] never"));
        file("/proc/sys/kernel/osrelease", "6.12.9-amd64\n");
        file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 amd_iommu=on iommu=pt\n");
        link("/etc/os-release", "/usr/lib/os-release");
        file("/usr/lib/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n");
        files("/sys/module/kvm_amd/parameters", Map.of("npt", "1", "avic", "N"));
        file("/sys/module/vfio/refcnt", "0\n");
        file("/sys/module/snd/parameters/slots", "x\n");
        file("/etc/modprobe.d/vfio.conf", "options vfio-pci ids=10de:1b80,10de:10f0\n");
        return pci("0000:0a:00.0", "0x030000", "0x10de", "0x1b80", "vfio-pci", 15)
                .file("/sys/devices/pci0000:00/0000:0a:00.0/boot_vga", "1\n")
                .pci("0000:00:01.0", "0x060400", "0x1022", "0x1453", "pcieport", 0);
    }

    TestTree pci(String address, String type, String vendor, String device, String driver, int group) {
        String directory = "/sys/devices/pci0000:00/" + address;
        files(directory, Map.of("class", type, "vendor", vendor, "device", device, "numa_node", "-1"));
        link(directory + "/driver", "../../../bus/pci/drivers/" + driver);
        link(directory + "/iommu_group", "../../../kernel/iommu_groups/" + group);
        return link("/sys/bus/pci/devices/" + address, "../../../devices/pci0000:00/" + address);
    }
}
