package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks make what a folder's own `Makefile` makes: the lists are spread over `kvm-amd-y`, `kvm-amd-$(CONFIG_…)`,
/// conditionals and included files, and make is what reads them in a build.
final class FolderMakefile {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ShadowTree tree;
    private final BuildTools tools;

    FolderMakefile(ShadowTree tree, BuildTools tools) {
        this.tree = tree;
        this.tools = tools;
    }

    /// What a folder's makefile makes; empty if it has none.
    Optional<FolderModules> read(String folder) throws IOException, UserException {
        Optional<Path> makefile = makefile(folder);
        if (makefile.isEmpty()) {
            return Optional.empty();
        }
        Path probe = Files.writeString(
                tree.objects().resolve("nptune-probe.mk"), probe(tree.source().toString(), folder, makefile.get()));
        Exec.Result result = Exec.run(
                LIMIT,
                tools.make(List.of("-rRs", "--no-print-directory", "-f", probe.toString(), "nothing")),
                tree.objects(),
                tools.environment());
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read what " + folder + "/" + makefile.get().getFileName() + " makes: " + result.complaint(),
                    "see that the source is that of the kernel, or build the whole kernel: nptune patch recipe");
        }
        return Optional.of(FolderModules.parse(folder, result.out()));
    }

    /// Prints the lists. `$(1:.o=-y)` and its like are the three ways in which kbuild composes an object.
    private static String probe(String top, String folder, Path makefile) {
        return """
                srctree := %1$s
                objtree := .
                src := %1$s/%2$s
                obj := %1$s/%2$s
                srcroot := %1$s
                ARCH := x86
                SRCARCH := x86
                include include/config/auto.conf
                include %3$s
                parts = $($(1:.o=-y)) $($(1:.o=-m)) $($(1:.o=-objs))
                $(foreach o,$(filter %%.o,$(obj-m)),$(info m $(o) $(call parts,$(o))))
                $(foreach o,$(filter %%.o,$(obj-y) $(lib-y)),$(info y $(o) $(call parts,$(o))))
                .PHONY: nothing
                nothing: ;
                """.formatted(top, folder, makefile);
    }

    /// Has the next build of the folder make these modules and no others.
    void only(String folder, List<String> modules) throws IOException {
        Path original = makefile(folder).orElseThrow(() -> new IOException("no Makefile in " + folder));
        if (original.getFileName().toString().equals("Kbuild")) {
            original = Files.move(original, original.resolveSibling("Kbuild.tree"));
        }
        String objects = String.join(" ", modules.stream().map(m -> m + ".o").toList());
        Files.writeString(original.resolveSibling("Kbuild"), """
                include $(src)/%s
                obj-y :=
                lib-y :=
                obj-m := %s
                """.formatted(original.getFileName(), objects));
    }

    /// kbuild takes `Kbuild` before `Makefile`.
    private Optional<Path> makefile(String folder) {
        return Stream.of("Kbuild", "Makefile")
                .map(name -> tree.source().resolve(folder).resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
