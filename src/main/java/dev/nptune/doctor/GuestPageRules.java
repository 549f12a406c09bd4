package dev.nptune.doctor;

import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.host.Virtualization.QemuProcess;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules about the pages that a running guest has, against those it was to have.
final class GuestPageRules {
    private static final long SMALL = 4096;
    /// A guest that has less has only begun to start.
    private static final long TOO_LITTLE = 256L << 20;

    private static final Set<String> THP_ON = Set.of("always", "madvise");

    private GuestPageRules() {}

    static List<Rule> all() {
        return List.of(HUGEPAGE_NOT_REAL, THP_THIN);
    }

    private static final Rule HUGEPAGE_NOT_REAL = Rule.of(
                    "hugepage-not-real", Category.MEMORY, Severity.HIGH, Need.DOMAIN, Need.VIRTUALIZATION)
            .title("The guest was to have huge pages and runs on 4 KiB pages")
            .effect(
                    "QEMU takes any folder for -mem-path and says nothing if it is no hugetlbfs: a TLB miss in the guest"
                            + " walks two full page tables, up to 24 memory reads, and pinned memory is gone all the same.")
            .fix("Name a folder on which hugetlbfs is mounted (findmnt -t hugetlbfs), or write only"
                    + " <memoryBacking><hugepages/></memoryBacking>; start the VM anew.")
            .risk("The VM does not start while too few huge pages are free.")
            .source(
                    "Linux Documentation/admin-guide/mm/hugetlbpage.rst; proc_pid_smaps(5); KVM's statistics in debugfs")
            .when(GuestPageRules::notReal);

    private static void notReal(Host host, Domain domain, Examination notes) {
        boolean asked = domain.hugePages().isPresent() || fileBacked(domain);
        Optional<QemuProcess> qemu = asked ? running(host, domain, notes) : Optional.empty();
        if (qemu.isEmpty()) {
            return;
        }
        Fact<GuestPages> pages = qemu.get().memory().pages();
        Fact<List<Mapping>> mappings = qemu.get().memory().mappings();
        Fact<Long> pool = qemu.get().hugeBytes();
        if (pages.get().filter(p -> p.bytes() >= TOO_LITTLE).isPresent()) {
            small(pages, notes);
        } else if (guest(mappings, domain).isPresent()) {
            Mapping mapping = guest(mappings, domain).orElseThrow();
            if (mapping.page() == SMALL && 2 * mapping.transparent() < mapping.resident()) {
                found(mappings.source(), mapping, notes);
            }
        } else if (domain.hugePages().isPresent() && pool.get().isPresent()) {
            pool.get()
                    .filter(bytes -> 2 * bytes < domain.memoryBytes())
                    .ifPresent(bytes -> notes.found(
                            pool.source(),
                            "HugetlbPages " + MemoryRules.mebibytes(bytes),
                            MemoryRules.mebibytes(domain.memoryBytes())));
        } else {
            missing(pages, mappings, notes);
        }
    }

    /// As `-mem-path` is told. Shared memory in a file is there for virtiofs, and nobody asked for large pages.
    private static boolean fileBacked(Domain domain) {
        return domain.root().all("memoryBacking/source").stream().anyMatch(e -> e.has("type", "file"))
                && domain.root().all("memoryBacking/access").stream().noneMatch(e -> e.has("mode", "shared"));
    }

    private static Optional<QemuProcess> running(Host host, Domain domain, Examination notes) {
        Optional<QemuProcess> qemu = HostFacts.running(host, domain);
        if (qemu.isEmpty()) {
            notes.read(host.virtualization().processes());
        }
        return qemu;
    }

    /// Notes the pages if more than half of the memory that is mapped is in small ones.
    private static void small(Fact<GuestPages> fact, Examination notes) {
        GuestPages pages = fact.get().orElseThrow();
        if (2 * pages.bytes4k() > pages.bytes()) {
            notes.found(
                    fact.source() + "/pages_4k",
                    pages.pages4k() + ", " + MemoryRules.mebibytes(pages.bytes4k()),
                    "few");
            notes.found(
                    fact.source() + "/pages_2m",
                    pages.pages2m() + ", " + MemoryRules.mebibytes(pages.bytes2m()),
                    "most of " + MemoryRules.mebibytes(pages.bytes()));
        }
    }

    private static void found(String source, Mapping mapping, Examination notes) {
        String name = mapping.name().isEmpty() ? "memory without a file" : mapping.name();
        notes.found(
                source + " " + name,
                MemoryRules.mebibytes(mapping.resident()) + " in pages of 4 KiB, "
                        + MemoryRules.mebibytes(mapping.transparent()) + " of it in transparent huge pages",
                "pages of 2 MiB or 1 GiB");
    }

    /// The largest mapping, if it can be the guest's memory and has begun to be used.
    private static Optional<Mapping> guest(Fact<List<Mapping>> mappings, Domain domain) {
        return mappings.get()
                .flatMap(all -> all.stream().findFirst())
                .filter(m -> 4 * m.size() >= domain.memoryBytes())
                .filter(m -> m.resident() + m.pool() >= TOO_LITTLE);
    }

    private static void missing(Fact<GuestPages> pages, Fact<List<Mapping>> mappings, Examination notes) {
        if (notes.read(mappings).isPresent() || notes.read(pages).isPresent()) {
            notes.missing(mappings.source(), "the guest has hardly used its memory yet");
        } else if (notes.missing().isEmpty()) {
            notes.missing(pages.source(), "the kernel does not count the guest's pages");
        }
    }

    private static final Rule THP_THIN = Rule.of(
                    "thp-thin", Category.MEMORY, Severity.LOW, Need.DOMAIN, Need.VIRTUALIZATION, Need.THP)
            .after("small-pages", "shmem-no-thp")
            .title("Transparent huge pages are on and the guest has hardly any")
            .effect(
                    "Memory was in pieces when the VM started, or its memory is not laid out for them: a TLB miss in the"
                            + " guest walks two full page tables.")
            .fix("Start the VM soon after boot, or reserve huge pages at boot and add"
                    + " <memoryBacking><hugepages/></memoryBacking>.")
            .risk("Reserved memory is lost to the host.")
            .source("Linux Documentation/admin-guide/mm/transhuge.rst; KVM's statistics in debugfs")
            .when((host, domain, notes) -> {
                boolean on = notes.read(host.memory().thpEnabled())
                        .filter(THP_ON::contains)
                        .isPresent();
                if (!on || domain.hugePages().isPresent() || fileBacked(domain)) {
                    return;
                }
                running(host, domain, notes).ifPresent(qemu -> {
                    Fact<GuestPages> pages = qemu.memory().pages();
                    notes.read(pages).filter(p -> p.bytes() >= TOO_LITTLE).ifPresent(_ -> small(pages, notes));
                });
            });
}
