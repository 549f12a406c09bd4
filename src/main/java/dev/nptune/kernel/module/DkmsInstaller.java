package dev.nptune.kernel.module;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Hands built modules to DKMS, and takes them back from it. Below a root that is not `/` DKMS is given its own folders
/// there.
public final class DkmsInstaller {
    private static final Duration LIMIT = Duration.ofMinutes(60);
    /// What the program is made for.
    private static final String ARCHITECTURE = "x86_64";

    private static final String RECORDS = "var/lib/nptune/patches/dkms";

    private final InstalledKernel kernel;
    private final boolean dry;
    private final Progress progress;

    /// @param dry whether to only say what would be done
    public DkmsInstaller(InstalledKernel kernel, boolean dry, Progress progress) {
        this.kernel = kernel;
        this.dry = dry;
        this.progress = progress;
    }

    /// A package that was handed over.
    ///
    /// @param schemaVersion 1
    /// @param name the package's name
    /// @param version its version
    /// @param digests SHA-256 of each of its files, by their names in its folder
    record DkmsRecord(int schemaVersion, String name, String version, Map<String, String> digests) {
        DkmsRecord {
            digests = Map.copyOf(digests);
        }

        String folder() {
            return name + "-" + version;
        }
    }

    /// Adds, builds and installs the package for one kernel; DKMS does so itself for those that come.
    ///
    /// @return what was done, or would be, a line each
    /// @throws UserException if it cannot be; then all is taken back
    public List<String> install(BuiltFolder built) throws UserException {
        return install(built, ModuleUse.NONE);
    }

    /// As above, and begins to use it. If that fails, what was there before is put back.
    public List<String> install(BuiltFolder built, ModuleUse use) throws UserException {
        try {
            DkmsPackage made = DkmsPackage.of(built);
            Path folder = kernel.root().resolve("usr/src").resolve(made.folder());
            if (Files.exists(folder)) {
                throw new UserException(
                        Exit.CANNOT,
                        folder + " is there already",
                        "if it is ours: nptune patch remove --dkms; if not, move it away");
            }
            checkAlone(built);
            List<String> done = List.of(
                    "write " + folder,
                    "dkms add -m " + made.name() + " -v " + made.version(),
                    "dkms build, for " + kernel.release(),
                    "dkms install, for " + kernel.release());
            if (!dry) {
                put(built, made, folder, use);
            }
            return done;
        } catch (IOException e) {
            throw notInstalled(e);
        }
    }

    /// Of two modules of one name below `updates`, which one is used is nobody's choice.
    private void checkAlone(BuiltFolder built) throws IOException, UserException {
        for (BuildManifest.BuiltModule module : built.manifest().modules()) {
            for (Path there : ModuleFile.all(kernel.modules(), module.name())) {
                if (ModuleFile.isIn(kernel.modules(), there, "updates")
                        && !ModuleFile.isIn(kernel.modules(), there, "updates/dkms")) {
                    throw new UserException(
                            Exit.CANNOT,
                            there + " is there already, and DKMS would put another one beside it",
                            "if it is ours: nptune patch remove " + module.name()
                                    + "; if not, move it out of /lib/modules");
                }
            }
        }
    }

    /// DKMS ends well even where it decides to keep the kernel's own module.
    private void checkInstalled(BuiltFolder built) throws IOException, UserException {
        for (BuildManifest.BuiltModule module : built.manifest().modules()) {
            Path there = kernel.modules().resolve("updates/dkms");
            if (ModuleFile.all(there, module.name()).isEmpty()) {
                throw new UserException(
                        Exit.CANNOT,
                        "DKMS did not put " + module.name() + " into " + there + ": it keeps the kernel's own",
                        "install the module without --dkms");
            }
        }
    }

