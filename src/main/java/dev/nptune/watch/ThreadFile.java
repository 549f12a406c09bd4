package dev.nptune.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/// The files of a thread below `/proc/PID/task/TID`, and what is taken from each. Sources: the kernel's
/// `Documentation/scheduler/sched-stats.rst`, `kernel/sched/debug.c`, proc_pid_stat(5).
///
/// Hot: see [Cursor].
enum ThreadFile {
    SCHEDSTAT(
            "schedstat",
            "run time, run delay and time slices of each vCPU",
            "a kernel with CONFIG_SCHED_INFO (all distributions have it)"),
    SCHED("sched", "migrations and involuntary switches of each vCPU", "a kernel with CONFIG_SCHED_DEBUG"),
    STAT("stat", "page faults and last CPU of each vCPU", "a kernel with /proc");

    private static final List<Quantity> OF_SCHEDSTAT = List.of(Quantity.RUN, Quantity.RUN_DELAY, Quantity.SLICES);
    private static final List<Quantity> OF_SCHED = List.of(Quantity.MIGRATIONS, Quantity.INVOLUNTARY_SWITCHES);
    private static final List<Quantity> OF_STAT =
            List.of(Quantity.MINOR_FAULTS, Quantity.MAJOR_FAULTS, Quantity.LAST_CPU);

    private static final byte[] MIGRATIONS = "se.nr_migrations".getBytes(US_ASCII);
    private static final byte[] INVOLUNTARY = "nr_involuntary_switches".getBytes(US_ASCII);

    private final String file;
    private final String gives;
    private final String needs;

    ThreadFile(String file, String gives, String needs) {
        this.file = file;
        this.gives = gives;
        this.needs = needs;
    }

    String file() {
        return file;
    }

    String gives() {
        return gives;
    }

    String needs() {
        return needs;
    }

    List<Quantity> quantities() {
        return switch (this) {
            case SCHEDSTAT -> OF_SCHEDSTAT;
            case SCHED -> OF_SCHED;
            case STAT -> OF_STAT;
        };
    }

    /// Takes the numbers.
    ///
    /// @param values what is found, in the order of [#quantities()]
    /// @return whether all are there
    boolean parse(Cursor in, long[] values) {
        return switch (this) {
            case SCHEDSTAT -> {
                for (int i = 0; i < 3; i++) {
                    values[i] = in.number();
                }
                yield values[2] >= 0;
            }
            case SCHED -> sched(in, values);
            case STAT -> stat(in, values);
        };
    }

    private static boolean sched(Cursor in, long[] values) {
        values[0] = -1;
        while (!in.atEnd()) {
            if (in.takes(MIGRATIONS)) {
                in.behind((byte) ':');
                values[0] = in.number();
            } else if (in.takes(INVOLUNTARY)) {
                in.behind((byte) ':');
                values[1] = in.number();
                return values[0] >= 0 && values[1] >= 0;
            }
            in.line();
        }
        return false;
    }

    private static boolean stat(Cursor in, long[] values) {
        in.behindLast((byte) ')');
        long number = -1;
        for (int field = 3; field <= 39; field++) {
            in.blanks();
            if (field == 10 || field == 12 || field == 39) {
                number = in.number();
                values[field == 10 ? 0 : field == 12 ? 1 : 2] = number;
                if (number < 0) {
                    return false;
                }
            } else {
                in.word();
            }
        }
        return true;
    }
}
