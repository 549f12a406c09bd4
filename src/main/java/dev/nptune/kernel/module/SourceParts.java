package dev.nptune.kernel.module;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which parts of a kernel's source are needed to build what a patch touches: the files themselves, and their folder
/// with
/// its neighbourhood, since makefiles and includes lead there.
final class SourceParts {
    private SourceParts() {}

    /// Names from the source's top, a folder's with a `/` at the end.
    static List<String> of(List<String> touched) {
        Set<String> parts = new TreeSet<>(List.of("Makefile"));
        for (String file : touched) {
            parts.add(file);
            String folder = neighbourhood(file);
            if (!folder.isEmpty() && ModuleMap.counts(folder + ".")) {
                parts.add(folder);
            }
            if (kvm(file)) {
                parts.add(ModuleMap.KVM + "/");
                parts.add("virt/");
            }
        }
        return List.copyOf(parts);
    }

    private static boolean kvm(String file) {
        boolean header = file.startsWith("include/") || file.startsWith("arch/x86/include/");
        return file.startsWith("virt/")
                || file.startsWith(ModuleMap.KVM + "/")
                || (header && file.substring(file.lastIndexOf('/') + 1).contains("kvm"));
    }

    /// The folder around a file: `drivers/vfio/`, `drivers/gpu/drm/amd/`, `arch/x86/kvm/`, `fs/btrfs/`. Headers of the
    /// whole kernel have none, as the headers' package has them.
    private static String neighbourhood(String file) {
        List<String> parts = List.of(file.split("/"));
        boolean headers = file.startsWith("include/") || file.matches("arch/[^/]+/include/.*");
        int depth = switch (parts.getFirst()) {
            case "arch" -> 3;
            case "drivers" ->
                parts.size() > 1
                                && List.of("gpu", "net", "media", "usb", "staging")
                                        .contains(parts.get(1))
                        ? 4
                        : 2;
            default -> 2;
        };
        int folders = Math.min(depth, parts.size() - 1);
        return headers || folders < 2 ? "" : String.join("/", parts.subList(0, folders)) + "/";
    }
}
