package dev.nptune.kernel.lint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What a kernel's source tree has at its top, and files that people's patches change and that have moved since.
///
/// Source of the moves: the kernel's history (`git log --follow`), by the first release that has the new name.
final class KernelPaths {
    private static final Set<String> FOLDERS = Set.of(
            "arch",
            "block",
            "certs",
            "crypto",
            "Documentation",
            "drivers",
            "fs",
            "include",
            "init",
            "io_uring",
            "ipc",
            "kernel",
            "lib",
            "LICENSES",
            "mm",
            "net",
            "rust",
            "samples",
            "scripts",
            "security",
            "sound",
            "tools",
            "usr",
            "virt");
    private static final Set<String> FILES =
            Set.of("Makefile", "Kconfig", "Kbuild", "MAINTAINERS", "CREDITS", "COPYING", "README", ".gitignore");
    private static final Map<String, Move> MOVES = Map.of(
            "arch/x86/kvm/svm.c", new Move("arch/x86/kvm/svm/svm.c", "5.7"),
            "arch/x86/kvm/pmu_amd.c", new Move("arch/x86/kvm/svm/pmu.c", "5.7"),
            "arch/x86/kvm/vmx.c", new Move("arch/x86/kvm/vmx/vmx.c", "5.0"),
            "arch/x86/kvm/mmu.c", new Move("arch/x86/kvm/mmu/mmu.c", "5.5"),
            "drivers/iommu/amd_iommu.c", new Move("drivers/iommu/amd/iommu.c", "5.8"),
            "drivers/iommu/amd_iommu_init.c", new Move("drivers/iommu/amd/init.c", "5.8"),
            "drivers/iommu/intel-iommu.c", new Move("drivers/iommu/intel/iommu.c", "5.8"),
            "Documentation/kernel-parameters.txt", new Move("Documentation/admin-guide/kernel-parameters.txt", "4.10"));

    private KernelPaths() {}

    /// Where a file went.
    ///
    /// @param since the first release that has it there
    record Move(String to, String since) {}

    static Optional<Move> move(String path) {
        return Optional.ofNullable(MOVES.get(path));
    }

    /// How many leading folders of a name are to be left out to get to a kernel's path; empty if it has none.
    static OptionalInt strip(String name) {
        List<String> parts = List.of(name.split("/", -1));
        for (int n : new int[] {1, 0, 2, 3, 4, 5, 6}) {
            if (n < parts.size() && isTop(parts, n)) {
                return OptionalInt.of(n);
            }
        }
        return OptionalInt.empty();
    }

    private static boolean isTop(List<String> parts, int at) {
        boolean last = at + 1 == parts.size();
        return last ? FILES.contains(parts.get(at)) : FOLDERS.contains(parts.get(at));
    }

    static String without(String name, int folders) {
        return String.join("/", List.of(name.split("/", -1)).subList(folders, name.split("/", -1).length));
    }

    /// Whether tabs are what its lines begin with.
    static boolean hasTabs(String path) {
        return path.matches(".*\\.[chS]|.*/?(?:Makefile|Kconfig)[^/]*");
    }

    /// Whether text in it may have any characters.
    static boolean isProse(String path) {
        return path.matches(".*\\.(?:rst|txt|html|xml|svg|md|json|po)")
                || path.contains("/Documentation/")
                || path.contains("tools/testing/");
    }
}
