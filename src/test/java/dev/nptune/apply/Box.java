package dev.nptune.apply;

import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Libvirt;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A machine as a tree of plain files, a `modprobe` that knows the tree's `/etc/modprobe.d`, and journals beside it.
final class Box {
    private static final String MODPROBE = """
            #!/bin/sh
            # Keeps <root>/sys/module/<name>/{refcnt,parameters/npt} as the kernel would.
            root=ROOT
            if [ "$1" = -n ]; then exit 0; fi
            if [ "$1" = -r ]; then rm -r "$root/sys/module/$2"; exit; fi
            value=1
            for file in "$root"/etc/modprobe.d/*.conf; do
                [ -f "$file" ] || continue
                while read -r word name option; do
                    if [ "$word $name" = "options $1" ]; then value=${option#npt=}; fi
                done < "$file"
            done
            if [ -n "$2" ]; then value=${2#npt=}; fi
            mkdir -p "$root/sys/module/$1/parameters"
            echo 0 > "$root/sys/module/$1/refcnt"
            echo "$value" > "$root/sys/module/$1/parameters/npt"
            """;

    final Path root;
    final Path state;
    final Path modprobe;
    /// Holds the programs that build things.
    final Path tools;
    private final Libvirt libvirt;

    Box(Path folder) throws IOException {
        this(folder, new Libvirt("test:///default"));
    }

    Box(Path folder, Libvirt libvirt) throws IOException {
        this.libvirt = libvirt;
        root = Files.createDirectories(folder.resolve("root"));
        state = folder.resolve("state");
        modprobe = folder.resolve("modprobe");
        tools = Files.createDirectories(folder.resolve("bin"));
        Files.writeString(modprobe, MODPROBE.replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(modprobe, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Applier applier() {
        return applier(FaultHook.NONE);
    }

    Applier applier(FaultHook hook) {
        return new Applier(
                root, libvirt, new Modules(modprobe.toString()), new Tools(tools.toString()), journals(hook), hook);
    }

    Journals journals() {
        return journals(FaultHook.NONE);
    }

    Journals journals(FaultHook hook) {
        return new Journals(state, hook);
    }

    ApplyResult apply(Change... changes) throws IOException {
        return applier().apply(plan(changes), ApplyListener.SILENT);
    }

    ApplyResult rollback(boolean force) throws IOException {
        return applier().rollback(latest().id(), force, ApplyListener.SILENT);
    }

    Journal latest() throws IOException {
        return journals().list().journals().getFirst();
    }

    Path put(String path, String text) throws IOException {
        Path file = at(path);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    String text(String path) throws IOException {
        return Files.readString(at(path));
    }

    static Plan plan(Change... changes) {
        return Plan.of("win11", List.of(changes));
    }

    static Change edit(String path, @Nullable String before, @Nullable String after) {
        return new Change.EditFile("edit " + path, List.of("rule"), path, before, after);
    }

    static Change sysfs(String path, String before, String after) {
        return new Change.WriteSysfs("write " + path, List.of("rule"), path, before, after);
    }

    static Change reload(String before, String after) {
        return new Change.ReloadModule("reload kvm_amd", List.of("rule"), "kvm_amd", "npt", before, after);
    }

    /// Every name in the tree with its kind, mode, owner, content, and for files outside the kernel's, their time.
    Map<String, String> snapshot() throws IOException {
        Map<String, String> out = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) throws IOException {
                out.put(root.relativize(directory).toString(), "directory " + owner(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
                String name = root.relativize(file).toString();
                out.put(
                        name,
                        a.isSymbolicLink()
                                ? "link " + Files.readSymbolicLink(file)
                                : owner(file) + (name.startsWith("sys") ? "" : " " + a.lastModifiedTime()) + " "
                                        + Files.readString(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return out;
    }

    private static String owner(Path file) throws IOException {
        return new TreeMap<>(Files.readAttributes(file, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS)).toString();
    }
}
