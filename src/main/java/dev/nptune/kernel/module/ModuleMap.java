package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which modules a patch touches.
///
/// An object belongs to the module whose makefile lists it, in the file's folder or one above. A header belongs to
/// every
/// module whose sources include it, over however many others. With `kvm` go all modules of its folder, since they share
/// its private headers.
final class ModuleMap {
    static final String KVM = "arch/x86/kvm";

    /// Parts of a tree that no build of a module looks at.
    private static final List<String> APART = List.of(
            "Documentation/", "tools/", "samples/", "LICENSES/", "MAINTAINERS", "CREDITS", "README", ".mailmap");

    private final Path top;
    private final FolderMakefile makefiles;
    private final Map<String, Optional<FolderModules>> read = new TreeMap<>();
    private final Includes includes;

    ModuleMap(ShadowTree tree, FolderMakefile makefiles) {
        this.top = tree.source();
        this.makefiles = makefiles;
        this.includes = new Includes(top);
    }

    /// The modules of each folder that is to be built.
    ///
    /// @param files what is touched, by names from the tree's top
    /// @throws UserException if some of it cannot be built as a module
    Map<String, Set<String>> modules(List<String> files) throws IOException, UserException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String file : files) {
            if (isMakefile(file)) {
                addAll(found, file);
            } else if (counts(file) && Files.exists(top.resolve(file))) {
                add(found, file);
            }
        }
        Set<String> kvm = found.getOrDefault(KVM, Set.of());
        if (kvm.contains("kvm")) {
            found.put(KVM, new TreeSet<>(folder(KVM).orElseThrow().modules().keySet()));
        }
        return found;
    }

    /// Whether a file can matter to a module at all.
    static boolean counts(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return APART.stream().noneMatch(file::startsWith)
                && !isMakefile(file)
                && !name.startsWith("Kconfig")
                && !name.endsWith(".rst");
    }

    private static boolean isMakefile(String file) {
        return file.endsWith("/Makefile") || file.endsWith("/Kbuild");
    }

    /// What a makefile newly lists it may build anew.
    private void addAll(Map<String, Set<String>> found, String makefile) throws IOException, UserException {
        String folder = makefile.substring(0, makefile.lastIndexOf('/'));
        if (counts(folder + "/.")) {
            folder(folder)
                    .ifPresent(f -> found.computeIfAbsent(folder, _ -> new TreeSet<>())
                            .addAll(f.modules().keySet()));
        }
    }

    private void add(Map<String, Set<String>> found, String file) throws IOException, UserException {
        boolean any = false;
        String object = file.replaceFirst("\\.(c|S|rs)$", ".o");
        for (FolderModules each : folders(file)) {
            if (each.builtIn().contains(object)) {
                throw builtIn(file, "it is built into the kernel");
            }
            List<String> owners = each.owning(object);
            if (owners.isEmpty()) {
                owners = including(each, file);
            }
            if (!owners.isEmpty()) {
                any = true;
                found.computeIfAbsent(each.folder(), _ -> new TreeSet<>()).addAll(owners);
            }
        }
        if (!any) {
            throw builtIn(file, "no module of this kernel is made from it");
        }
    }

    private List<String> including(FolderModules folder, String file) throws IOException, UserException {
        if (shared(file) && !file.substring(file.lastIndexOf('/') + 1).contains("kvm")) {
            throw builtIn(file, "it is a header that the kernel's image is built from too");
        }
        for (String object : folder.builtIn()) {
            if (includes.reach(object, file)) {
                throw builtIn(file, object + " is made from it and is built into the kernel");
            }
        }
        List<String> owners = new ArrayList<>();
        for (Map.Entry<String, List<String>> module : folder.modules().entrySet()) {
            for (String object : module.getValue()) {
                if (includes.reach(object, file)) {
                    owners.add(module.getKey());
                    break;
                }
            }
        }
        return owners;
    }

    /// Whether a header is there for the whole kernel.
    private static boolean shared(String file) {
        return file.startsWith("include/") || file.matches("arch/[^/]+/include/.*");
    }

    /// Makefiles that may name a file: those of its folder and of all above, and KVM's for what architectures share.
    private List<FolderModules> folders(String file) throws IOException, UserException {
        List<FolderModules> folders = new ArrayList<>();
        if (file.startsWith("virt/kvm/") || shared(file)) {
            folder(KVM).ifPresent(folders::add);
        }
        for (Path at = Path.of(file).getParent(); at != null && !shared(file); at = at.getParent()) {
            folder(at.toString()).ifPresent(folders::add);
        }
        return folders;
    }

    private Optional<FolderModules> folder(String name) throws IOException, UserException {
        Optional<FolderModules> known = read.get(name);
        if (known == null) {
            known = name.contains("/") ? makefiles.read(name) : Optional.empty();
            read.put(name, known);
        }
        return known;
    }

    private UserException builtIn(String file, String why) {
        return new UserException(
                Exit.CANNOT,
                "cannot change " + file + " by building a module: " + why,
                "the whole kernel has to be built; see how: nptune patch recipe --help");
    }
}
