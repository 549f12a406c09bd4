package dev.nptune.doctor;

import dev.nptune.host.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The notes one rule takes while it looks at one host and one domain.
///
/// A rule reads facts through [#read], which remembers those that could not be read, and reports what it found. At the
/// end evidence makes the rule fire even if something else was missing; without evidence a missing fact makes it
/// unknown; only a full look that found nothing is clear. So a rule must read no fact it does not need.
public final class Examination {
    private final List<Evidence> evidence = new ArrayList<>();
    private int possible;
    private final List<Missing> missing = new ArrayList<>();

    /// The value of a fact; empty if there is certainly none, or if it is not known, which is remembered.
    public <T> Optional<T> read(Fact<T> fact) {
        if (fact instanceof Fact.Unreadable<T>(String source, String reason)) {
            missing(source, reason);
        }
        return fact.get();
    }

    /// Notes a fact that the host does not hold at all.
    public void missing(String where, String reason) {
        Missing fact = new Missing(where, reason);
        if (!missing.contains(fact)) {
            missing.add(fact);
        }
    }

    /// Notes something wrong.
    public void found(String where, String found, String wanted) {
        evidence.add(new Evidence(where, found, wanted));
    }

    /// Notes something that is wrong if a version says so, which a distribution may have mended without changing it.
    public void possible(String where, String found, String wanted) {
        possible++;
        found(where, found, wanted);
    }

    /// Whether all evidence is of that kind.
    boolean onlyPossible() {
        return possible == evidence.size();
    }

    List<Evidence> evidence() {
        return evidence;
    }

    List<Missing> missing() {
        return missing;
    }
}
