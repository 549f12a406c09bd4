package dev.nptune.bench.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Which runs count, and what is to be said about how many there are and the order in which they were made.
///
/// @param bare the first side without what is left out
/// @param vm the second side
/// @param notes a sentence each
record RunOrder(RunSet bare, RunSet vm, List<String> notes) {

    /// @param dropFirst how many to leave out of each side; if empty, one, provided that enough runs are left
    /// @throws IllegalArgumentException if no run is left, or two runs are the same capture
    static RunOrder of(RunSet bare, RunSet vm, OptionalInt dropFirst) {
        checkDifferent(bare, vm);
        int fewest = Math.min(bare.size(), vm.size());
        int drop = dropFirst.orElse(fewest > Settings.ENOUGH_RUNS ? 1 : 0);
        if (drop >= fewest) {
            throw new IllegalArgumentException(
                    "leaving out the first " + drop + " leaves no run of a side that has " + fewest);
        }
        List<String> notes = new ArrayList<>();
        if (drop > 0) {
            notes.add("Left out, as the first of each side: " + first(bare, drop) + "; " + first(vm, drop) + ".");
        }
        RunSet first = bare.withoutFirst(drop);
        RunSet second = vm.withoutFirst(drop);
        number(first.size(), second.size(), notes);
        interleaved(first, second, notes);
        return new RunOrder(first, second, List.copyOf(notes));
    }

    private static void checkDifferent(RunSet bare, RunSet vm) {
        List<Run> all = Stream.concat(bare.runs().stream(), vm.runs().stream()).toList();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (Comparer.same(all.get(i), all.get(j))) {
                    throw new IllegalArgumentException("runs " + all.get(j).name() + " and "
                            + all.get(i).name() + " are the same capture, frame by frame");
                }
            }
        }
    }

    private static String first(RunSet side, int number) {
        return String.join(
                ", ", side.runs().stream().limit(number).map(Run::name).toList());
    }

    private static void number(int first, int second, List<String> notes) {
        int fewest = Math.min(first, second);
        if (fewest == 1) {
            notes.add("One run of a side: the interval is within-run only. How much runs differ among themselves is not"
                    + " known, so the truth may lie outside of it; make " + Settings.ENOUGH_RUNS + " runs a side.");
        } else if (fewest < Settings.ENOUGH_RUNS) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%d runs of a side are too few to be sure, and no p below %.2g is possible; make %d a side, in turn.",
                    fewest,
                    Permutation.least(first, second),
                    Settings.ENOUGH_RUNS));
        }
    }

    /// One side after the other: whatever changed in between looks like a difference of the sides.
    private static void interleaved(RunSet bare, RunSet vm, List<String> notes) {
        if (!bare.timed() || !vm.timed() || bare.size() + vm.size() <= 2) {
            return;
        }
        List<Run> all = Stream.concat(bare.runs().stream(), vm.runs().stream())
                .sorted(Comparator.comparing(run -> run.started().orElseThrow()))
                .toList();
        int turns = 0;
        for (int i = 1; i < all.size(); i++) {
            if (bare.runs().contains(all.get(i)) != bare.runs().contains(all.get(i - 1))) {
                turns++;
            }
        }
        if (turns == 1) {
            notes.add("All runs of one side were made before the other's: a drift of the machine (heat, updates) would"
                    + " look like a difference. Make the runs in turn, one of each side.");
        }
    }
}
