package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Rules about guest memory.
final class MemoryRules {
    private static final Set<String> SHMEM_OFF = Set.of("never", "deny");

    private MemoryRules() {}

    static List<Rule> all() {
        return List.of(
                HUGEPAGE_SHORT,
                SMALL_PAGES,
                MEM_OVERPIN,
                SHMEM_NO_THP,
                HUGEPAGE_IDLE,
                MEMBALLOON,
                NUMA_BALANCING,
                COMPACTION,
                KSM);
    }

    private static final Rule HUGEPAGE_SHORT = Rule.of(
                    "hugepage-short",
                    Category.MEMORY,
                    Severity.CRITICAL,
                    Need.DOMAIN,
                    Need.HUGE_PAGES,
                    Need.COMMAND_LINE)
            .title("Fewer huge pages are free than the guest needs")
            .effect("The VM does not start.")
            .fix("Reserve enough huge pages, best at boot, before memory is fragmented.")
            .risk("Reserved memory is lost to the host.")
            .when(MemoryRules::hugepageShort);

    private static void hugepageShort(Host host, Domain domain, Examination notes) {
        domain.hugePages().flatMap(h -> HostFacts.pageBytes(host, h, notes)).ifPresent(size -> {
            long needed = HostFacts.pages(domain.memoryBytes(), size);
            String name = "/sys/kernel/mm/hugepages/hugepages-" + size / 1024 + "kB";
            Optional<Memory.Node> node = HostFacts.onlyNode(host, domain);
            Optional<HugePagePool> pool = node.isEmpty()
                    ? HostFacts.pool(host, size)
                    : node.get().hugePages().stream()
                            .filter(p -> p.pageBytes() == size)
                            .findFirst();
            if (pool.isEmpty()) {
                notes.missing(name, "no pool of this page size was read");
            } else {
                long own = HostFacts.running(host, domain)
                        .flatMap(q -> q.hugeBytes().get())
                        .map(bytes -> bytes / size)
                        .orElse(0L);
                if (Hooks.mention(host, domain, "nr_hugepages", "hugeadm")) {
                    notes.missing("/etc/libvirt/hooks", "a hook reserves huge pages when the VM starts");
                    return;
                }
                notes.read(pool.get().free())
                        .filter(free -> free + own < needed)
                        .ifPresent(free ->
                                notes.found(pool.get().free().source(), Long.toString(free), "at least " + needed));
            }
        });
    }

    private static final Rule SMALL_PAGES = Rule.of(
                    "small-pages", Category.MEMORY, Severity.HIGH, Need.DOMAIN, Need.THP)
            .title("Guest memory is in 4 KiB pages")
            .effect("Neither huge pages nor transparent huge pages: a TLB miss in the guest walks two full page"
                    + " tables, up to 24 memory reads.")
            .fix("Reserve huge pages and add <memoryBacking><hugepages/></memoryBacking>,"
                    + " or set transparent huge pages to madvise or always.")
            .risk("Reserved memory is lost to the host.")
            .source("Red Hat developer blog on huge pages in VMs;"
                    + " Level1Techs, \"Patch NPT on Ryzen for Better Performance\"")
            .when((host, domain, notes) -> {
                if (domain.hugePages().isPresent()) {
                    return;
                }
                Fact<String> thp = host.memory().thpEnabled();
                String found = thp instanceof Fact.Absent<String>
                        ? "(absent)"
                        : notes.read(thp).orElse("");
                if (found.equals("never") || found.equals("(absent)")) {
                    notes.found(thp.source(), found, "madvise or always");
                    notes.found("memoryBacking/hugepages", "(absent)", "present");
                }
            });

    private static final Rule MEM_OVERPIN = Rule.of(
                    "mem-overpin", Category.MEMORY, Severity.HIGH, Need.DOMAIN, Need.MEMORY)
            .title("The guest is larger than the memory the host has to give")
            .effect("A passed device pins all guest memory at start: the host swaps, or the VM does not start.")
            .fix("Shrink the guest's memory or free memory on the host.")
            .risk("Less memory for the guest.")
            .when((host, domain, notes) -> {
                if (domain.hostdevs().isEmpty()
                        || domain.hugePages().isPresent()
                        || HostFacts.running(host, domain).isPresent()) {
                    return;
                }
                Fact<Long> available = host.memory().available();
                notes.read(available).filter(a -> domain.memoryBytes() > a).ifPresent(a -> {
                    notes.found("memory", mebibytes(domain.memoryBytes()), "at most " + mebibytes(a));
                    notes.found(available.source(), mebibytes(a), "at least " + mebibytes(domain.memoryBytes()));
                });
            });

