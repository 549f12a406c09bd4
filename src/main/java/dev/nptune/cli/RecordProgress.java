package dev.nptune.cli;

import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.internal.text.Printable;
import dev.nptune.watch.About;
import dev.nptune.watch.Recorder;
import dev.nptune.watch.Source;
import java.io.PrintStream;

/// What standard error says while something is recorded: at the beginning what is recorded and what is not, and on a
/// terminal a line that is drawn over each second.
final class RecordProgress {
    private final Cli cli;
    private final PrintStream err;
    private final String file;
    private final boolean live;

    RecordProgress(Cli cli, String file) {
        this.cli = cli;
        this.err = cli.err();
        this.file = file;
        this.live = cli.drawsOnErrors();
    }

    void begin(About about) {
        long vcpus = about.threads().stream().filter(t -> t.vcpu().isPresent()).count();
        err.println("recording " + (about.vm().isEmpty() ? "process " + about.pid() : Printable.line(about.vm())) + ", "
                + Plural.of(vcpus, "vCPU") + " on CPUs " + about.cpus() + "; Ctrl-C ends it");
        if (vcpus == 0) {
            err.println("  QEMU does not name its threads (-name …,debug-threads=on), so that none is known to run a"
                    + " vCPU; --qmp would tell");
        }
        for (Source source : about.sources()) {
            source.absent()
                    .ifPresent(why -> err.print(FindingText.wrap(
                            "  not recorded: " + source.gives() + " (" + source.place() + "): " + Printable.line(why),
                            cli.columns(),
                            "    ")));
        }
    }

    void show(Recorder.Progress progress) {
        if (live) {
            String line = "  " + Durations.words(progress.elapsed()) + "  " + ByteSize.of(progress.bytes()) + " in "
                    + file + (progress.late() == 0 ? "" : "  " + Plural.of(progress.late(), "late sample"));
            err.print("\r\033[K" + DisplayWidth.cut(line, cli.columns() - 1, "…"));
            err.flush();
        }
    }

    void clear() {
        if (live) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
