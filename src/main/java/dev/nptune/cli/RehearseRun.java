package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.Lab;
import dev.nptune.plan.Plan;
import java.io.IOException;
import java.time.Duration;

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
        return LabRun.with(cli, progress, LabRun.Request.of("apply --rehearse"), run -> {
            progress.begin(BOOT);
            Lab lab = Lab.prepareHosts(run.qemu(), run.kernel(), run.folder(), LIMIT);
            try (EmulatedHost host = lab.hostToRehearse(MACHINE)) {
                progress.done(BOOT, "kernel " + run.kernel().release() + ", this machine's programs, libvirt");
                return new Rehearsal(host, lab.share(MACHINE), progress).run(plan);
            }
        });
    }
}
