package dev.nptune.host;

/// Combines facts.
final class Facts {
    private Facts() {}

    /// A fact within a fact.
    static <T> Fact<T> flat(Fact<Fact<T>> fact) {
        return switch (fact) {
            case Fact.Known<Fact<T>>(Fact<T> inner, String _) -> inner;
            case Fact.Absent<Fact<T>>(String source) -> Fact.absent(source);
            case Fact.Unreadable<Fact<T>>(String source, String reason) -> Fact.unreadable(source, reason);
        };
    }
}
