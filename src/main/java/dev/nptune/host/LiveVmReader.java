package dev.nptune.host;

import dev.nptune.host.LiveVm.Unseen;
import dev.nptune.host.Virtualization.QemuProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads a running VM: up to 256 counters of each of its VMs.
final class LiveVmReader {
    private static final int MAX_COUNTERS = 256;
    private static final List<String> TRACING =
            List.of("/sys/kernel/tracing/events/kvm", "/sys/kernel/debug/tracing/events/kvm");

    private LiveVmReader() {}

    static LiveVm read(Tree tree, int pid) {
        QemuProcess process = QemuProcessReader.read(tree, Processes.read(tree)).stream()
                .filter(q -> q.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("process " + pid + " is no QEMU"));
        Fact<Map<String, Long>> statistics = statistics(tree, pid);
        Fact<Integer> events =
                Values.firstKnown(() -> events(tree, TRACING.getFirst()), () -> events(tree, TRACING.getLast()));
        return new LiveVm(
                LiveVm.SCHEMA_VERSION,
                pid,
                process.name(),
                statistics,
                process.memory(),
                events,
                unseen(statistics, process.memory(), events));
    }

    /// Folders of events, without the switches beside them.
    private static Fact<Integer> events(Tree tree, String folder) {
        return tree.names(folder).map(names ->
                (int) names.stream().filter(n -> n.startsWith("kvm_")).count());
    }

    private static Fact<Map<String, Long>> statistics(Tree tree, int pid) {
        Fact<List<String>> folders = QemuMemoryReader.folders(tree, pid);
        Optional<List<String>> known = folders.get();
        if (known.isEmpty() || known.get().isEmpty()) {
            return known.isEmpty() ? Values.unknown(folders) : Fact.absent(folders.source());
        }
        Map<String, Long> sums = new TreeMap<>();
        for (String folder : known.get()) {
            Fact<List<String>> names = tree.names(folder);
            if (names.get().isEmpty()) {
                return Values.unknown(names);
            }
            names.get().orElseThrow().stream()
                    .filter(name -> name.matches("[a-z0-9_]{1,64}"))
                    .limit(MAX_COUNTERS)
                    .forEach(name -> tree.value(folder + "/" + name)
                            .map(Values::count)
                            .get()
                            .ifPresent(count -> sums.merge(name, count, Long::sum)));
        }
        return Fact.known(sums, known.get().getFirst());
    }

    private static List<Unseen> unseen(Fact<?> statistics, QemuMemory memory, Fact<Integer> events) {
        List<Unseen> unseen = new ArrayList<>();
        why(unseen, "KVM's counters and page sizes", statistics, "mount debugfs; load kvm");
        why(unseen, "what each mapping of QEMU is made of", memory.mappings(), "the process has ended");
        why(unseen, "KVM's events as they happen", events, "mount tracefs");
        unseen.add(new Unseen(
                "which guest addresses lie in which mapping (memory slots)",
                "the kernel tells it nobody; QEMU does, by its monitor: info mtree -f"));
        unseen.add(new Unseen(
                "the nested page tables themselves",
                "they are the kernel's own memory: it takes a copy of the host's memory, or tracing their changes"));
        unseen.add(new Unseen(
                "memory types, and the guest's own page tables",
                "they are the guest's memory: QEMU writes it to a file by its monitor, pmemsave"));
        return unseen;
    }

    private static void why(List<Unseen> unseen, String what, Fact<?> fact, String absent) {
        switch (fact) {
            case Fact.Known<?> _ -> {}
            case Fact.Absent<?>(String source) -> unseen.add(new Unseen(what, source + " is not there; " + absent));
            case Fact.Unreadable<?>(String source, String reason) ->
                unseen.add(new Unseen(
                        what, source + ": " + reason + (reason.contains("denied") ? "; root may read it" : "")));
        }
    }
}
