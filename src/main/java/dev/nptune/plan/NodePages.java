package dev.nptune.plan;

import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Huge pages of 2 MiB on one NUMA node, for a guest whose memory may come from nowhere else: now, and at every boot by
/// a
/// file of systemd-tmpfiles, since the kernel spreads `vm.nr_hugepages` over all nodes.
public final class NodePages {
    /// The file that is written for boot. Source: tmpfiles.d(5), type `w`.
    public static final String FILE = "/etc/tmpfiles.d/nptune-hugepages.conf";

    private static final long GIB = 1L << 30;
    private static final String HEAD =
            "# Reserved by nptune for VMs whose memory is in huge pages: without them they do not start.\n";

    private final Draft draft;
    private final Host host;
    private final Memory.Node node;
    private final Map<String, String> files;

    /// @param files text by absolute path, that of [#FILE] among it if there is one
    NodePages(Draft draft, Host host, Memory.Node node, Map<String, String> files) {
        this.draft = draft;
        this.host = host;
        this.node = node;
        this.files = files;
    }

    /// Plans the reservation.
    ///
    /// @return why not, if not
    Optional<String> reserve(String rule) {
        Optional<HugePagePool> pool = node.hugePages().stream()
                .filter(p -> p.pageBytes() == HostFacts.TWO_MIB)
                .findFirst();
        Optional<Long> total = pool.flatMap(p -> p.total().get());
        Optional<Long> free = pool.flatMap(p -> p.free().get());
        Optional<Long> memory = node.total().get();
        Optional<Long> available = host.memory().available().get();
        if (total.isEmpty() || free.isEmpty() || memory.isEmpty() || available.isEmpty()) {
            return Optional.of("how much memory and how many 2 MiB pages node " + node.id() + " has is not known");
        }
        long needed = HostFacts.pages(draft.domain().memoryBytes(), HostFacts.TWO_MIB);
        long target = Math.max(total.get(), total.get() - free.get() + needed);
        long extra = (target - total.get()) * HostFacts.TWO_MIB;
        if (target * HostFacts.TWO_MIB > PlacementSolver.gives(memory.get()) || available.get() - extra < GIB) {
            return Optional.of("node " + node.id() + " has " + (memory.get() >> 20) + " MiB, of which " + (target * 2)
                    + " MiB would be reserved");
        }
        atBoot(rule, target);
        if (extra > 0) {
            draft.change(new Change.WriteSysfs(
                    "Reserve " + needed + " huge pages of 2 MiB for the guest on NUMA node " + node.id(),
                    List.of(rule),
                    path(),
                    Long.toString(total.get()),
                    Long.toString(target)));
        }
        return Optional.empty();
    }

    private String path() {
        return "/sys/devices/system/node/node" + node.id() + "/hugepages/hugepages-2048kB/nr_hugepages";
    }

    private void atBoot(String rule, long pages) {
        @Nullable String before = files.get(FILE);
        String line = "w " + path() + " - - - - " + pages;
        String kept = before == null
                ? HEAD
                : before.lines()
                        .filter(l -> !l.strip().startsWith("w " + path() + " "))
                        .map(l -> l + "\n")
                        .collect(Collectors.joining());
        String after = kept + line + "\n";
        if (before != null && before.lines().anyMatch(l -> l.strip().equals(line))) {
            return;
        }
        draft.change(new Change.EditFile(
                "Reserve " + pages + " huge pages of 2 MiB on NUMA node " + node.id() + " at every boot",
                List.of(rule),
                FILE,
                before,
                after));
        draft.note(
                rule + ": " + pages * 2 + " MiB of NUMA node " + node.id() + " are reserved from now on, at every boot"
                        + " too (" + FILE + "): the host does without that memory even while the VM is off.");
    }
}
