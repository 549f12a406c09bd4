package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.InstalledKernel;
import dev.nptune.kernel.module.ModuleStatus;
import dev.nptune.kernel.module.StatusReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `nptune patch status`: which modules of KVM's a kernel has, and which fixes are in them.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch status",
            "  nptune patch status --kernel 6.1.0-55-amd64",
            "  nptune patch status --json",
            ""
        },
        description = "Tells which KVM modules a kernel has and uses, its own or patched ones, and looks into their"
                + " machine code for known fixes.")
final class PatchStatusCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Option(
            names = "--lib-modules",
            paramLabel = "DIR",
            description = "The kernel's modules, if not in /lib/modules/RELEASE.")
    private @Nullable Path modules;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        InstalledKernel installed = kernel.kernel(cli);
        try {
            ModuleStatus status = StatusReader.read(installed, modules);
            cli.out().print(json ? Json.pretty(status) + "\n" : text(status, cli.columns()));
            return Exit.OK.code();
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot tell: " + IoReason.withFile(e), "look at the file that is named", e);
        }
    }

    private static String text(ModuleStatus status, int columns) {
        Sheet sheet = new Sheet(columns);
        sheet.row("kernel", status.release() + (status.running() ? "" : " (not the one that runs)"));
        if (!status.version().isEmpty()) {
            sheet.row("package", status.version());
        }
        if (!status.distribution().isEmpty()) {
            sheet.row("system", status.distribution());
        }
        sheet.row("Secure Boot", status.secureBoot() + ", lockdown " + status.lockdown());
        sheet.section();
        for (ModuleStatus.Module module : status.modules()) {
            sheet.row(module.name(), module.file().isEmpty() ? "no such module" : of(module));
            if (!module.evidence().isEmpty()) {
                sheet.detail(module.evidence());
            }
            module.patches().forEach(patch -> sheet.detail("with " + patch));
        }
        sheet.section();
        for (ModuleStatus.Fix fix : status.fixes()) {
            sheet.row(fix.id(), fix.state().words() + ": " + fix.title());
            sheet.detail(fix.evidence());
            if (!fix.hint().isEmpty()) {
                sheet.detail("by the version alone, which proves little: " + fix.hint());
            }
        }
        return sheet.toString();
    }

    private static String of(ModuleStatus.Module module) {
        String loaded = module.loaded().equals("none") ? "not loaded" : "loaded: " + module.loaded();
        return module.origin() + " (" + module.file() + "), " + loaded;
    }
}
