package dev.nptune.cli;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.BuildManifest;
import dev.nptune.kernel.module.BuiltFolder;
import dev.nptune.kernel.module.DkmsInstaller;
import dev.nptune.kernel.module.InstalledKernel;
import dev.nptune.kernel.module.ModuleInstaller;
import dev.nptune.kernel.module.ModuleLoader;
import dev.nptune.kernel.module.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
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

/// `nptune patch install`: a built module put where the kernel finds it first.
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch install modules-6.1.0-56-amd64 --dry-run",
            "  nptune patch install modules-6.1.0-56-amd64",
            "  nptune patch install modules-6.1.0-56-amd64 --dkms",
            ""
        },
        description = "Installs what nptune patch build made, beside the distribution's own module, which stays. With"
                + " --dkms it is built anew for each kernel that comes. Needs root.")
final class PatchInstallCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder with the module and its manifest.")
    private Path folder = Path.of("");

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Option(names = "--dkms", description = "Hand it to DKMS, which builds it for later kernels too (Debian).")
    private boolean dkms;

    @Option(names = "--key", paramLabel = "FILE", description = "Sign with this private key (PEM), for Secure Boot.")
    private @Nullable Path key;

    @Option(names = "--cert", paramLabel = "FILE", description = "The key's certificate (DER or PEM).")
    private @Nullable Path certificate;

    @Option(names = "--load", description = "Load it now. No VM may run.")
    private boolean load;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dry;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        InstalledKernel installed = kernel.kernel(cli);
        BuiltFolder built = BuiltFolder.read(folder);
        List<String> modules = names(built);
        if (!dry) {
            kernel.needRoot("patch install");
        }
        ModuleLoader loader = new ModuleLoader(installed);
        try (ConsoleProgress progress = cli.progress()) {
            if (load) {
                loader.check(modules);
            }
            List<String> lines = new ArrayList<>();
            if (dkms) {
                refuseKey();
                lines.addAll(new DkmsInstaller(installed, dry, progress).install(built));
            } else {
                lines.addAll(new ModuleInstaller(installed, dry, progress).install(built, signing()));
            }
            if (load && !dry) {
                reload(loader, installed, built, progress);
                lines.add("load " + String.join(", ", modules));
            }
            lines.forEach(line -> cli.out().println((dry ? "would " : "") + Printable.line(line)));
            installed.initramfs(modules).ifPresent(note -> cli.err().println(Printable.line(note)));
            if (!load) {
                cli.err()
                        .println("it is used after the next boot, or now, "
                                + ModuleLoader.advice(ModuleLoader.order(modules)));
            }
            return Exit.OK.code();
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot install: " + IoReason.withFile(e), "check the file that is named", e);
        }
    }

    private static List<String> names(BuiltFolder built) {
        return built.manifest().modules().stream()
                .map(BuildManifest.BuiltModule::name)
                .toList();
    }

    /// A module that does not load is taken away again, and the kernel's own loaded.
    private void reload(ModuleLoader loader, InstalledKernel installed, BuiltFolder built, ConsoleProgress progress)
            throws IOException, UserException {
        List<String> modules = names(built);
        List<String> wanted = loader.wanted(modules);
        try {
            loader.reload(modules, wanted);
        } catch (UserException e) {
            if (dkms) {
                new DkmsInstaller(installed, false, progress).remove(built);
            } else {
                ModuleInstaller installer = new ModuleInstaller(installed, false, progress);
                for (String module : modules) {
                    installer.remove(module);
                }
            }
            loader.reload(modules, wanted);
            throw new UserException(
                    Exit.ROLLED_BACK,
                    "the module does not load and was taken away again; the kernel's own is loaded: " + e.getMessage(),
                    e.nextStep(),
                    e);
        }
    }

    private @Nullable SigningKey signing() throws UserException {
        if (key == null && certificate == null) {
            return null;
        }
        if (key == null || certificate == null) {
            throw new UserException(Exit.WRONG_USE, "--key and --cert go together", "give both");
        }
        return new SigningKey(key, certificate);
    }

    private void refuseKey() throws UserException {
        if (key != null || certificate != null) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "with --dkms it is DKMS that signs, with the key in /etc/dkms/framework.conf",
                    "leave --key and --cert out");
        }
    }
}
