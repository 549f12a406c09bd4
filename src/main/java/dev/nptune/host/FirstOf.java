package dev.nptune.host;

import java.util.function.Supplier;

/// One thing that different distributions keep in different places.
final class FirstOf {
    private FirstOf() {}

    /// The first fact that is known; else the first that is unreadable, for there it may be; else the last.
    @SafeVarargs
    static <T> Fact<T> known(Supplier<Fact<T>>... places) {
        Fact<T> result = Fact.absent("");
        for (Supplier<Fact<T>> place : places) {
            Fact<T> fact = place.get();
            if (fact instanceof Fact.Known<T>) {
                return fact;
            }
            result = result instanceof Fact.Unreadable<T> ? result : fact;
        }
        return result;
    }
}
