package dev.nptune.kernel.module;

import dev.nptune.internal.files.Folders;
import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts built modules into `/lib/modules/RELEASE/updates`, where modprobe takes them before the distribution's own,
/// which
/// stay as they are; and takes them away again.
///
/// What is there and not recorded as ours is never replaced or removed. A record is written before the file it is
/// about,
/// so that whatever happens in between, removing finds it.
public final class ModuleInstaller {
    private final InstalledKernel kernel;
    private final InstallRecords records;
    private final boolean dry;
    private final Progress progress;

    /// @param dry whether to only say what would be done
    public ModuleInstaller(InstalledKernel kernel, boolean dry, Progress progress) {
        this.kernel = kernel;
        this.records = new InstallRecords(kernel.root());
        this.dry = dry;
        this.progress = progress;
    }

    /// A module that is to be put somewhere.
    private record Target(BuildManifest.BuiltModule module, Path from, Path to) {}

    /// Installs what was built.
    ///
    /// @param key what to sign with; null to sign with nothing
    /// @return what was done, or would be, a line each
    /// @throws UserException if it cannot be; then nothing is changed
    public List<String> install(BuiltFolder built, @Nullable SigningKey key) throws UserException {
        return install(built, key, ModuleUse.NONE);
    }

    /// As above, and begins to use it. If that fails, what was there before is put back.
    public List<String> install(BuiltFolder built, @Nullable SigningKey key, ModuleUse use) throws UserException {
        List<String> done = new ArrayList<>();
        try {
            List<Target> targets = targets(built);
            done.addAll(new Signing(kernel, key).notes());
            for (Target target : targets) {
                done.add((Files.exists(target.to) ? "replace " : "put ") + target.to);
            }
            done.add("run depmod for " + kernel.release());
            if (!dry) {
                put(built, targets, key, use);
            }
            return done;
        } catch (IOException e) {
            throw notInstalled(e);
        }
    }

    private List<Target> targets(BuiltFolder built) throws IOException, UserException {
        BuildManifest manifest = built.manifest();
        if (!manifest.release().equals(kernel.release())) {
            throw new UserException(
                    Exit.CANNOT,
                    "it was built for " + manifest.release() + ", not for " + kernel.release(),
                    "build it for this kernel, or install it for that one with --kernel " + manifest.release());
        }
        if (!Files.isDirectory(kernel.modules())) {
            throw new UserException(
                    Exit.CANNOT,
                    "the kernel " + kernel.release() + " is not installed: there is no " + kernel.modules(),
                    "name an installed one with --kernel; they are in /lib/modules");
        }
        List<Target> targets = new ArrayList<>();
        for (BuildManifest.BuiltModule module : manifest.modules()) {
            Path from = built.file(module);
            Path to = kernel.modules().resolve("updates").resolve(module.file());
            checkVermagic(module.name(), from);
            checkOurs(module.name(), to);
            targets.add(new Target(module, from, to));
        }
        return targets;
    }

    private void checkVermagic(String name, Path from) throws IOException, UserException {
        Optional<Path> stock = ModuleFile.stock(kernel.modules(), name);
        if (stock.isPresent()) {
            List<String> theirs = ModuleFile.read(stock.get()).info("vermagic");
            List<String> ours = ModuleFile.read(from).info("vermagic");
            if (!theirs.equals(ours)) {
                throw new UserException(
                        Exit.CANNOT,
                        "the kernel would refuse " + name + ": it is for " + ours + ", the kernel's own is for "
                                + theirs,
                        "build it for this kernel: nptune patch build");
            }
        }
    }

