package dev.nptune.bench.disk;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.nptune.bench.disk.DiskCheck.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// A disk benchmark's figures and whether to believe them.
///
/// @param schemaVersion of this form
/// @param result the figures, as the tool reported them
/// @param verdict the worst of the checks; believed only if it is known that no cache answered in the drive's place
/// @param checks each look at it
public record DiskReport(int schemaVersion, DiskResult result, Verdict verdict, List<DiskCheck> checks) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    private static final Set<String> CACHES = Set.of("host-cache", "guest-cache");

    public DiskReport {
        checks = List.copyOf(checks);
    }

    /// Looks at a result.
    public static DiskReport of(DiskResult result, DiskSurroundings around) {
        List<DiskCheck> checks = DiskChecks.all(result, around);
        Verdict worst = checks.stream()
                .map(DiskCheck::verdict)
                .filter(v -> v != Verdict.UNKNOWN && v != Verdict.NOTE)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.UNKNOWN);
        boolean cachesKnown = checks.stream().noneMatch(c -> CACHES.contains(c.id()) && c.verdict() == Verdict.UNKNOWN);
        Verdict verdict = worst == Verdict.BELIEVED && !cachesKnown ? Verdict.UNKNOWN : worst;
        return new DiskReport(SCHEMA_VERSION, result, verdict, checks);
    }

    /// How many checks could not be made.
    @JsonIgnore
    public long unknown() {
        return checks.stream().filter(c -> c.verdict() == Verdict.UNKNOWN).count();
    }
}
