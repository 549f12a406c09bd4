package dev.nptune.cli;

import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.GuestStuckException;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.LabPackages;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One use of the lab, from what it needs of this machine to what is left of it.
///
/// @param qemu the QEMU installed
/// @param kernel what its machines boot
/// @param folder what the run leaves behind
/// @param began when
/// @param atOnce how many machines there is memory for, 1 or 2; each keeps one CPU busy
record LabRun(Qemu qemu, KernelFiles kernel, Path folder, ZonedDateTime began, int atOnce) {
    /// What a machine was seen to take, 2.2 GiB, and some room.
    private static final long MEMORY_FOR_ONE = 3L << 30;

    private static final int ATTEMPTS = 3;

    /// What somebody wants the lab for.
    ///
    /// @param command as it is typed
    /// @param kernel a kernel package to boot; null for the distribution's
    /// @param install whether missing system packages may be installed
    record Request(String command, @Nullable Path kernel, boolean install) {
        static Request of(String command) {
            return new Request(command, null, false);
        }
    }

    /// What is done with it.
    @FunctionalInterface
    interface Work<T> {
        T in(LabRun run) throws IOException, UserException;
    }

    /// Sees to packages, rights, memory and kernel, does the work, and lets go of what takes up space. An interruption
    /// is told.
    static <T> T with(Cli cli, ConsoleProgress progress, Request request, Work<T> work)
            throws IOException, UserException {
        LocalMachine here = LocalMachine.of(cli.environment());
        requirePackages(cli, progress, request.install(), here);
        here.requireRoot(
                request.command(),
                "its machines run on this one's files, some of which only root may read; nothing here is changed");
        String path = cli.environment().get("PATH");
        Qemu qemu = Qemu.find(path);
        LabDirectories directories = LabDirectories.of(cli.environment(), Cli.home(cli.environment()));
        AtomicReference<@Nullable Path> begun = new AtomicReference<>();
        try (KernelCache cache = new KernelCache(directories.cache(), path);
                var _ = new LastWord(() -> interrupted(progress, begun.get()))) {
            directories.prepare(cache.isWarm());
            KernelFiles kernel = cache.kernel(request.kernel(), progress);
            int atOnce = atOnce(here);
            ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
            Path folder = new Runs(directories.state().resolve("runs")).begin(now);
            begun.set(folder);
            try {
                return work.in(new LabRun(qemu, kernel, folder, now, atOnce));
            } finally {
                slim(folder);
            }
        }
    }

    /// Does something once more if the VM in an emulated host stood still.
    static <T> T again(Progress progress, Attempt<T> attempt) throws IOException, UserException {
        for (int number = 1; ; number++) {
            try {
                return attempt.make();
            } catch (GuestStuckException stuck) {
                if (number == ATTEMPTS) {
                    throw stuck.asEnd();
                }
                progress.note(stuck.getMessage() + "; booting that machine once more");
            }
        }
    }

    /// What may have to be done again.
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws IOException, UserException;
    }

    private static void interrupted(ConsoleProgress progress, @Nullable Path folder) {
        progress.end("nptune: interrupted; the lab was ended, nothing was changed");
        if (folder != null) {
            slim(folder);
        }
    }

    private static void slim(Path folder) {
        try {
            Runs.slim(folder);
        } catch (IOException _) {
            // they take up space until the run is among the oldest, and that is all
        }
    }

    private static int atOnce(LocalMachine here) throws UserException {
        Optional<Long> available = here.scan().memory().available().get();
        if (available.isPresent() && available.get() < MEMORY_FOR_ONE) {
            throw new UserException(
                    Exit.CANNOT,
                    "the lab needs " + (MEMORY_FOR_ONE >> 20) + " MiB of memory, " + (available.get() >> 20)
                            + " MiB are available",
                    "end other programs and run it again");
        }
        return available.isEmpty() || available.get() >= 2 * MEMORY_FOR_ONE ? 2 : 1;
    }

    private static void requirePackages(Cli cli, ConsoleProgress progress, boolean install, LocalMachine here)
            throws IOException, UserException {
        List<String> missing = LabPackages.missing(cli.environment().get("PATH"));
        if (missing.isEmpty()) {
            return;
        }
        if (here.isRoot() && (install || !Cli.interactive())) {
            progress.note("the lab needs packages that are missing; installing them");
            LabPackages.install(missing, cli.environment().get("PATH"), progress);
        } else {
            throw LabPackages.missingError(missing);
        }
    }
}
