package dev.nptune.plan;

import dev.nptune.doctor.Finding;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.host.Virtualization.DomainFile;
import dev.nptune.internal.text.ByteSize;
import dev.nptune.vm.HugePages;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gives guest memory large pages.
///
/// Huge pages of 2 MiB are reserved if the host keeps enough memory of its own: 1 GiB or a quarter of its memory,
/// whichever is less. They are reserved now and at every boot, since a VM whose memory is in huge pages does not start
/// without them. Otherwise transparent huge pages are set to `madvise`, which is enough since QEMU asks for them.
final class MemoryPlan {
    private static final long GIB = 1L << 30;
    /// What a host cannot do without.
    private static final long HOST_LEAST = 512L << 20;
    private static final String NR = "vm.nr_hugepages";
    private static final Pattern ON_COMMAND_LINE = Pattern.compile("hugepages=([0-9]{1,12})");
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/enabled";
    private static final String POOL = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

    private final Draft draft;
    private final Host host;
    private final Findings findings;
    private final Sysctl sysctl;

    private final Map<String, String> files;

    private MemoryPlan(Draft draft, Host host, Findings findings, Sysctl sysctl, Map<String, String> files) {
        this.files = files;
        this.draft = draft;
        this.host = host;
        this.findings = findings;
        this.sysctl = sysctl;
    }

    /// What a machine has less memory than, no VM can have.
    static Optional<Refusal> tooMuch(Host host, long bytes) {
        return host.memory()
                .total()
                .get()
                .filter(total -> bytes > total - HOST_LEAST)
                .map(total -> new Refusal(
                        "the VM's " + (bytes >> 20) + " MiB of memory leave the host, which has " + (total >> 20)
                                + " MiB, less than " + (HOST_LEAST >> 20),
                        "give it less: nptune plan VM --memory SIZE"));
    }

    /// Gives the VM the memory asked for.
    static void size(Draft draft, Host host, Request request) {
        Optional<Long> wanted =
                request.memoryBytes().filter(m -> m != draft.domain().memoryBytes());
        if (wanted.isEmpty()) {
            return;
        }
        if (draft.domain().root().find("cpu/numa").isPresent()) {
            draft.note("memory: the guest has NUMA nodes, each with its own; their sizes are yours to change.");
            return;
        }
        draft.domain(
                List.of(),
                "memory of " + (wanted.get() >> 20) + " MiB",
                draft.domain().withMemory(wanted.get()));
        draft.choose(Choice.of(Topic.MEMORY, ByteSize.of(wanted.get()) + " of memory", "That much was asked for."));
    }

    static void add(Draft draft, Host host, Findings findings, Sysctl sysctl, Map<String, String> files) {
        MemoryPlan plan = new MemoryPlan(draft, host, findings, sysctl, files);
        // before the domain asks for pages that are planned, and not there yet
        boolean tooFew = findings.fired("hugepage-short");
        if (findings.fired("small-pages")) {
            plan.largerPages();
        }
        if (tooFew) {
            plan.enoughPages();
        }
        findings.finding("hugepage-idle").ifPresent(plan::useIdlePages);
        plan.sharedMemory();
        plan.merging();
    }

    /// Only pages of the default size, and only where they are this VM's if anybody's.
    private void useIdlePages(Finding idle) {
        Optional<HugePagePool> pool = HostFacts.pool(host, HostFacts.TWO_MIB);
        long needed = HostFacts.pages(draft.domain().memoryBytes(), HostFacts.TWO_MIB);
        boolean enough = idle.evidence().size() == 1
                && defaultPageBytes() == HostFacts.TWO_MIB
                && pool.flatMap(p -> p.free().get()).filter(f -> f >= needed).isPresent();
        List<String> names =
                host.virtualization().domains().stream().map(DomainFile::name).toList();
        String rule = "hugepage-idle";
        if (!enough) {
            draft.leave(
                    rule,
                    "left alone: the pages do not suffice for this VM, or are not of the default size of" + " 2 MiB. "
                            + idle.fix());
        } else if (!names.equals(List.of(draft.domain().name()))) {
            draft.leave(rule, "left alone: this is not the only VM that they may be meant for. " + idle.fix());
        } else {
            reserve(rule).ifPresentOrElse(why -> draft.leave(rule, "left alone: " + why + "."), () -> {
                draft.domain(rule, "memory in huge pages", draft.domain().withHugePages());
                draft.choose(new Choice(
                        Topic.MEMORY,
                        "memory in the huge pages that are reserved",
                        "They lie idle, and no other VM is defined that could use them.",
                        "",
                        "the VM does not start while too few are free"));
            });
        }
    }

