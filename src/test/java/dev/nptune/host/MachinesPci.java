package dev.nptune.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// PCI in a [MachinesFile]: a function is told once and comes out as the files and links the kernel shows.
///
/// ```
/// pci-root pci0000:00 node -1 cpus 0-15 mask ffff
/// pci pci0000:00/0000:00:03.1/0000:09:00.0 {         the directory below /sys/devices
///   id 10de:1b81 class 030000 revision a1 subsystem 1043:8598
///   driver vfio-pci
///   group 13
///   irq 11
///   link 2.5 GT/s x16, at most 8 GT/s x16
///   resource 0 f6000000-f6ffffff 40200               number, range and flags as in the file "resource"
///   boot_vga: 1                                      any other file or link
///   config 4096                                      size, then rows "OFFSET: bytes"; what they leave out is zero
///   000: de 10 81 1b …
/// }
/// ```
///
/// In place of "config" and its rows one line does that says what configuration space has besides what was told above:
///
/// ```
///   express KIND multifunction slot 1 flr acs resizable 1 up-to 14
///                                                    endpoint, integrated, root-port, upstream, downstream or
///                                                    pci-bridge; several functions; the slot a port leads to; can be
///                                                    reset alone; has ACS (a port's is on); BAR 1 of 64 MiB to 2^14
/// MiB
///   conventional multifunction                       without PCI Express, 256 bytes
/// ```
final class MachinesPci {
    private static final Pattern ID = Pattern.compile("id (\\p{XDigit}{4}):(\\p{XDigit}{4}) class (\\p{XDigit}{6})"
            + " revision (\\p{XDigit}{2}) subsystem (\\p{XDigit}{4}):(\\p{XDigit}{4})");
    private static final Pattern LINK = Pattern.compile("link (.+) x(\\d+), at most (.+) x(\\d+)");
    private static final Pattern RESOURCE =
            Pattern.compile("resource (\\d+) (\\p{XDigit}+)-(\\p{XDigit}+) (\\p{XDigit}+)");

    private final MachinesFile file;
    private final Map<String, String[]> roots = new TreeMap<>();

    MachinesPci(MachinesFile file) {
        this.file = file;
    }

    /// @param words `pci-root NAME node N cpus LIST mask MASK`
    void root(String[] words) {
        roots.put(words[1], words);
        String bus = words[1].substring(3);
        String directory = "/sys/devices/" + words[1] + "/pci_bus/" + bus + "/";
        file.put(directory + "cpulistaffinity", words[5] + "\n");
        file.put(directory + "cpuaffinity", words[7] + "\n");
    }

    void function(String path) {
        String directory = "/sys/devices/" + path + "/";
        String address = path.substring(path.lastIndexOf('/') + 1);
        String up = "../".repeat(directory.split("/").length - 2);
        MachinesConfig config = new MachinesConfig();
        file.link("/sys/bus/pci/devices/" + address, "../../../devices/" + path);
        file.link(directory + "subsystem", up + "bus/pci");
        place(path, directory);
        for (String line = file.next().strip();
                !line.equals("}");
                line = file.next().strip()) {
            String[] words = line.split("\\s+");
            switch (words[0]) {
                case "id" -> id(matched(ID, line), directory, config);
                case "driver" -> {
                    file.link(directory + "driver", up + "bus/pci/drivers/" + words[1]);
                    file.link("/sys/bus/pci/drivers/" + words[1] + "/" + address, "../../../../devices/" + path);
                }
                case "group" -> {
                    file.link(directory + "iommu_group", up + "kernel/iommu_groups/" + words[1]);
                    file.link(
                            "/sys/kernel/iommu_groups/" + words[1] + "/devices/" + address,
                            "../../../../devices/" + path);
                }
                case "irq" -> file.put(directory + "irq", words[1] + "\n");
                case "link" -> link(matched(LINK, line), directory, config);
                case "resource" -> resource(matched(RESOURCE, line), config);
                case "config", "express", "conventional" -> {
                    config(words, directory, address, config);
                    return;
                }
                default -> file.statement(line, directory);
            }
        }
        throw new IllegalArgumentException("no config of " + path);
    }

