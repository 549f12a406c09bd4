package dev.nptune.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The dependency order in which `insmod` must load kernel modules, from the `modules.dep` that depmod wrote.
final class ModuleOrder {
    private final Map<String, List<String>> lines = new HashMap<>();

    /// @param modulesDep text of `modules.dep`: `PATH: DEPENDENCY…`, a module's own dependencies in full, nearest first
    ModuleOrder(String modulesDep) {
        modulesDep.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                List<String> files = new ArrayList<>(List.of(line.substring(0, colon)));
                for (String dependency : line.substring(colon + 1).strip().split(" ")) {
                    if (!dependency.isEmpty()) {
                        files.add(dependency);
                    }
                }
                lines.put(name(files.getFirst()), files);
            }
        });
    }

    /// Paths (relative to the modules folder) to load, each once, dependencies first.
    ///
    /// @throws IllegalArgumentException if the kernel has no such module
    List<String> loading(List<String> modules) {
        Set<String> order = new LinkedHashSet<>();
        for (String module : modules) {
            List<String> files = lines.get(module.replace('-', '_'));
            if (files == null) {
                throw new IllegalArgumentException("the kernel has no module " + module);
            }
            order.addAll(files.reversed());
        }
        return List.copyOf(order);
    }

    /// Whether the kernel has such a module.
    boolean has(String module) {
        return lines.containsKey(module.replace('-', '_'));
    }

    private static String name(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.substring(0, file.indexOf(".ko")).replace('-', '_');
    }
}