    private void sharedMemory() {
        if (findings.finding("shmem-no-thp").isEmpty()) {
            return;
        }
        Fact<String> shmem = host.memory().thpShmem();
        draft.change(new Change.WriteSysfs(
                "Let programs ask for transparent huge pages in shared memory, as QEMU does",
                List.of("shmem-no-thp"),
                shmem.source(),
                shmem.get().orElseThrow(),
                "advise"));
        draft.note("shmem-no-thp: this lasts until reboot. To keep it, a file in /etc/tmpfiles.d with the line" + " 'w "
                + shmem.source() + " - - - - advise'.");
        draft.choose(Choice.of(
                Topic.MEMORY,
                "transparent huge pages for shared memory",
                "The guest's memory is shared, which follows a setting of its own that is off."));
    }

    private void merging() {
        if (findings.fired("ksm")) {
            draft.domain("ksm", "memory not merged", draft.domain().withoutSharedPages());
            draft.choose(Choice.of(
                    Topic.MEMORY,
                    "the VM's memory is not offered to KSM",
                    "A passed device pins all of it, so nothing can be merged and ksmd works for nothing."));
        }
    }

    private void enoughPages() {
        long size = draft.domain().hugePages().flatMap(HugePages::pageBytes).orElse(defaultPageBytes());
        if (size != HostFacts.TWO_MIB) {
            draft.leave(
                    "hugepage-short",
                    "left alone: pages of " + (size >> 20)
                            + " MiB can hardly be found once the machine has run; reserve them at boot.");
        } else {
            reserve("hugepage-short").ifPresent(why -> draft.leave("hugepage-short", "left alone: " + why + "."));
        }
    }

    private long defaultPageBytes() {
        return host.kernel()
                .commandLine()
                .get()
                .map(HostFacts::defaultPageBytes)
                .orElse(HostFacts.TWO_MIB);
    }

    private void largerPages() {
        Optional<String> refused = defaultPageBytes() == HostFacts.TWO_MIB
                ? reserve("small-pages")
                : Optional.of("the host's default huge page is not 2 MiB");
        if (refused.isEmpty()) {
            draft.domain("small-pages", "memory in huge pages", draft.domain().withHugePages());
            draft.choose(new Choice(
                    Topic.MEMORY,
                    "memory in huge pages of 2 MiB",
                    "In 4 KiB pages a TLB miss in the guest walks two full page tables, up to 24 memory reads.",
                    "",
                    "the host does without that memory even while the VM is off"));
            return;
        }
        draft.note("small-pages: no huge pages reserved: " + refused.get() + ".");
        Fact<String> thp = host.memory().thpEnabled();
        if (thp.get().isPresent()) {
            draft.change(new Change.WriteSysfs(
                    "Let programs ask for transparent huge pages, as QEMU does",
                    List.of("small-pages"),
                    THP,
                    thp.get().get(),
                    "madvise"));
            draft.note("small-pages: transparent huge pages stay on until reboot.");
            draft.choose(Choice.of(
                    Topic.MEMORY,
                    "memory in transparent huge pages",
                    "In 4 KiB pages a TLB miss in the guest walks two full page tables, up to 24 memory reads."));
        }
    }

