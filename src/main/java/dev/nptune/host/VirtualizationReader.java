package dev.nptune.host;

import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.host.Virtualization.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads what VMs there are and how they run. Up to 4096 domains, 256 hooks in folders seven deep.
final class VirtualizationReader {
    private static final String DOMAINS = "/etc/libvirt/qemu";
    private static final String HOOKS = "/etc/libvirt/hooks";
    private static final String SWTPM = "/usr/bin/swtpm";
    private static final int MAX_DOMAINS = 4096;
    private static final int MAX_HOOKS = 256;
    private static final int MAX_HOOK = 64 << 10;
    private static final int MAX_DEPTH = 7;
    private static final Set<String> GROUPS =
            Set.of("kvm", "libvirt", "libvirt-qemu", "qemu", "render", "video", "input");
    private static final Pattern DAEMONS = Pattern.compile("libvirtd|virt[a-z]{1,12}d|swtpm|irqbalance|tuned|tuned-ppd"
            + "|numad|ksmtuned|power-profiles-|gamemoded|auto-cpufreq|thermald|looking-glass-c"
            + "|scx_[a-z]{1,20}|earlyoom");

    private VirtualizationReader() {}

    static Virtualization read(Tree tree, Processes processes) {
        return new Virtualization(
                domains(tree),
                QemuProcessReader.read(tree, processes),
                processes.seen(),
                processes
                        .named(DAEMONS)
                        .map(Processes.Entry::name)
                        .distinct()
                        .sorted()
                        .toList(),
                hooks(tree),
                tree.text("/etc/libvirt/qemu.conf").map(QemuConf::parse),
                FirmwareReader.descriptors(tree),
                FirmwareReader.images(tree),
                tree.head(SWTPM, 0).map(_ -> SWTPM),
                tree.mode("/dev/kvm"),
                lookingGlass(tree),
                tree.text("/etc/group").map(VirtualizationReader::groups),
                QemuLogReader.read(tree));
    }

    private static List<DomainFile> domains(Tree tree) {
        List<String> files = tree.namesOrGap(DOMAINS).stream()
                .filter(name -> name.endsWith(".xml"))
                .toList();
        if (files.size() > MAX_DOMAINS) {
            tree.noteGap(
                    Fact.unreadable(DOMAINS, "of " + files.size() + " domains only " + MAX_DOMAINS + " looked at"));
        }
        return files.stream()
                .limit(MAX_DOMAINS)
                .map(name -> tree.text(DOMAINS + "/" + name))
                .map(xml -> new DomainFile(name(xml.source()), xml))
                .toList();
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1, file.length() - ".xml".length());
    }

    private static List<Hook> hooks(Tree tree) {
        List<Hook> hooks = new ArrayList<>();
        collect(tree, HOOKS, 1, hooks);
        if (hooks.size() > MAX_HOOKS) {
            tree.noteGap(Fact.unreadable(HOOKS, "more than " + MAX_HOOKS + " files"));
            return hooks.subList(0, MAX_HOOKS);
        }
        return hooks;
    }

    private static void collect(Tree tree, String directory, int depth, List<Hook> hooks) {
        for (String name : tree.namesOrGap(directory)) {
            String path = directory + "/" + name;
            if (hooks.size() > MAX_HOOKS) {
                return;
            }
            if (!(tree.names(path) instanceof Fact.Known)) {
                Fact<String> text = tree.text(path).map(VirtualizationReader::bounded);
                hooks.add(new Hook(text.source(), tree.mode(path), text));
            } else if (depth < MAX_DEPTH) {
                collect(tree, path, depth + 1, hooks);
            } else {
                tree.noteGap(Fact.unreadable(path, "more than " + MAX_DEPTH + " folders deep"));
            }
        }
    }

    private static String bounded(String text) {
        if (text.length() > MAX_HOOK) {
            throw new IllegalArgumentException("longer than " + MAX_HOOK + " characters");
        }
        return text;
    }

    private static List<Node> lookingGlass(Tree tree) {
        return Stream.of(
                        tree.namesOrGap("/dev").stream()
                                .filter(name -> name.matches("kvmfr\\d{1,3}"))
                                .map(name -> "/dev/" + name),
                        tree.namesOrGap("/dev/shm").stream()
                                .filter(name -> name.startsWith("looking-glass"))
                                .map(name -> "/dev/shm/" + name))
                .flatMap(paths -> paths)
                .map(tree::mode)
                .map(mode -> new Node(mode.source(), mode))
                .toList();
    }

    /// Members by group, of the groups of interest. Source: group(5).
    static Map<String, List<String>> groups(String text) {
        Map<String, List<String>> groups = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length == 4 && GROUPS.contains(fields[0])) {
                groups.put(
                        fields[0],
                        Arrays.stream(fields[3].split(","))
                                .filter(name -> !name.isEmpty())
                                .toList());
            }
        }
        return Collections.unmodifiableMap(groups);
    }
}
