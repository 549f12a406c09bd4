package dev.nptune.cli;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.DkmsInstaller;
import dev.nptune.kernel.module.InstalledKernel;
import dev.nptune.kernel.module.ModuleInstaller;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune patch remove`: takes back what `nptune patch install` did.
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        header = {"Examples:", "  nptune patch remove", "  nptune patch remove kvm-amd --dry-run", ""},
        description = "Takes back what nptune patch install did: the kernel uses its own module again. Needs root.")
final class PatchRemoveCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "MODULE",
            description = "One module. Without it: all, those of DKMS too.")
    private @Nullable String module;

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Option(names = "--dkms", description = "Only what DKMS has, for all kernels.")
    private boolean dkms;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dry;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        InstalledKernel installed = kernel.kernel(cli);
        if (!dry) {
            kernel.needRoot("patch remove");
        }
        try (ConsoleProgress progress = cli.progress()) {
            List<String> lines = new ArrayList<>();
            if (!dkms) {
                lines.addAll(new ModuleInstaller(installed, dry, progress).remove(module));
            }
            if (dkms || module == null) {
                lines.addAll(new DkmsInstaller(installed, dry, progress).remove());
            }
            if (lines.isEmpty()) {
                cli.out().println("nothing of ours is installed for " + installed.release());
            }
            lines.forEach(line -> cli.out().println((dry ? "would " : "") + Printable.line(line)));
            return Exit.OK.code();
        }
    }
}