    /// Plans the reservation.
    ///
    /// @return why not, if not
    private Optional<String> reserve(String rule) {
        Optional<Memory.Node> node = HostFacts.onlyNode(host, draft.domain());
        if (node.isPresent()) {
            return new NodePages(draft, host, node.get(), files).reserve(rule);
        }
        Optional<HugePagePool> pool = HostFacts.pool(host, HostFacts.TWO_MIB);
        Optional<Long> total = pool.flatMap(p -> p.total().get());
        Optional<Long> free = pool.flatMap(p -> p.free().get());
        Optional<Long> available = host.memory().available().get();
        Optional<Long> memory = host.memory().total().get();
        if (total.isEmpty() || free.isEmpty() || available.isEmpty() || memory.isEmpty()) {
            return Optional.of("how much memory and how many 2 MiB pages the host has is not known");
        }
        long needed = HostFacts.pages(draft.domain().memoryBytes(), HostFacts.TWO_MIB);
        long target = Math.max(total.get(), total.get() - free.get() + needed);
        long extra = (target - total.get()) * HostFacts.TWO_MIB;
        long keep = Math.min(GIB, memory.get() / 4);
        if (available.get() - extra < keep) {
            return Optional.of("of " + (available.get() >> 20) + " MiB available, " + (extra >> 20)
                    + " MiB would be reserved and less than " + (keep >> 20) + " MiB left to the host");
        }
        Optional<String> undone = atBoot(rule, target);
        if (undone.isEmpty() && extra > 0) {
            draft.change(new Change.WriteSysfs(
                    "Reserve " + needed + " huge pages of 2 MiB for the guest",
                    List.of(rule),
                    POOL,
                    Long.toString(total.get()),
                    Long.toString(target)));
        }
        return undone;
    }

    /// Plans the same reservation for every boot. The kernel's setting counts pages of the default size, whichever
    /// that is.
    ///
    /// @return what would undo it, if something would
    private Optional<String> atBoot(String rule, long pages) {
        if (defaultPageBytes() != HostFacts.TWO_MIB) {
            draft.note(rule + ": the reservation of " + pages + " huge pages of 2 MiB lasts until reboot; to keep it,"
                    + " add hugepagesz=2M hugepages=" + pages + " to the kernel command line.");
            return Optional.empty();
        }
        Optional<String> commandLine = host.kernel().commandLine().get();
        if (commandLine.isEmpty()) {
            return Optional.of("the kernel command line, which may make huge pages of another size the default, is not"
                    + " known, and the setting at boot counts those");
        }
        long kept = sysctl.inForce(NR).map(s -> number(s.value())).orElse(onCommandLine(commandLine.get()));
        if (kept >= pages) {
            return Optional.empty();
        }
        Optional<Sysctl.Setting> stronger = sysctl.set(
                rule,
                NR,
                Long.toString(pages),
                "Reserve " + pages + " huge pages of 2 MiB at every boot",
                "Reserved by nptune for VMs whose memory is in huge pages: without them they do not start.");
        if (stronger.isPresent()) {
            return Optional.of(stronger.get().file() + " sets " + NR + " to " + kept
                    + " at every boot, with which the VM would not start: make that " + pages
                    + ", or take the line out");
        }
        draft.note(rule + ": " + pages + " huge pages, " + pages * 2
                + " MiB, are reserved from now on, at every boot too (" + Sysctl.FILE
                + "): the host does without that memory even while the VM is off.");
        return Optional.empty();
    }

    private static long number(String value) {
        return value.matches("[0-9]{1,12}") ? Long.parseLong(value) : 0;
    }

    /// How many pages of the default size the kernel command line reserves.
    private static long onCommandLine(String commandLine) {
        long pages = 0;
        boolean ofDefaultSize = true;
        for (String word : HostFacts.words(commandLine)) {
            Matcher m = ON_COMMAND_LINE.matcher(word);
            if (word.startsWith("hugepagesz=")) {
                ofDefaultSize = word.equalsIgnoreCase("hugepagesz=2M");
            } else if (ofDefaultSize && m.matches()) {
                pages = Long.parseLong(m.group(1));
            }
        }
        return pages;
    }
}
