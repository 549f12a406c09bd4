package dev.nptune.kernel.module;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Builds the modules that patches touch, and nothing else of the kernel.
///
/// The folders needed are taken out of the source, patched, and laid over a tree of links to the headers
/// ([ShadowTree]); kbuild makes the modules there. The result is then held against the kernel: its `vermagic`, the
/// version of every symbol, and what others need of it.
public final class ModuleBuilder {
    private static final Duration LIMIT = Duration.ofMinutes(60);
    private static final String FULL =
            "free some space on its disk, or choose another folder (--output, XDG_CACHE_HOME)";

    private final BuildRequest request;
    private final Progress progress;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    private ModuleBuilder(BuildRequest request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /// Builds, checks, and puts the modules and `manifest.json` into the output folder.
    ///
    /// @throws UserException if it cannot be built, or does not fit the kernel
    public static BuildManifest build(BuildRequest request, Progress progress) throws UserException {
        return new ModuleBuilder(request, progress).run();
    }

    private BuildManifest run() throws UserException {
        try {
            BuildTools tools = BuildTools.find(request.headers(), request.path());
            if (!tools.same()) {
                note("the compiler is not exactly the kernel's: '" + tools.compilerSays() + "' here, '"
                        + tools.kernelSays() + "' there");
            }
            Files.createDirectories(request.work());
            Path work = Files.createTempDirectory(request.work().toRealPath(), "build");
            try {
                return built(work, tools);
            } finally {
                Folders.delete(work);
            }
        } catch (IOException e) {
            throw new UserException(Exit.CANNOT, "cannot build the module: " + IoReason.withFile(e), next(e), e);
        }
    }

    private static String next(IOException e) {
        return IoReason.of(e).contains("No space left") ? FULL : "check the file that is named, then run it again";
    }

    private BuildManifest built(Path work, BuildTools tools) throws IOException, UserException {
        checkName(work);
        List<String> touched = touched();
        Path source = work.resolve("patched");
        SourceVersion version = extract(touched, source);
        patch(source);
        ShadowTree tree = step("prepare the tree", () -> {
            ShadowTree made = ShadowTree.make(request.headers(), Files.createDirectory(work.resolve("tree")));
            made.overlay(source);
            return made;
        });
        FolderMakefile makefiles = new FolderMakefile(tree, tools);
        Map<String, Set<String>> wanted = new ModuleMap(tree, makefiles).modules(touched);
        checkWanted(wanted);
        List<Path> built = new ArrayList<>();
        for (Map.Entry<String, Set<String>> folder : wanted.entrySet()) {
            makefiles.only(folder.getKey(), List.copyOf(folder.getValue()));
            built.addAll(step(
                    "build " + String.join(", ", folder.getValue()),
                    () -> make(tree, tools, folder.getKey(), folder.getValue(), built)));
        }
        String vermagic = step("check against the kernel", () -> {
            Fit fit = new Fit(request.headers(), request.modules());
            notes.addAll(fit.check(built));
            return fit.vermagic();
        });
        return store(built, tree, version, vermagic, tools);
    }

    /// kbuild takes no other names.
    private static void checkName(Path work) throws UserException {
        if (work.toString().matches(".*[\\s:#$%'\"].*")) {
            throw new UserException(
                    Exit.CANNOT,
                    "kbuild cannot build in " + work + ": its name has a blank or a sign that make does not take",
                    "point XDG_CACHE_HOME at another folder");
        }
    }

    private SourceVersion extract(List<String> touched, Path source) throws IOException, UserException {
        return step("read the source", () -> {
            request.source().copy(SourceParts.of(touched), Files.createDirectories(source));
            SourceVersion version = SourceVersion.of(KernelHeaders.text(source.resolve("Makefile")));
            SourceVersion headers = request.headers().version();
            if (!version.equals(headers)) {
                throw new UserException(
                        Exit.CANNOT,
                        "the source in " + request.source().place() + " is Linux " + version + ", but "
                                + request.headers().release() + " is Linux " + headers,
                        "install the source of the kernel that is to be patched, or name it with --source");
            }
            return version;
        });
    }

    private void patch(Path source) throws IOException, UserException {
        for (SourceEdit edit : request.edits()) {
            step("apply " + edit.name(), () -> {
                edit.apply(source);
                return "";
            });
        }
    }

    private void checkWanted(Map<String, Set<String>> wanted) throws UserException {
        Set<String> all = new TreeSet<>();
        wanted.values().forEach(all::addAll);
        if (all.isEmpty()) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "the patches touch no module",
                    "see what they touch: nptune patch check FILE --tree SOURCE");
        }
        if (all.stream().noneMatch(m -> ModuleFile.same(m, request.module()))) {
            List<String> near = NearMiss.of(request.module(), all);
            throw new UserException(
                    Exit.WRONG_USE,
                    "the patches do not touch " + request.module() + ", but " + String.join(", ", all),
                    near.isEmpty()
                            ? "build one of these; the others are built along with it"
                            : "did you mean: " + String.join(", ", near) + "?");
        }
    }

    private List<Path> make(ShadowTree tree, BuildTools tools, String folder, Set<String> modules, List<Path> before)
            throws IOException, UserException {
        Path at = tree.source().resolve(folder);
        List<String> arguments = new ArrayList<>(List.of(
                "-C",
                tree.objects().toString(),
                "M=" + at,
                "-j" + Runtime.getRuntime().availableProcessors()));
        List<String> symbols = before.stream()
                .map(ko -> ko.resolveSibling("Module.symvers").toString())
                .distinct()
                .toList();
        if (!symbols.isEmpty()) {
            arguments.add("KBUILD_EXTRA_SYMBOLS=" + String.join(" ", symbols));
        }
        arguments.add("modules");
        Exec.Result result = Exec.run(LIMIT, tools.make(arguments), tree.objects(), tools.environment());
        if (!result.ok()) {
            String error = BuildErrors.first(result, at);
            throw new UserException(
                    Exit.CANNOT,
                    "the build of " + String.join(", ", modules) + " fails: " + error,
                    error.contains("No space left") ? FULL : "see that the patch is meant for this kernel");
        }
        return modules.stream().map(m -> at.resolve(m + ".ko")).toList();
    }

    private BuildManifest store(
            List<Path> built, ShadowTree tree, SourceVersion version, String vermagic, BuildTools tools)
            throws IOException {
        Path output = Files.createDirectories(request.output());
        List<BuildManifest.BuiltModule> modules = new ArrayList<>();
        for (Path ko : built) {
            ModuleStrip.strip(ko, request.path());
            String file = ko.getFileName().toString();
            Path aside = output.resolve("." + file + ".new");
            Files.copy(ko, aside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(aside, output.resolve(file), StandardCopyOption.ATOMIC_MOVE);
            modules.add(new BuildManifest.BuiltModule(
                    file.replaceFirst("\\.ko$", ""),
                    file,
                    tree.source().relativize(ko.getParent()).toString(),
                    Sha256.of(ko),
                    Files.size(ko)));
        }
        BuildManifest manifest = new BuildManifest(
                1,
                request.headers().release(),
                vermagic,
                version.toString(),
                tools.compilerSays(),
                tools.kernelSays(),
                SourceParts.of(touched()),
                patches(output),
                modules,
                notes,
                seconds);
        Files.writeString(output.resolve(BuildManifest.FILE), Json.pretty(manifest) + "\n");
        return manifest;
    }

    /// Copies them beside the modules, numbered in their order.
    private List<BuildManifest.AppliedPatch> patches(Path output) throws IOException {
        Path folder = output.resolve("patches");
        Folders.delete(folder);
        Files.createDirectory(folder);
        List<BuildManifest.AppliedPatch> patches = new ArrayList<>();
        for (SourceEdit edit : request.edits()) {
            String name = String.format(
                    Locale.ROOT, "%02d-%s", patches.size() + 1, edit.name().replaceAll("[^A-Za-z0-9._+-]", "_"));
            Files.write(folder.resolve(name), edit.content());
            patches.add(new BuildManifest.AppliedPatch(edit.name(), "patches/" + name, edit.digest()));
        }
        return patches;
    }

    private List<String> touched() {
        return request.edits().stream()
                .flatMap(edit -> edit.files().stream())
                .distinct()
                .toList();
    }

    private void note(String text) {
        notes.add(text);
        progress.note(text);
    }

    /// A step that takes its time.
    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException, UserException;
    }

    private <T> T step(String name, Step<T> step) throws IOException, UserException {
        long began = System.nanoTime();
        progress.begin(name);
        T result = step.run();
        progress.done(name, "");
        seconds.put(name, Math.round((System.nanoTime() - began) / 1e7) / 100.0);
        return result;
    }
}