    /// The last line of a function; rows of bytes may follow.
    private void config(String[] words, String directory, String address, MachinesConfig config) {
        if (file.entries().containsKey(directory + "secondary_bus_number")) {
            config.buses(
                    PciAddress.parse(address).bus(),
                    number(directory + "secondary_bus_number"),
                    number(directory + "subordinate_bus_number"));
        }
        List<String> rest = List.of(words).subList(1, words.length);
        byte[] bytes = words[0].equals("config")
                ? file.hex(Integer.parseInt(words[1]), "}")
                : words[0].equals("express") ? config.express(rest) : config.conventional(rest);
        if (!words[0].equals("config") && !file.next().strip().equals("}")) {
            throw new IllegalArgumentException("not the last line of " + address);
        }
        file.put(directory + "config", bytes);
        file.put(directory + "resource", config.resources());
    }

    private int number(String path) {
        return file.entries().get(path) instanceof MachinesFile.Entry.Content(byte[] bytes)
                ? Integer.parseInt(new String(bytes, StandardCharsets.UTF_8).strip())
                : 0;
    }

    private static Matcher matched(Pattern pattern, String line) {
        Matcher m = pattern.matcher(line);
        if (!m.matches()) {
            throw new IllegalArgumentException("not understood: " + line);
        }
        return m;
    }

    private void place(String path, String directory) {
        String[] root = roots.get(path.substring(0, path.indexOf('/')));
        if (root == null) {
            throw new IllegalArgumentException("no pci-root of " + path);
        }
        file.put(directory + "numa_node", root[3] + "\n");
        file.put(directory + "local_cpulist", root[5] + "\n");
        file.put(directory + "local_cpus", root[7] + "\n");
        file.put(directory + "driver_override", "(null)\n");
        file.put(directory + "d3cold_allowed", "1\n");
        file.put(directory + "msi_bus", "1\n");
        file.put(directory + "broken_parity_status", "0\n");
    }

    private void id(Matcher id, String directory, MachinesConfig config) {
        String[] names = {"vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device"};
        for (int i = 0; i < names.length; i++) {
            file.put(directory + names[i], "0x" + id.group(i + 1) + "\n");
        }
        config.id(IntStream.rangeClosed(1, 6)
                .map(i -> Integer.parseInt(id.group(i), 16))
                .toArray());
        String[] parts = new String[7];
        for (int i = 0; i < 7; i++) {
            parts[i] = i < 4 ? id.group(new int[] {1, 2, 5, 6}[i]) : id.group(3).substring(2 * i - 8, 2 * i - 6);
        }
        file.put(
                directory + "modalias",
                String.format("pci:v0000%sd0000%ssv0000%ssd0000%sbc%ssc%si%s\n", (Object[]) upper(parts)));
    }

    private static String[] upper(String[] parts) {
        return Arrays.stream(parts).map(part -> part.toUpperCase(Locale.ROOT)).toArray(String[]::new);
    }

    private void link(Matcher link, String directory, MachinesConfig config) {
        file.put(directory + "current_link_speed", link.group(1) + "\n");
        file.put(directory + "current_link_width", link.group(2) + "\n");
        file.put(directory + "max_link_speed", link.group(3) + "\n");
        file.put(directory + "max_link_width", link.group(4) + "\n");
        config.link(new MachinesConfig.Link(
                link.group(1), Integer.parseInt(link.group(2)), link.group(3), Integer.parseInt(link.group(4))));
    }

    private static void resource(Matcher resource, MachinesConfig config) {
        config.resource(
                Integer.parseInt(resource.group(1)),
                new MachinesConfig.Resource(
                        Long.parseLong(resource.group(2), 16),
                        Long.parseLong(resource.group(3), 16),
                        Long.parseLong(resource.group(4), 16)));
    }
}
