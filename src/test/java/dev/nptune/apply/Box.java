package dev.nptune.apply;

import dev.nptune.internal.proc.Programs;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

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

    /// Builds what it says from the files that are there, where it is told, or where it always does.
    private static final Map<String, String> BUILDERS =
            Map.of("mkinitramfs", """
            #!/bin/sh
            { echo "image of $3"; cat ROOT/etc/modprobe.d/*.conf; } > "$2"
            """, "grub-mkconfig", """
            #!/bin/sh
            { cat ROOT/etc/default/grub; echo "initrd /boot/initrd.img-6.1"; } > "$2"
            """, "mkinitcpio", """
            #!/bin/sh
            for image in linux linux-fallback; do
                { echo "image of $image"; cat ROOT/etc/modprobe.d/*.conf; } > "ROOT/boot/initramfs-$image.img"
            done
            """, "rpm-ostree", """
            #!/bin/sh
            shift
            [ $# -gt 0 ] || exec cat ROOT/ostree/kargs
            words=" $(cat ROOT/ostree/kargs) "
            for option; do
                word=${option#--*=}
                case $option in
                    --append=*) words="$words$word " ;;
                    --delete=*) words="${words%% "$word" *} ${words#* "$word" }" ;;
                esac
            done
            echo $words > ROOT/ostree/kargs
            """);

    /// Files that a program rewrites in place, so that their time is nobody's to keep.
    private static final Set<String> REWRITTEN =
            Set.of("boot/grub/grubenv", "ostree/kargs", "proc/sys/vm/compact_memory");

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
        script(modprobe, MODPROBE);
    }

    /// Has a program that builds something, by its name, or all there are.
    Box with(String... names) throws IOException {
        for (String name : names.length == 0 ? BUILDERS.keySet().toArray(String[]::new) : names) {
            script(tools.resolve(name), BUILDERS.get(name));
        }
        return this;
    }

    /// Has GRUB's own program that keeps its variables; the test is skipped where it is not installed.
    Box withGrubVariables() throws IOException {
        Optional<Path> program = Programs.find("grub-editenv", System.getenv("PATH"));
        Assumptions.assumeTrue(program.isPresent(), "no grub-editenv here");
        script(tools.resolve("grub-editenv"), "#!/bin/sh\nexec " + program.orElseThrow() + " \"$@\"\n");
        return this;
    }

    private void script(Path file, @Nullable String text) throws IOException {
        Files.writeString(file, String.valueOf(text).replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// An empty block of GRUB's variables.
    static String grubenv(String... variables) {
        String text = "# GRUB Environment Block\n"
                + String.join("", List.of(variables).stream().map(v -> v + "\n").toList());
        return text + "#".repeat(1024 - text.length());
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
                                : owner(file)
                                        + (name.startsWith("sys") || REWRITTEN.contains(name)
                                                ? ""
                                                : " " + a.lastModifiedTime())
                                        + " " + Files.readString(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return out;
    }

    private static String owner(Path file) throws IOException {
        return new TreeMap<>(Files.readAttributes(file, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS)).toString();
    }
}
