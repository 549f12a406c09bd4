package dev.nptune.bench.capture;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which column of a table holds what is wanted, and how to understand it. Made by [Headers].
final class Layout {
    /// How a row says that its frame was never shown.
    enum Dropped {
        UNKNOWN,
        /// A column of 0 and 1.
        COLUMN,
        /// There is no time until it was displayed.
        NEVER_DISPLAYED,
        /// There is no time for which it was displayed.
        NO_DISPLAY_TIME
    }

    /// How the column of times counts.
    enum Clock {
        SECONDS(1),
        MILLISECONDS(1e3),
        NANOSECONDS(1e9),
        /// Headed as seconds, which under PresentMon's `--qpc_time_ms` are milliseconds.
        SECONDS_OR_MILLISECONDS(1),
        /// Not said: PresentMon's CPUStartTime has changed its unit.
        MILLISECONDS_OR_SECONDS(1e3);

        private final double perSecond;

        Clock(double perSecond) {
            this.perSecond = perSecond;
        }

        double perSecond() {
            return perSecond;
        }

        boolean sure() {
            return this != SECONDS_OR_MILLISECONDS && this != MILLISECONDS_OR_SECONDS;
        }
    }

    final Format format;
    final int columns;
    final Dropped dropped;
    final Clock clock;
    private final int[] slotOfColumn;
    private final String[] titles;

    /// @param titles the header's names, one a column
    /// @param slotOfColumn the slot's number for each column that is wanted, -1 for the others
    Layout(Format format, List<String> titles, int[] slotOfColumn, Dropped dropped, Clock clock) {
        this.format = format;
        this.columns = slotOfColumn.length;
        this.dropped = dropped;
        this.clock = clock;
        int last = slotOfColumn.length;
        while (last > 0 && slotOfColumn[last - 1] < 0) {
            last--;
        }
        this.slotOfColumn = Arrays.copyOf(slotOfColumn, last);
        this.titles = new String[Slot.COUNT];
        Arrays.fill(this.titles, "");
        for (int i = 0; i < last; i++) {
            if (slotOfColumn[i] >= 0) {
                this.titles[slotOfColumn[i]] = titles.get(i);
            }
        }
    }

    /// The number of the slot for each column up to the last that is wanted, -1 for those that are not.
    int[] slots() {
        return slotOfColumn.clone();
    }

    boolean has(Slot slot) {
        for (int s : slotOfColumn) {
            if (s == slot.at()) {
                return true;
            }
        }
        return false;
    }

    /// What the header calls it.
    Optional<String> title(Slot slot) {
        return has(slot) ? Optional.of(titles[slot.at()]) : Optional.empty();
    }

    /// Whether the column holds the time since the start, not the time of a frame.
    boolean cumulative() {
        return format == Format.FRAPS;
    }
}
