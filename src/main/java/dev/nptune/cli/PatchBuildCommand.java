package dev.nptune.cli;

import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.module.BuildManifest;
import dev.nptune.kernel.module.BuildRequest;
import dev.nptune.kernel.module.DebianKernelPackages;
import dev.nptune.kernel.module.InstalledKernel;
import dev.nptune.kernel.module.KernelHeaders;
import dev.nptune.kernel.module.KernelParts;
import dev.nptune.kernel.module.KernelSource;
import dev.nptune.kernel.module.ModuleBuilder;
import dev.nptune.kernel.module.PatchEdit;
import dev.nptune.kernel.module.SourceEdit;
import dev.nptune.lab.LabDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune patch build`: a patched module for a kernel.
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune patch build kvm-amd fix.patch",
            "  nptune patch build kvm-amd fix.patch --fetch",
            "  nptune patch build vfio-pci my.patch --source ~/linux-6.12.5.tar.xz -o out",
            ""
        },
        description = "Builds the modules that patches touch, for the kernel that runs or another one. Nothing is"
                + " installed; see nptune patch install.")
final class PatchBuildCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable PatchCommand parent;

    @Parameters(index = "0", paramLabel = "MODULE", description = "The module to build, such as kvm-amd.")
    private String module = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Patches, in order.")
    private List<Path> files = List.of();

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Option(names = "--headers", paramLabel = "DIR", description = "The kernel's headers, if not the installed ones.")
    private @Nullable Path headers;

    @Option(
            names = "--source",
            paramLabel = "DIR|TARBALL",
            description = "The kernel's source, if not Debian's in /usr/src.")
    private @Nullable Path source;

    @Option(
            names = "--lib-modules",
            paramLabel = "DIR",
            description = "The kernel's own modules, to compare with, if not /lib/modules/RELEASE.")
    private @Nullable Path modules;

    @Option(
            names = "--fetch",
            description = "Debian: fetch headers and source of the kernel into the cache. Nothing is installed.")
    private boolean fetch;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where the module and its manifest go. Without it: modules-RELEASE.")
    private @Nullable Path output;

    @Option(names = "--json", description = "Print the manifest.")
    private boolean json;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(parent).cli();
        try (ConsoleProgress progress = cli.progress()) {
            BuildRequest request = request(cli, progress);
            BuildManifest manifest = ModuleBuilder.build(request, progress);
            cli.out().print(json ? Json.pretty(manifest) + "\n" : text(manifest, request.output()));
            return Exit.OK.code();
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot build: " + IoReason.withFile(e), "check the file that is named", e);
        }
    }

    private BuildRequest request(Cli cli, Progress progress) throws IOException, UserException {
        List<SourceEdit> edits = new ArrayList<>();
        for (Path file : files) {
            edits.add(PatchEdit.read(file));
        }
        Path cache = LabDirectories.of(cli.environment(), Cli.home(cli.environment()))
                .cache();
        KernelParts parts = parts(cli, cache, progress);
        String release = parts.headers().release();
        Path own = modules == null ? kernel.root().resolve("lib/modules").resolve(release) : modules;
        return new BuildRequest(
                parts.headers(),
                parts.source(),
                Files.isDirectory(own) ? own : null,
                module.replaceFirst("\\.ko$", ""),
                edits,
                cache.resolve("kernel-build"),
                ours(output == null ? Path.of("modules-" + release) : output),
                cli.environment().get("PATH"));
    }

    /// What is built replaces what was built before, and nothing else.
    private static Path ours(Path output) throws IOException, UserException {
        if (Files.isDirectory(output) && !Files.exists(output.resolve(BuildManifest.FILE))) {
            try (Stream<Path> there = Files.list(output)) {
                if (there.findAny().isPresent()) {
                    throw new UserException(
                            Exit.WRONG_USE,
                            "the folder " + Printable.line(output.toString()) + " holds something else",
                            "name an empty folder, a new one, or one that 'nptune patch build' made, with -o");
                }
            }
        }
        return output;
    }

    private KernelParts parts(Cli cli, Path cache, Progress progress) throws IOException, UserException {
        if (headers != null && source != null) {
            return new KernelParts(KernelHeaders.read(headers), new KernelSource(source));
        }
        InstalledKernel installed = kernel.kernel(cli);
        if (fetch) {
            KernelParts fetched = new DebianKernelPackages(
                            cache, cli.environment().get("PATH"))
                    .parts(installed.release(), installed.debianVersion(), progress);
            return new KernelParts(
                    headers == null ? fetched.headers() : KernelHeaders.read(headers),
                    source == null ? fetched.source() : new KernelSource(source));
        }
        KernelHeaders found = headers == null ? installed.headers() : KernelHeaders.read(headers);
        return new KernelParts(found, source == null ? installed.source(found, progress) : new KernelSource(source));
    }

    private static String text(BuildManifest manifest, Path output) {
        StringBuilder text = new StringBuilder();
        for (BuildManifest.BuiltModule built : manifest.modules()) {
            text.append(Printable.line(output.resolve(built.file()).toString())).append('\n');
        }
        text.append("for ").append(Printable.line(manifest.vermagic())).append('\n');
        text.append("install: nptune patch install ")
                .append(Printable.line(output.toString()))
                .append('\n');
        return text.toString();
    }
}
