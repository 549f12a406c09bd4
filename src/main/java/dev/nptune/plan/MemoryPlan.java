package dev.nptune.plan;

import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.HostFacts;
import dev.nptune.host.Fact;
import dev.nptune.host.Host;
import dev.nptune.host.Memory.HugePagePool;
import dev.nptune.vm.HugePages;
import java.util.List;
import java.util.Optional;

/// Gives guest memory large pages.
///
/// Huge pages of 2 MiB are reserved if the host keeps enough memory of its own: 1 GiB or a quarter of its memory,
/// whichever is less. Otherwise transparent huge pages are set to `madvise`, which is enough since QEMU asks for them.
final class MemoryPlan {
    private static final long GIB = 1L << 30;
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/enabled";

    private MemoryPlan() {}

    static void add(Draft draft, Host host, Diagnosis diagnosis) {
        if (diagnosis.fired("small-pages")) {
            largerPages(draft, host);
        }
        if (diagnosis.fired("hugepage-short")) {
            long size = draft.domain().hugePages().flatMap(HugePages::pageBytes).orElse(defaultPageBytes(host));
            if (size != HostFacts.TWO_MIB) {
                draft.leave(
                        "hugepage-short",
                        "left alone: pages of " + (size >> 20)
                                + " MiB can hardly be found once the machine has run; reserve them at boot.");
            } else {
                reserve(draft, host, "hugepage-short")
                        .ifPresent(why -> draft.leave("hugepage-short", "left alone: " + why + "."));
            }
        }
    }

    private static long defaultPageBytes(Host host) {
        return host.kernel()
                .commandLine()
                .get()
                .map(HostFacts::defaultPageBytes)
                .orElse(HostFacts.TWO_MIB);
    }

    private static void largerPages(Draft draft, Host host) {
        Optional<String> refused = defaultPageBytes(host) == HostFacts.TWO_MIB
                ? reserve(draft, host, "small-pages")
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
    private static Optional<String> reserve(Draft draft, Host host, String rule) {
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
        if (extra > 0) {
            draft.change(new Change.WriteSysfs(
                    "Reserve " + needed + " huge pages of 2 MiB for the guest",
                    List.of(rule),
                    "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
                    Long.toString(total.get()),
                    Long.toString(target)));
            draft.note(rule + ": the reservation of " + target + " huge pages lasts until reboot.");
        }
        return Optional.empty();
    }
}
