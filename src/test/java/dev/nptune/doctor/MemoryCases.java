package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.Gap;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [MemoryRules].
final class MemoryCases {
    private static final String SHMEM = TestHost.THP.replace("enabled", "shmem_enabled");
    private static final String DEFRAG = TestHost.THP.replace("enabled", "defrag");
    private static final String COMPACTION = "/proc/sys/vm/compaction_proactiveness";
    private static final String BALANCING = "/proc/sys/kernel/numa_balancing";
    private static final String KSM = "/sys/kernel/mm/ksm/run";
    private static final String TOTAL = TestHost.POOL + "nr_hugepages";
    private static final String FREE = TestHost.POOL + "free_hugepages";
    private static final Domain SMALL = tuned("<hugepages/>", "");

    private MemoryCases() {}

    static List<Case> all() {
        return Stream.of(shared(), idle(), balancing(), compaction(), merging())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> shared() {
        String id = "shmem-no-thp";
        String found = SHMEM + " | never | advise, within_size or always";
        Domain memfd = tuned("<hugepages/>", "<source type='memfd'/>");
        return List.of(
                fires(
                        id,
                        "memfd",
                        SOUND,
                        memfd,
                        found,
                        "memoryBacking/source | memfd | not shared, or from huge pages"),
                fires(
                        id,
                        "shared",
                        SOUND,
                        tuned("<hugepages/>", "<access mode='shared'/>"),
                        found,
                        "memoryBacking/access | shared | not shared, or from huge pages"),
                fires(
                        id,
                        "a shared NUMA cell",
                        SOUND,
                        tuned("<hugepages/>", "", "</cpu>", "<numa><cell memAccess='shared'/></numa></cpu>"),
                        found,
                        "cpu/numa/cell | shared | not shared, or from huge pages"),
                fires(
                        id,
                        "denied",
                        h -> h.thpShmem = Fact.known("deny", SHMEM),
                        memfd,
                        SHMEM + " | deny | advise, within_size or always",
                        "memoryBacking/source | memfd | not shared, or from huge pages"),
                clear(id, "advise", h -> h.thpShmem = Fact.known("advise", SHMEM), memfd),
                clear(id, "no transparent huge pages at all", h -> h.thpShmem = Fact.absent(SHMEM), memfd),
                clear(id, "huge pages", SOUND, tuned("<hugepages/>", "<hugepages/><source type='memfd'/>")),
                clear(id, "memory of its own", SOUND, tuned("<hugepages/>", "<source type='anonymous'/>")),
                clear(id, "private", SOUND, tuned("<hugepages/>", "<access mode='private'/>")),
                clear(
                        id,
                        "a private NUMA cell",
                        SOUND,
                        tuned("<hugepages/>", "", "</cpu>", "<numa><cell memAccess='private'/></numa></cpu>")),
                unknown(id, "unreadable", h -> h.thpShmem = TestHost.unreadable(h.thpShmem), memfd, SHMEM));
    }

    private static Consumer<TestHost> pool(long total, long free) {
        return h -> {
            h.hugeTotal = Fact.known(total, TOTAL);
            h.hugeFree = Fact.known(free, FREE);
        };
    }

    private static Consumer<TestHost> defined(String name, String xml) {
        return h -> h.virtualization =
                TestVms.defined(new DomainFile(name, Fact.known(xml, "/etc/libvirt/qemu/" + name + ".xml")));
    }

    private static List<Case> idle() {
        String id = "hugepage-idle";
        String found = TOTAL + " | 4096 of 2 MiB, all free | 0, or <hugepages/> in the domain";
        Domain large = tuned("<hugepages/>", "<hugepages><page size='1' unit='G'/></hugepages>");
        return List.of(
                fires(id, "nobody asks", SOUND, SMALL, found),
                fires(id, "of another size", SOUND, large, found),
                fires(id, "another VM asks for none", defined("other", "<domain/>"), SMALL, found),
                fires(
                        id,
                        "this VM's old definition asks",
                        defined("win", "<domain><memoryBacking><hugepages/></memoryBacking></domain>"),
                        SMALL,
                        found),
                fires(
                        id,
                        "one",
                        pool(1, 1),
                        SMALL,
                        TOTAL + " | 1 of 2 MiB, all free | 0, or <hugepages/> in the domain"),
                clear(id, "none reserved", pool(0, 0), SMALL),
                clear(id, "some in use", pool(4096, 4095), SMALL),
                clear(id, "asked for", SOUND, tuned()),
                clear(
                        id,
                        "another VM asks",
                        defined("other", "<domain><memoryBacking><hugepages/></memoryBacking></domain>"),
                        SMALL),
                unknown(
                        id,
                        "whether another VM asks is root's to know",
                        h -> h.gaps.add(new Gap("/etc/libvirt/qemu", "permission denied")),
                        SMALL,
                        "/etc/libvirt/qemu"),
                unknown(
                        id,
                        "a definition that cannot be read",
                        h -> h.virtualization =
                                TestVms.defined(new DomainFile("other", Fact.unreadable("other.xml", "denied"))),
                        SMALL,
                        "other.xml"),
                clear(
                        id,
                        "another VM asks, beside one that cannot be read",
                        h -> h.virtualization = TestVms.defined(
                                new DomainFile("other", Fact.unreadable("other.xml", "denied")),
                                new DomainFile("third", Fact.known("<hugepages/>", "third.xml"))),
                        SMALL),
                unknown(id, "no total", h -> h.hugeTotal = TestHost.unreadable(h.hugeTotal), SMALL, TOTAL),
                unknown(id, "no free", h -> h.hugeFree = TestHost.unreadable(h.hugeFree), SMALL, FREE),
                unknown(
                        id,
                        "no command line for the size",
                        h -> h.commandLine = TestHost.unreadable(h.commandLine),
                        tuned(),
                        "/proc/cmdline"));
    }

    private static List<Case> balancing() {
        String id = "numa-balancing";
        Domain floating = tuned(
                "<vcpupin vcpu='0' cpuset='4'/>", "",
                "<vcpupin vcpu='1' cpuset='12'/>", "",
                "<vcpupin vcpu='2' cpuset='5'/>", "",
                "<vcpupin vcpu='3' cpuset='13'/>", "");
        return List.of(
                fires(id, "on", balancing(1), tuned(), BALANCING + " | 1 | 0"),
                fires(id, "between nodes and tiers", balancing(3), tuned(), BALANCING + " | 3 | 0"),
                clear(id, "off", SOUND, tuned()),
                clear(id, "between tiers only", balancing(2), tuned()),
                clear(id, "a kernel without", h -> h.numaBalancing = Fact.absent(BALANCING), tuned()),
                clear(id, "no pins", balancing(1), floating),
                unknown(
                        id,
                        "unreadable",
                        h -> h.numaBalancing = TestHost.unreadable(h.numaBalancing),
                        tuned(),
                        BALANCING));
    }

    private static Consumer<TestHost> balancing(int mode) {
        return h -> h.numaBalancing = Fact.known(mode, BALANCING);
    }

    private static List<Case> compaction() {
        String id = "compaction";
        Consumer<TestHost> always = h -> h.thpDefrag = Fact.known("always", DEFRAG);
        return List.of(
                fires(id, "both", always, tuned(), DEFRAG + " | always | madvise", COMPACTION + " | 20 | 0"),
                fires(
                        id,
                        "a little",
                        always.andThen(h -> h.compaction = Fact.known(1, COMPACTION)),
                        tuned(),
                        DEFRAG + " | always | madvise",
                        COMPACTION + " | 1 | 0"),
                clear(id, "in the background only", SOUND, tuned()),
                clear(id, "in faults only", always.andThen(h -> h.compaction = Fact.known(0, COMPACTION)), tuned()),
                unknown(id, "no defrag", h -> h.thpDefrag = TestHost.unreadable(h.thpDefrag), tuned(), DEFRAG),
                unknown(
                        id,
                        "no proactiveness",
                        always.andThen(h -> h.compaction = TestHost.unreadable(h.compaction)),
                        tuned(),
                        COMPACTION));
    }

    private static List<Case> merging() {
        String id = "ksm";
        Consumer<TestHost> on = h -> h.ksmRun = Fact.known(1, KSM);
        return List.of(
                fires(id, "on", on, SMALL, KSM + " | 1 | 0", "memoryBacking/nosharepages | (absent) | present"),
                clear(id, "off", SOUND, SMALL),
                clear(id, "off and split", h -> h.ksmRun = Fact.known(2, KSM), SMALL),
                clear(id, "not offered", on, tuned("<hugepages/>", "<nosharepages/>")),
                clear(id, "huge pages are never merged", on, tuned()),
                clear(
                        id,
                        "nothing passed",
                        on,
                        tuned("<hugepages/>", "", "mode='subsystem' type='pci' managed='yes'", "type='usb'")),
                unknown(id, "unreadable", h -> h.ksmRun = TestHost.unreadable(h.ksmRun), SMALL, KSM));
    }
}
