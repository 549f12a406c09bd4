package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.Runs;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/// `nptune apply --rehearse`: boots the emulated machine and has a plan rehearsed there.
final class RehearseRun {
    private static final String MACHINE = "rehearsal";
    private static final String BOOT = "boot the emulated machine";
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Cli cli;

    RehearseRun(Cli cli) {
        this.cli = cli;
    }

    /// Rehearses it and shows how that went.
    ///
    /// @return the exit code: 0 if all that could be rehearsed went well
    int run(Plan plan, boolean json) throws IOException, UserException {
        RehearsalDocument document;
        try (ConsoleProgress progress = cli.progress()) {
            document = rehearse(plan, progress);
        }
        cli.out().print(json ? Json.pretty(document) + "\n" : document.render(cli.columns()));
        return (document.passed() ? Exit.OK : Exit.ROLLED_BACK).code();
    }

    private RehearsalDocument rehearse(Plan plan, ConsoleProgress progress) throws IOException, UserException {
        LocalMachine here = LocalMachine.of(cli.environment());
        LabTune.requirePackages(cli, progress, false, here);
        here.requireRoot(
                "apply --rehearse",
                "its machine runs on this one's files, some of which only root may read; nothing here is changed");
        String path = cli.environment().get("PATH");
        Qemu qemu = Qemu.find(path);
        LabDirectories directories = LabDirectories.of(cli.environment(), Cli.home(cli.environment()));
        LabTune.atOnce(here);
        try (KernelCache cache = new KernelCache(directories.cache(), path);
                var _ = new LastWord(
                        () -> progress.end("nptune: interrupted; the lab was ended, nothing was changed"))) {
            directories.prepare(cache.isWarm());
            KernelFiles kernel = cache.kernel(null, progress);
            Path run = new Runs(directories.state().resolve("runs")).begin(ZonedDateTime.now(ZoneId.systemDefault()));
            try {
                progress.begin(BOOT);
                Lab lab = Lab.prepareHosts(qemu, kernel, run, LIMIT);
                try (EmulatedHost host = lab.hostToRehearse(MACHINE)) {
                    progress.done(BOOT, "kernel " + kernel.release() + ", this machine's programs, libvirt");
                    return new Rehearsal(host, lab.share(MACHINE), progress).run(plan);
                }
            } finally {
                LabTune.slim(run);
            }
        }
    }
}
