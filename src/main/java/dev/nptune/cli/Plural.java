package dev.nptune.cli;

/// Counts things in words.
final class Plural {
    private Plural() {}

    static String of(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
