package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.vm.HugePages;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives guest memory large pages.
///
/// Huge pages of 2 MiB are reserved if the host keeps enough memory of its own: 1 GiB or a quarter of its memory,
/// whichever is less. They are reserved now and at every boot, since a VM whose memory is in huge pages does not start
/// without them. Otherwise transparent huge pages are set to `madvise`, which is enough since QEMU asks for them.
final class MemoryPlan {
    private static final long GIB = 1L << 30;
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/enabled";
    private static final String POOL = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

    private final Draft draft;
    private final Host host;
    private final Map<String, String> files;

    private MemoryPlan(Draft draft, Host host, Map<String, String> files) {
        this.draft = draft;
        this.host = host;
        this.files = files;
    }

    static void add(Draft draft, Host host, Diagnosis diagnosis, Map<String, String> files) {
        MemoryPlan plan = new MemoryPlan(draft, host, files);
        if (diagnosis.fired("small-pages")) {
            plan.largerPages();
        }
        if (diagnosis.fired("hugepage-short")) {
            plan.enoughPages();
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
        }
    }

    /// Plans the reservation.
    ///
    /// @return why not, if not
    private Optional<String> reserve(String rule) {
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
        Optional<HugePageSysctl.Setting> set = HugePageSysctl.inForce(files);
        long kept = set.map(HugePageSysctl.Setting::pages).orElse(HugePageSysctl.onCommandLine(commandLine.get()));
        if (kept >= pages) {
            return Optional.empty();
        }
        if (set.isPresent() && set.get().winsOverOurs()) {
            return Optional.of(set.get().file() + " sets vm.nr_hugepages to " + kept
                    + " at every boot, with which the VM would not start: make that " + pages
                    + ", or take the line out");
        }
        String before = files.get(HugePageSysctl.FILE);
        draft.change(new Change.EditFile(
                "Reserve " + pages + " huge pages of 2 MiB at every boot",
                List.of(rule),
                HugePageSysctl.FILE,
                before,
                HugePageSysctl.with(before, pages)));
        draft.note(rule + ": " + pages + " huge pages, " + pages * 2
                + " MiB, are reserved from now on, at every boot too (" + HugePageSysctl.FILE
                + "): the host does without that memory even while the VM is off.");
        return Optional.empty();
    }
}
