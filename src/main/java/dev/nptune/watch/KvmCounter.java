package dev.nptune.watch;

import dev.nptune.watch.Column.Subject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// KVM's counters by their names. Source: the kernel's `arch/x86/kvm/x86.c` (`kvm_vcpu_stats_desc`,
/// `kvm_vm_stats_desc`).
final class KvmCounter {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /// How things stand, not how often something happened.
    private static final Set<String> STATES = Set.of(
            "guest_mode",
            "blocking",
            "max_mmu_page_hash_collisions",
            "max_mmu_rmap_size",
            "nx_lpage_splits",
            "tsc-offset",
            "tsc-scaling-ratio",
            "lapic_timer_advance_ns");

    private static final Map<String, Integer> PAGES = Map.of("pages_4k", 12, "pages_2m", 21, "pages_1g", 30);

    private KvmCounter() {}

    /// What a counter counts; empty for what is none.
    static Optional<Column> column(String name, Subject subject, int number) {
        if (!NAME.matcher(name).matches() || STATES.contains(name) || name.endsWith("_hist")) {
            return Optional.empty();
        }
        Quantity quantity =
                PAGES.containsKey(name) ? Quantity.PAGES : name.endsWith("_ns") ? Quantity.KVM_TIME : Quantity.EXITS;
        return Optional.of(new Column(quantity, subject, number, name));
    }

    /// By how many bits a count of pages is to be shifted to be one of bytes; 0 for all else.
    static int shift(String name) {
        return PAGES.getOrDefault(name, 0);
    }
}