    private void put(BuiltFolder built, DkmsPackage made, Path folder, ModuleUse use)
            throws IOException, UserException {
        DkmsRecord record = record(made);
        Optional<DkmsRecord> before = active(record.name());
        Rollback rollback = new Rollback();
        try {
            Path file = file(record);
            Files.createDirectories(file.resolveSibling("."));
            rollback.add(() -> takeAway(record));
            Path aside = kernel.root().resolve(RECORDS).resolveSibling("." + record.folder() + ".new");
            rollback.add(() -> Files.deleteIfExists(aside));
            Files.writeString(aside, Json.pretty(record) + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            made.write(Files.createDirectories(folder));
            rollback.addLast(() -> putBack(before));
            for (String action : List.of("add", "build", "install")) {
                progress.begin("dkms " + action);
                Exec.Result result =
                        run(action, record, action.equals("add") ? List.of() : List.of("-k", kernel.release()));
                if (!result.ok()) {
                    throw new UserException(
                            Exit.CANNOT,
                            "dkms " + action + " fails: " + why(result, record),
                            "nothing is left of it; without --dkms the module is installed for this kernel only");
                }
                progress.done("dkms " + action, "");
            }
            checkInstalled(built);
            rollback.addLast(use::takeBack);
            use.begin();
        } catch (IOException | UserException | RuntimeException e) {
            rollback.run(e);
            throw e;
        }
    }

    /// The package of this name that DKMS has installed for this kernel, if it is one of ours. DKMS knows it by a link
    /// `kernel-RELEASE-ARCH` to `VERSION/RELEASE/ARCH`.
    private Optional<DkmsRecord> active(String name) throws IOException {
        Path link = kernel.root()
                .resolve("var/lib/dkms")
                .resolve(name)
                .resolve("kernel-" + kernel.release() + "-" + ARCHITECTURE);
        if (!Files.isSymbolicLink(link)) {
            return Optional.empty();
        }
        String version = Files.readSymbolicLink(link).getName(0).toString();
        return records().stream()
                .filter(record -> record.name().equals(name) && record.version().equals(version))
                .findFirst();
    }

    /// DKMS keeps what it built of a package that a newer one took the place of, but does not put it back.
    private void putBack(Optional<DkmsRecord> before) throws IOException, UserException {
        if (before.isEmpty() || active(before.get().name()).equals(before)) {
            return;
        }
        Exec.Result result = run("install", before.get(), List.of("-k", kernel.release()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "dkms install of the package before it fails: " + why(result, before.get()),
                    "see: dkms status " + before.get().name());
        }
    }

    /// What the build said; DKMS itself only names its log.
    private String why(Exec.Result result, DkmsRecord record) throws IOException {
        Path log = kernel.root()
                .resolve("var/lib/dkms")
                .resolve(record.name())
                .resolve(record.version())
                .resolve("build/make.log");
        if (Files.isRegularFile(log)) {
            Optional<String> said = KernelHeaders.text(log)
                    .lines()
                    .filter(line -> line.startsWith("dkms-build.sh: ") || line.contains("error: "))
                    .findFirst();
            if (said.isPresent()) {
                return said.get();
            }
        }
        return result.complaint();
    }

    private Exec.Result run(String action, DkmsRecord record, List<String> more) throws IOException, UserException {
        Optional<Path> dkms = Programs.find("dkms", kernel.path());
        if (dkms.isEmpty()) {
            return new Exec.Result(127, "", "there is no dkms here: " + BuildTools.install("dkms", "dkms"));
        }
        List<String> argv =
                new ArrayList<>(List.of(dkms.get().toString(), action, "-m", record.name(), "-v", record.version()));
        argv.addAll(more);
        boolean elsewhere = !kernel.root().equals(Path.of("/"));
        if (elsewhere) {
            argv.addAll(List.of(
                    "--no-depmod",
                    "--dkmstree",
                    kernel.root().resolve("var/lib/dkms").toString(),
                    "--sourcetree",
                    kernel.root().resolve("usr/src").toString(),
                    "--installtree",
                    kernel.root().resolve("lib/modules").toString()));
            if (action.equals("build") || action.equals("install")) {
                argv.addAll(List.of(
                        "--kernelsourcedir",
                        kernel.modules().resolve("build").toRealPath().toString()));
            }
        }
        Exec.Result result = Exec.run(LIMIT, argv);
        if (elsewhere && (action.equals("install") || action.equals("remove"))) {
            // DKMS has depmod look at the machine's own modules, wherever it installs
            Depmod.run(kernel.root(), kernel.release(), kernel.path());
        }
        return result;
    }

    /// The names of the modules that DKMS has from us and has installed for this kernel.
    public List<String> installed() throws IOException {
        Set<String> modules = new TreeSet<>();
        Path there = kernel.modules().resolve("updates/dkms");
        for (DkmsRecord record : records()) {
            Path conf = source(record).resolve("dkms.conf");
            if (Files.isRegularFile(conf)) {
                for (String module : DkmsPackage.modules(KernelHeaders.text(conf))) {
                    if (!ModuleFile.all(there, module).isEmpty()) {
                        modules.add(module);
                    }
                }
            }
        }
        return List.copyOf(modules);
    }

    /// Takes all packages of ours back from DKMS, for all kernels.
    ///
    /// @return what was done, or would be, a line each; empty if there is none
    /// @throws UserException if a file of a package was changed since; then nothing is changed
    public List<String> remove() throws UserException {
        try {
            List<DkmsRecord> records = records();
            List<String> done = new ArrayList<>();
            for (DkmsRecord record : records) {
                checkUnchanged(record);
                done.add("dkms remove -m " + record.name() + " -v " + record.version() + " --all");
                done.add("remove " + source(record));
            }
            for (DkmsRecord record : dry ? List.<DkmsRecord>of() : records) {
                takeAway(record);
            }
            return done;
        } catch (IOException e) {
            throw InstallRecords.notRemoved("the DKMS package", e);
        }
    }

    /// Takes a package from DKMS, and its source away. What DKMS still knows keeps its source and its record, with
    /// which it can be removed later.
    private void takeAway(DkmsRecord record) throws IOException, UserException {
        Exec.Result result = run("remove", record, List.of("--all"));
        boolean known = Files.exists(
                kernel.root().resolve("var/lib/dkms").resolve(record.name()).resolve(record.version()));
        if (!result.ok() && known) {
            throw new UserException(
                    Exit.CANNOT, "dkms remove fails: " + result.complaint(), "see: dkms status " + record.name());
        }
        Folders.delete(source(record));
        forget(record);
    }

    private void checkUnchanged(DkmsRecord record) throws IOException, UserException {
        Path source = source(record);
        if (Files.isDirectory(source)) {
            try (Stream<Path> all = Files.walk(source)) {
                Optional<Path> other = all.filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS))
                        .filter(f -> !record.digests()
                                .containsKey(source.relativize(f).toString()))
                        .findFirst();
                if (other.isPresent()) {
                    throw new UserException(
                            Exit.CANNOT, other.get() + " is not ours", "move it away, then run this again");
                }
            }
        }
        for (Map.Entry<String, String> file : record.digests().entrySet()) {
            Path path = source(record).resolve(file.getKey());
            if (Files.exists(path) && !Sha256.of(path).equals(file.getValue())) {
                throw new UserException(
                        Exit.CANNOT,
                        path + " was changed since it was written",
                        "look at it; once it is moved away, run this again");
            }
        }
    }

    private Path source(DkmsRecord record) throws IOException {
        if (!record.folder().matches("nptune-[A-Za-z0-9_.-]+")) {
            throw new IOException("a record in " + RECORDS + " names a package that is not ours: " + record.folder());
        }
        return kernel.root().resolve("usr/src").resolve(record.folder());
    }

    private static DkmsRecord record(DkmsPackage made) {
        Map<String, String> digests = new TreeMap<>();
        made.files().forEach((name, bytes) -> digests.put(name, Sha256.of(bytes)));
        return new DkmsRecord(1, made.name(), made.version(), digests);
    }

    private Path file(DkmsRecord record) {
        return kernel.root().resolve(RECORDS).resolve(record.folder() + ".json");
    }

    private List<DkmsRecord> records() throws IOException {
        Path folder = kernel.root().resolve(RECORDS);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<DkmsRecord> records = new ArrayList<>();
        try (Stream<Path> list = Files.list(folder)) {
            for (Path file : list.sorted().toList()) {
                records.add(Json.read(KernelHeaders.text(file), DkmsRecord.class));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a record in " + folder + " cannot be read: " + e.getMessage(), e);
        }
        return records;
    }

    private void forget(DkmsRecord record) throws IOException {
        Files.deleteIfExists(file(record));
        InstallRecords.removeEmpty(kernel.root().resolve(RECORDS), 3);
    }

    private static UserException notInstalled(IOException e) {
        return new UserException(
                Exit.CANNOT,
                "cannot install the DKMS package: " + IoReason.withFile(e),
                "it needs root, and a disk that can be written; what was begun was taken back",
                e);
    }
}
