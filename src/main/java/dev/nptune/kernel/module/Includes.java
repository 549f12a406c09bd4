package dev.nptune.kernel.module;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who includes whom, as far as it can be told without a preprocessor: by names, conditions not looked at. It may say
/// yes where the compiler would say no, which costs a build; not the other way round, but for names that macros make.
final class Includes {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^[ \\t]*#[ \\t]*include[ \\t]*[\"<]([^\">]+)[\">]");

    private final Path top;
    private final Map<String, List<String>> direct = new HashMap<>();

    Includes(Path top) {
        this.top = top;
    }

    /// Whether a source includes a file, itself or by way of others.
    ///
    /// @param object the source's object, such as `arch/x86/kvm/svm/svm.o`
    /// @param file a file's name from the tree's top
    boolean reach(String object, String file) throws IOException {
        String stem = object.substring(0, object.length() - 2);
        for (String suffix : List.of(".c", ".S")) {
            if (Files.isRegularFile(top.resolve(stem + suffix))) {
                return walk(stem + suffix, file, new HashSet<>());
            }
        }
        return false;
    }

    private boolean walk(String from, String file, Set<String> seen) throws IOException {
        List<String> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            String each = open.removeLast();
            if (each.equals(file)) {
                return true;
            }
            if (seen.add(each)) {
                open.addAll(direct(each));
            }
        }
        return false;
    }

    private List<String> direct(String from) throws IOException {
        List<String> known = direct.get(from);
        if (known != null) {
            return known;
        }
        List<String> found = new ArrayList<>();
        Path file = top.resolve(from);
        if (Files.isRegularFile(file)) {
            Matcher m = INCLUDE.matcher(KernelHeaders.text(file));
            while (m.find()) {
                candidates(from, m.group(1)).stream()
                        .filter(name -> Files.exists(top.resolve(name)))
                        .findFirst()
                        .ifPresent(found::add);
            }
        }
        direct.put(from, found);
        return found;
    }

    /// Where the compiler looks: beside the file, in the folder of the makefile (above), in the kernel's folders of
    /// headers.
    private static List<String> candidates(String from, String name) {
        List<String> candidates = new ArrayList<>();
        for (Path at = Path.of(from).getParent(); at != null; at = at.getParent()) {
            Path there = at.resolve(name).normalize();
            if (!there.startsWith("..")) {
                candidates.add(there.toString());
            }
        }
        candidates.add("include/" + name);
        candidates.add("arch/x86/include/" + name);
        return candidates;
    }
}