    static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    private static final Rule MEMBALLOON = Rule.of("memballoon", Category.MEMORY, Severity.MEDIUM, Need.DOMAIN)
            .title("A memory balloon beside a passed device")
            .effect("Passed devices pin all guest memory, so a balloon frees nothing;"
                    + " Looking Glass reports \"major performance issues\" with it.")
            .fix("<memballoon model='none'/>; leaving the element out brings the balloon back.")
            .source("gnif/LookingGlass install_libvirt.rst")
            .when((_, domain, notes) -> {
                var balloon = domain.memballoon();
                if (!balloon.model().equals("none") && !domain.hostdevs().isEmpty()) {
                    String found = balloon.implied() ? "(absent): libvirt adds virtio" : balloon.model();
                    notes.found(balloon.path() + "/@model", found, "none");
                }
            });

    private static final Rule SHMEM_NO_THP = Rule.of(
                    "shmem-no-thp", Category.MEMORY, Severity.MEDIUM, Need.DOMAIN, Need.THP)
            .after("small-pages")
            .title("Shared guest memory gets no transparent huge pages")
            .effect("Shared memory follows shmem_enabled, not enabled: the guest runs on 4 KiB pages all the same.")
            .fix("Add <hugepages/> to <memoryBacking>, write advise to shmem_enabled, or drop memfd and shared.")
            .risk("virtiofs and vhost-user need shared memory.")
            .when((host, domain, notes) -> {
                List<Element> shared = sharedMemory(domain);
                Fact<String> shmem = host.memory().thpShmem();
                if (shared.isEmpty() || domain.hugePages().isPresent()) {
                    return;
                }
                notes.read(shmem).filter(SHMEM_OFF::contains).ifPresent(found -> {
                    notes.found(shmem.source(), found, "advise, within_size or always");
                    shared.forEach(e -> notes.found(e.path(), words(e), "not shared, or from huge pages"));
                });
            });

    /// Where the domain asks for memory that other processes can map: it is of the kernel's shmem.
    static List<Element> sharedMemory(Domain domain) {
        Stream<Element> memfd =
                domain.root().all("memoryBacking/source").stream().filter(e -> e.has("type", "memfd"));
        Stream<Element> access =
                domain.root().all("memoryBacking/access").stream().filter(e -> e.has("mode", "shared"));
        Stream<Element> cells = domain.root().all("cpu/numa/cell").stream().filter(e -> e.has("memAccess", "shared"));
        return Stream.of(memfd, access, cells).flatMap(s -> s).toList();
    }

    private static String words(Element e) {
        return e.attribute("type")
                .or(() -> e.attribute("mode"))
                .or(() -> e.attribute("memAccess"))
                .orElseThrow();
    }

    private static final Rule HUGEPAGE_IDLE = Rule.of(
                    "hugepage-idle",
                    Category.MEMORY,
                    Severity.MEDIUM,
                    Need.DOMAIN,
                    Need.HUGE_PAGES,
                    Need.COMMAND_LINE,
                    Need.VIRTUALIZATION)
            .title("Huge pages are reserved that no VM uses")
            .effect("Reserved memory is lost to the host and to every VM that does not ask for huge pages.")
            .fix("Add <memoryBacking><hugepages/></memoryBacking>, or write 0 to the pool's nr_hugepages.")
            .risk("A VM on huge pages does not start while too few are free.")
            .when(MemoryRules::hugepageIdle);

