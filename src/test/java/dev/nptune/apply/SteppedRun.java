package dev.nptune.apply;

import dev.nptune.internal.json.Json;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Applies a plan on the machine it runs on, or takes a run back, and stands still at each step until it is told to go
/// on, so that the machine's disk can be looked at meanwhile.
///
/// The folder has `step`, the number and the name of the step it is at, and `go`, the number up to which it may.
public final class SteppedRun {
    private static final long PAUSE = 50;

    private SteppedRun() {}

    /// Runs.
    ///
    /// @param args folder, and a plan's file or `rollback`
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Journals journals = new Journals(Path.of("/").resolve(Journals.FOLDER));
        Applier applier = new Applier(
                Path.of("/"),
                new Libvirt("qemu:///system"),
                new Modules("modprobe"),
                new Tools(System.getenv("PATH")),
                journals,
                new Steps(folder));
        ApplyResult result = args[1].equals("rollback")
                ? applier.rollback(journals.latestToTakeBack().orElseThrow().id(), false, ApplyListener.SILENT)
                : applier.apply(Json.read(Files.readString(Path.of(args[1])), Plan.class), ApplyListener.SILENT);
        boolean well = result instanceof ApplyResult.Committed || result instanceof ApplyResult.RolledBack;
        if (!well) {
            throw new IllegalStateException(result.toString());
        }
    }

    private static final class Steps implements FaultHook {
        private final Path folder;
        private int step;

        private Steps(Path folder) {
            this.folder = folder;
        }

        @Override
        public void at(Phase phase, int index) throws IOException {
            if (phase == Phase.JOURNAL || phase == Phase.IN_VERIFY) {
                return;
            }
            step++;
            Path written = folder.resolve("step.new");
            Files.writeString(written, step + " " + phase + " " + index);
            Files.move(written, folder.resolve("step"), StandardCopyOption.ATOMIC_MOVE);
            while (allowed() < step) {
                try {
                    Thread.sleep(PAUSE);
                } catch (InterruptedException e) {
                    throw new UncheckedIOException(new IOException(e));
                }
            }
        }

        private int allowed() throws IOException {
            Path file = folder.resolve("go");
            return Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
        }
    }
}
