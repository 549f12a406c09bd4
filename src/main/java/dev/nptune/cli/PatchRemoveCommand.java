package dev.nptune.cli;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.DkmsInstaller;
import dev.nptune.kernel.module.InstalledKernel;
import dev.nptune.kernel.module.ModuleFile;
import dev.nptune.kernel.module.ModuleInstaller;
import dev.nptune.kernel.module.ModuleLoader;
import dev.nptune.kernel.module.ModuleReload;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
        header = {
            "Examples:",
            "  nptune patch remove",
            "  nptune patch remove kvm-amd --dry-run",
            "  nptune patch remove --load",
            ""
        },
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

    @Option(names = "--load", description = "Load the kernel's own now. No VM may run.")
    private boolean load;

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
            ModuleInstaller installer = new ModuleInstaller(installed, dry, progress);
            DkmsInstaller byDkms = new DkmsInstaller(installed, dry, progress);
            List<String> modules = modules(installer, byDkms);
            ModuleLoader loader = new ModuleLoader(installed);
            if (load && !modules.isEmpty()) {
                loader.check(modules);
            }
            ModuleReload reload = loader.reload(modules);
            int lines = 0;
            if (!dkms) {
                lines += print(cli, installer.remove(module));
            }
            if (dkms || module == null) {
                lines += print(cli, byDkms.remove());
            }
            if (lines == 0) {
                cli.out().println("nothing of ours is installed for " + installed.release());
            }
            if (load && !modules.isEmpty()) {
                loadOwn(reload);
                print(cli, List.of("load the kernel's own " + String.join(", ", modules)));
            }
            return Exit.OK.code();
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot remove: " + IoReason.withFile(e), "check the file that is named", e);
        }
    }

    /// At once: what fails later does not undo it.
    private int print(Cli cli, List<String> lines) {
        lines.forEach(line -> cli.out().println((dry ? "would " : "") + Printable.line(line)));
        return lines.size();
    }

    private List<String> modules(ModuleInstaller installer, DkmsInstaller byDkms) throws IOException {
        Set<String> modules = new LinkedHashSet<>();
        if (!dkms) {
            installer.installed().stream()
                    .filter(each -> module == null || ModuleFile.same(module, each))
                    .forEach(modules::add);
        }
        if (dkms || module == null) {
            modules.addAll(byDkms.installed());
        }
        return List.copyOf(modules);
    }

    private void loadOwn(ModuleReload reload) throws UserException {
        if (dry) {
            return;
        }
        try {
            reload.begin();
        } catch (UserException e) {
            throw notLoaded(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw notLoaded(IoReason.withFile(e), e);
        }
    }

    private static UserException notLoaded(String why, Exception e) {
        return new UserException(
                Exit.PARTLY_APPLIED,
                "the module is removed, but the kernel's own could not be loaded: " + why,
                "it is used after the next boot",
                e);
    }
}