    private static void hugepageIdle(Host host, Domain domain, Examination notes) {
        if (host.memory().hugePages().isEmpty()) {
            notes.missing("/sys/kernel/mm/hugepages", "no pool was read");
        }
        Optional<Long> used = domain.hugePages().flatMap(h -> HostFacts.pageBytes(host, h, notes));
        if (domain.hugePages().isPresent() && used.isEmpty()) {
            return;
        }
        host.memory().hugePages().stream()
                .filter(p -> used.filter(size -> size == p.pageBytes()).isEmpty())
                .filter(p -> notes.read(p.total())
                        .filter(total -> total > 0
                                && notes.read(p.free()).filter(total::equals).isPresent())
                        .isPresent())
                .filter(_ -> !othersUseHugePages(host, domain, notes))
                .forEach(p -> notes.found(
                        p.total().source(),
                        p.total().get().orElseThrow() + " of " + mebibytes(p.pageBytes()) + ", all free",
                        "0, or <hugepages/> in the domain"));
    }

    /// Whether another VM of this machine is to have huge pages, or whether that is not known, which is noted: nobody
    /// but root can read the definitions.
    private static boolean othersUseHugePages(Host host, Domain domain, Examination notes) {
        List<Fact<String>> others = host.virtualization().domains().stream()
                .filter(d -> !d.name().equals(domain.name()))
                .map(DomainFile::xml)
                .toList();
        if (others.stream()
                .anyMatch(x -> x.get().filter(t -> t.contains("<hugepages")).isPresent())) {
            return true;
        }
        HostFacts.gap(host, "/etc/libvirt/qemu", notes);
        others.forEach(notes::read);
        return !notes.missing().isEmpty();
    }

    private static final Rule NUMA_BALANCING = Rule.of(
                    "numa-balancing", Category.MEMORY, Severity.LOW, Need.DOMAIN, Need.MEMORY)
            .title("The kernel looks for a better node for memory that may not move")
            .effect("It unmaps guest pages to see who misses them: faults on vCPUs whose place is fixed anyway.")
            .fix("Write 0 to /proc/sys/kernel/numa_balancing (sysctl kernel.numa_balancing=0).")
            .risk("Programs of the host that are not bound to a node lose the help.")
            .when((host, domain, notes) -> {
                Fact<Integer> balancing = host.memory().numaBalancing();
                if (!domain.vcpuPins().isEmpty()) {
                    notes.read(balancing)
                            .filter(mode -> (mode & 1) != 0)
                            .ifPresent(mode -> notes.found(balancing.source(), mode.toString(), "0"));
                }
            });

    private static final Rule COMPACTION = Rule.of("compaction", Category.MEMORY, Severity.LOW, Need.MEMORY, Need.THP)
            .title("The kernel compacts memory in the background and in every page fault")
            .effect("Page faults wait until a huge page is made, and moving pages takes CPU time: short stalls.")
            .fix("Write madvise to transparent_hugepage/defrag and 0 to vm.compaction_proactiveness.")
            .risk("Fewer huge pages on a host that has run for long.")
            .when((host, _, notes) -> {
                Fact<String> defrag = host.memory().thpDefrag();
                Fact<Integer> proactive = host.memory().compactionProactiveness();
                notes.read(defrag)
                        .filter("always"::equals)
                        .flatMap(_ -> notes.read(proactive))
                        .filter(p -> p > 0)
                        .ifPresent(p -> {
                            notes.found(defrag.source(), "always", "madvise");
                            notes.found(proactive.source(), p.toString(), "0");
                        });
            });

    private static final Rule KSM = Rule.of("ksm", Category.MEMORY, Severity.LOW, Need.DOMAIN, Need.MEMORY)
            .title("The kernel looks for equal pages in memory that it cannot merge")
            .effect("A passed device pins all guest memory: ksmd burns CPU time on it for nothing.")
            .fix("Add <nosharepages/> to <memoryBacking>, or write 0 to /sys/kernel/mm/ksm/run.")
            .risk("With 0, other VMs save no memory either.")
            .when((host, domain, notes) -> {
                Fact<Integer> run = host.memory().ksm().run();
                if (domain.hostdevs().isEmpty()
                        || domain.hugePages().isPresent()
                        || domain.root().find("memoryBacking/nosharepages").isPresent()) {
                    return;
                }
                notes.read(run).filter(r -> r == 1).ifPresent(r -> {
                    notes.found(run.source(), "1", "0");
                    notes.found("memoryBacking/nosharepages", "(absent)", "present");
                });
            });
}