    private void checkOurs(String name, Path to) throws IOException, UserException {
        for (Path there : ModuleFile.all(kernel.modules(), name)) {
            boolean inWay = ModuleFile.isIn(kernel.modules(), there, "updates");
            if (inWay && !isOurs(there)) {
                throw new UserException(
                        Exit.CANNOT,
                        there + " is there already and is not ours"
                                + (ModuleFile.isIn(kernel.modules(), there, "updates/dkms")
                                        ? ": DKMS put it there"
                                        : ""),
                        "take it away first by what put it there, or move it out of /lib/modules");
            }
        }
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && !isOurs(to)) {
            throw new UserException(Exit.CANNOT, to + " is in the way and is not ours", "look at it and move it away");
        }
    }

    private boolean isOurs(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        String digest = Sha256.of(file);
        return records.of(kernel.release()).stream().anyMatch(r -> r.is(digest));
    }

    private void put(BuiltFolder built, List<Target> targets, @Nullable SigningKey key, ModuleUse use)
            throws IOException, UserException {
        Path folder = kernel.modules().resolve("updates");
        boolean made = !Files.exists(folder);
        Rollback rollback = new Rollback();
        try {
            if (made) {
                Files.createDirectory(folder);
                rollback.add(() -> Files.deleteIfExists(folder));
            }
            for (Target target : targets) {
                put(built, target, made, key, rollback);
            }
            progress.begin("depmod");
            rollback.addLast(this::index);
            index();
            progress.done("depmod", "");
            rollback.addLast(use::takeBack);
            use.begin();
        } catch (IOException | UserException | RuntimeException e) {
            rollback.run(e);
            throw e;
        }
        rollback.keep();
    }

    private void index() throws IOException, UserException {
        Depmod.run(kernel.root(), kernel.release(), kernel.path());
    }

    private void put(BuiltFolder built, Target target, boolean made, @Nullable SigningKey key, Rollback rollback)
            throws IOException, UserException {
        boolean upgrade = Files.exists(target.to);
        Path aside = hidden(target.to, "new");
        rollback.add(() -> Files.deleteIfExists(aside));
        Files.copy(target.from, aside, StandardCopyOption.REPLACE_EXISTING);
        if (key != null) {
            key.sign(aside, kernel.headers().folder());
        }
        Optional<InstallRecord> before = record(target.module.name());
        InstallRecord record = new InstallRecord(
                1,
                kernel.release(),
                target.module.name(),
                kernel.root().relativize(target.to).toString(),
                Sha256.of(aside),
                upgrade ? Sha256.of(target.to) : null,
                before.map(InstallRecord::madeFolder).orElse(made),
                built.manifest().patches());
        Path old = hidden(target.to, "old");
        if (upgrade) {
            Files.copy(target.to, old, StandardCopyOption.REPLACE_EXISTING);
        }
        records.write(record);
        rollback.add(() -> {
            if (before.isPresent()) {
                records.write(before.get());
            } else {
                records.remove(record);
            }
        });
        Files.move(aside, target.to, StandardCopyOption.ATOMIC_MOVE);
        rollback.add(() -> {
            if (upgrade) {
                Files.move(old, target.to, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(target.to);
            }
        });
        rollback.atEnd(() -> Files.deleteIfExists(old));
    }

    /// A name beside a module's that depmod does not look at.
    private static Path hidden(Path module, String what) {
        return module.resolveSibling("." + module.getFileName() + ".nptune-" + what);
    }

    private Optional<InstallRecord> record(String module) throws IOException {
        return records.of(kernel.release()).stream()
                .filter(r -> r.module().equals(module))
                .findFirst();
    }

    /// The names of the modules that were installed for this kernel.
    public List<String> installed() throws IOException {
        return records.of(kernel.release()).stream().map(InstallRecord::module).toList();
    }

    /// Takes away what was installed for this kernel.
    ///
    /// @param module one module; null for all
    /// @return what was done, or would be, a line each; empty if nothing was installed
    /// @throws UserException if a file was changed since; then nothing is changed
    public List<String> remove(@Nullable String module) throws UserException {
        try {
            List<InstallRecord> ours = records.of(kernel.release()).stream()
                    .filter(r -> module == null || ModuleFile.same(r.module(), module))
                    .toList();
            List<String> done = new ArrayList<>();
            for (InstallRecord record : ours) {
                Path file = file(record);
                if (Files.exists(file) && !record.is(Sha256.of(file))) {
                    throw new UserException(
                            Exit.CANNOT,
                            file + " is not the file that was installed: somebody changed it since",
                            "look at it; once it is moved away, run this again");
                }
                done.add(Files.exists(file) ? "remove " + file : file + " is gone already");
            }
            if (!ours.isEmpty()) {
                done.add("run depmod for " + kernel.release());
            }
            if (!dry && !ours.isEmpty()) {
                remove(ours);
            }
            return done;
        } catch (IOException e) {
            throw InstallRecords.notRemoved("the module", e);
        }
    }

    private void remove(List<InstallRecord> ours) throws IOException, UserException {
        for (InstallRecord record : ours) {
            Path file = file(record);
            Files.deleteIfExists(file);
            // what a power cut left
            Files.deleteIfExists(hidden(file, "new"));
            Files.deleteIfExists(hidden(file, "old"));
            if (record.madeFolder() && Folders.isEmpty(file.resolveSibling("."))) {
                Files.delete(file.resolveSibling(".").normalize());
            }
        }
        if (Files.isDirectory(kernel.modules())) {
            index();
        }
        for (InstallRecord record : ours) {
            records.remove(record);
        }
    }

    /// A record may only name what was put into this kernel's folder.
    private Path file(InstallRecord record) throws IOException {
        Path file = kernel.root().resolve(record.file()).normalize();
        if (!file.startsWith(kernel.modules().resolve("updates").normalize())) {
            throw new IOException("a record in " + records.folder() + " names another file than a module: " + file);
        }
        return file;
    }

    private static UserException notInstalled(IOException e) {
        return new UserException(
                Exit.CANNOT,
                "cannot install the module: " + IoReason.withFile(e),
                IoReason.of(e).contains("No space left")
                        ? "free some space on the disk; nothing was changed"
                        : "it needs root, and a disk that can be written; what was begun was taken back",
                e);
    }
}
