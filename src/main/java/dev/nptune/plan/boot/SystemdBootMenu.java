package dev.nptune.plan.boot;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which entry systemd-boot starts when nobody chooses: the first one in its order that fits the `default` of
/// `loader.conf`, else the first one. Entries without tries left are last in the order; a `default` that fits no other
/// starts them all the same.
///
/// Source: `boot_entry_compare`, `config_find_entry` and `config_select_default_entry` in systemd's `boot.c`.
///
/// @param pattern the `default`, in lower case; empty if there is none
record SystemdBootMenu(List<Entry> entries, String pattern) {
    SystemdBootMenu {
        entries = List.copyOf(entries);
    }

    /// What an entry is sorted by.
    ///
    /// @param id its file's name in lower case and without counters
    /// @param sortKey `""` if it has none, and then neither machine nor version count
    /// @param usedUp whether it has no tries left
    record Entry(String id, String sortKey, String machine, String version, boolean usedUp) {
        private static final Pattern COUNTERS = Pattern.compile("\\+(\\d+)(?:-\\d+)?(?=\\.conf$)");

        private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::usedUp)
                .thenComparing(e -> e.sortKey().isEmpty())
                .thenComparing(Entry::sortKey)
                .thenComparing(Entry::machine)
                .thenComparing(Entry::version, (a, b) -> Versions.compare(b, a))
                .thenComparing(Entry::id, (a, b) -> Versions.compare(b, a));

        /// @param path of its file
        static Entry of(String path, EntryText text) {
            String name = KeptFiles.name(path).toLowerCase(Locale.ROOT);
            Matcher counters = COUNTERS.matcher(name);
            boolean usedUp = counters.find() && counters.group(1).matches("0+");
            String sortKey = text.value("sort-key").orElse("");
            return new Entry(
                    counters.replaceFirst(""),
                    sortKey,
                    sortKey.isEmpty() ? "" : text.value("machine-id").orElse(""),
                    sortKey.isEmpty() ? "" : text.value("version").orElse(""),
                    usedUp);
        }

        Entry withoutTries() {
            return new Entry(id, sortKey, machine, version, true);
        }
    }

    /// Whether an entry fits a `default`.
    ///
    /// @return empty if the pattern has more than `*` and `?`, which is not understood here
    static Optional<Boolean> fits(String id, String pattern) {
        return pattern.matches("[^\\[\\\\@]+")
                ? Optional.of(Pattern.matches(
                        ("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"), id))
                : Optional.empty();
    }

    /// The id of the entry that is started; `""` if there is none.
    String started() {
        List<String> order = entries.stream().sorted(Entry.ORDER).map(Entry::id).toList();
        return order.stream()
                .filter(id -> !pattern.isEmpty() && fits(id, pattern).orElse(false))
                .findFirst()
                .or(() -> order.stream().findFirst())
                .orElse("");
    }
}
