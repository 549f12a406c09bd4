package dev.nptune.kernel.module;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks at the modules of a kernel and at the ones that are loaded; changes nothing and needs no root.
///
/// Which file a loaded module came from is told by the number that the linker gives every build (its build ID), which
/// the kernel shows; where it has none, by `srcversion`.
public final class StatusReader {
    private static final List<String> MODULES = List.of("kvm", "kvm-amd", "kvm-intel");
    private static final Pattern PRETTY_NAME = Pattern.compile("(?m)^PRETTY_NAME=\"?([^\"\\n]*)\"?$");
    private static final int MOST = 1 << 16;

    private final InstalledKernel kernel;
    private final Path modules;
    private final boolean running;
    private final List<InstallRecord> records;

    private StatusReader(InstalledKernel kernel, Path modules) throws IOException {
        this.kernel = kernel;
        this.modules = modules;
        this.running = text(kernel.root().resolve("proc/sys/kernel/osrelease")).equals(kernel.release());
        this.records = new InstallRecords(kernel.root()).of(kernel.release());
    }

    /// Looks.
    ///
    /// @param modules the kernel's modules, if not where they are installed
    public static ModuleStatus read(InstalledKernel kernel, @Nullable Path modules) throws IOException {
        return new StatusReader(kernel, modules == null ? kernel.modules() : modules).read();
    }

    private ModuleStatus read() throws IOException {
        SecureBoot boot = SecureBoot.read(kernel.root());
        List<ModuleStatus.Module> found = new ArrayList<>();
        for (String name : MODULES) {
            found.add(module(name));
        }
        Matcher name = PRETTY_NAME.matcher(text(kernel.root().resolve("etc/os-release")));
        String taint = text(kernel.root().resolve("proc/sys/kernel/tainted"));
        return new ModuleStatus(
                1,
                kernel.release(),
                running,
                kernel.packageVersion("linux-image-" + kernel.release()).orElse(""),
                name.find() ? name.group(1) : "",
                boot.secureBoot(),
                boot.lockdown(),
                running && taint.matches("\\d{1,18}") ? Long.parseLong(taint) : -1,
                found,
                fixes());
    }

    private ModuleStatus.Module module(String name) throws IOException {
        List<Path> files = ModuleFile.all(modules, name);
        String file = files.isEmpty() ? "" : files.getFirst().toString();
        String origin = files.isEmpty() ? "none" : origin(files.getFirst());
        Path sys = kernel.root().resolve("sys/module").resolve(name.replace('-', '_'));
        if (!running || !Files.isDirectory(sys)) {
            return new ModuleStatus.Module(name, file, origin, "none", "", patches(origin, name));
        }
        byte[] note = bytes(sys.resolve("notes/.note.gnu.build-id"));
        String source = text(sys.resolve("srcversion"));
        String loaded = "unknown";
        String evidence = "no file of this kernel's is the one that is loaded";
        for (Path each : files) {
            ElfModule elf = ModuleFile.read(each);
            boolean byNote = note.length > 0
                    && elf.buildId().filter(id -> Arrays.equals(id, note)).isPresent();
            boolean bySource = note.length == 0
                    && !source.isEmpty()
                    && elf.info("srcversion").contains(source);
            if (byNote || bySource) {
                loaded = origin(each);
                evidence = (byNote ? "its build ID" : "its srcversion") + " is that of " + each;
                break;
            }
        }
        return new ModuleStatus.Module(name, file, origin, loaded, evidence, patches(loaded, name));
    }

    private String origin(Path file) throws IOException {
        if (ModuleFile.isIn(modules, file, "kernel")) {
            return "stock";
        }
        String digest = Sha256.of(file);
        boolean ours = records.stream().anyMatch(r -> r.sha256().equals(digest));
        return ours ? "nptune" : ModuleFile.isIn(modules, file, "updates/dkms") ? "dkms" : "other";
    }

    private List<String> patches(String origin, String name) {
        return origin.equals("nptune")
                ? records.stream()
                        .filter(r -> ModuleFile.same(r.module(), name))
                        .flatMap(r -> r.patches().stream())
                        .map(BuildManifest.AppliedPatch::name)
                        .toList()
                : List.of();
    }

    private List<ModuleStatus.Fix> fixes() throws IOException {
        List<ModuleStatus.Fix> fixes = new ArrayList<>();
        for (KnownFix fix : KnownFix.all()) {
            Presence presence = presence(fix);
            fixes.add(new ModuleStatus.Fix(
                    fix.id(),
                    fix.title(),
                    fix.commit(),
                    presence.state(),
                    presence.evidence(),
                    fix.hint(kernel.release())));
        }
        return fixes;
    }

    private Presence presence(KnownFix fix) throws IOException {
        Optional<Path> file = ModuleFile.find(modules, fix.module());
        if (file.isEmpty()) {
            return Presence.unknown("there is no module " + fix.module() + " in " + modules
                    + ": the kernel has it built in, or has it not");
        }
        try {
            Presence seen = fix.probe().apply(ModuleFile.read(file.get()));
            return new Presence(seen.state(), file.get() + ": " + seen.evidence());
        } catch (IOException e) {
            return Presence.unknown("cannot read " + file.get() + ": " + IoReason.of(e));
        }
    }

    private static byte[] bytes(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MOST);
        } catch (IOException _) {
            return new byte[0];
        }
    }

    private static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8).strip();
    }
}
