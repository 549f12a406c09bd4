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
import dev.nptune.kernel.module.ModuleReload;
import dev.nptune.kernel.module.ModuleUse;
import dev.nptune.kernel.module.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

    @Option(
            names = "--load",
            description = "Load it now. No VM may run. If it does not load, what was there before is put back.")
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
            Optional<String> note = installed.initramfs(modules);
            ModuleReload reload = loader.reload(modules);
            List<String> lines = new ArrayList<>(install(installed, built, reload, progress));
            if (load) {
                lines.add("load " + String.join(", ", modules));
            }
            lines.forEach(line -> cli.out().println((dry ? "would " : "") + Printable.line(line)));
            note.ifPresent(text -> cli.err().println(Printable.line(text)));
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

    private List<String> install(
            InstalledKernel installed, BuiltFolder built, ModuleReload reload, ConsoleProgress progress)
            throws UserException {
        ModuleUse use = load ? reload : ModuleUse.NONE;
        try {
            if (dkms) {
                refuseKey();
                return new DkmsInstaller(installed, dry, progress).install(built, use);
            }
            return new ModuleInstaller(installed, dry, progress).install(built, signing(), use);
        } catch (UserException e) {
            throw reload.told(e);
        }
    }

    private static List<String> names(BuiltFolder built) {
        return built.manifest().modules().stream()
                .map(BuildManifest.BuiltModule::name)
                .toList();
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
