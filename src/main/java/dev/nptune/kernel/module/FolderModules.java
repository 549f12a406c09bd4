package dev.nptune.kernel.module;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one folder's `Makefile` makes under a kernel's configuration.
///
/// @param folder its name from the tree's top
/// @param modules the objects of each module, by the module's name as its file has it (`kvm-amd`); objects by their
/// names
///     from the tree's top
/// @param builtIn the objects that go into the kernel's image
record FolderModules(String folder, Map<String, List<String>> modules, Set<String> builtIn) {
    FolderModules {
        modules = Map.copyOf(modules);
        builtIn = Set.copyOf(builtIn);
    }

    /// Reads what [FolderMakefile]'s probe says: a line each, `m MODULE OBJECT…` or `y OBJECT…`.
    static FolderModules parse(String folder, String said) {
        Map<String, List<String>> modules = new LinkedHashMap<>();
        Set<String> builtIn = new LinkedHashSet<>();
        for (String line : said.lines().toList()) {
            List<String> words = List.of(line.strip().split("\\s+"));
            switch (words.getFirst()) {
                case "m" -> {
                    String module = strip(words.get(1));
                    List<String> objects = objects(folder, words.subList(2, words.size()));
                    modules.put(module, objects.isEmpty() ? objects(folder, words.subList(1, 2)) : objects);
                }
                case "y" -> {
                    List<String> parts = objects(folder, words.subList(2, words.size()));
                    builtIn.addAll(parts.isEmpty() ? objects(folder, words.subList(1, 2)) : parts);
                }
                default -> {
                    // a remark of make's
                }
            }
        }
        return new FolderModules(folder, modules, builtIn);
    }

    /// The modules that an object is part of.
    List<String> owning(String object) {
        return modules.entrySet().stream()
                .filter(m -> m.getValue().contains(object))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static String strip(String object) {
        return object.endsWith(".o") ? object.substring(0, object.length() - 2) : object;
    }

    private static List<String> objects(String folder, List<String> names) {
        List<String> objects = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(".o")) {
                objects.add(Path.of(folder, name).normalize().toString());
            }
        }
        return objects.stream().distinct().toList();
    }
}
