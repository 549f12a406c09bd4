package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;

/// Rules about guest memory.
final class MemoryRules {
    private MemoryRules() {}

    static List<Rule> all() {
        return List.of(HUGEPAGE_SHORT, SMALL_PAGES, MEM_OVERPIN, MEMBALLOON);
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
            Optional<HugePagePool> pool = HostFacts.pool(host, size);
            if (pool.isEmpty()) {
                notes.missing(name, "no pool of this page size was read");
            } else {
                long own = HostFacts.running(host, domain)
                        .flatMap(q -> q.hugeBytes().get())
                        .map(bytes -> bytes / size)
                        .orElse(0L);
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

    private static String mebibytes(long bytes) {
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
}
