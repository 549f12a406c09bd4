package dev.nptune.host;

import static dev.nptune.host.Kernel.ModuleDirective.Kind.BLACKLIST;
import static dev.nptune.host.Kernel.ModuleDirective.Kind.INSTALL;
import static dev.nptune.host.Kernel.ModuleDirective.Kind.SOFTDEP;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads the modprobe configuration, in the order modprobe does.
///
/// All `*.conf` files of the directories together are read in the order of their names; a file hides those of its
/// name in later directories, even where it is a link to `/dev/null`. Source: modprobe.d(5) and kmod's parser.
final class ModprobeReader {
    /// The directories, the one that hides the others first.
    static final List<String> DIRECTORIES = List.of(
            "/etc/modprobe.d",
            "/run/modprobe.d",
            "/usr/local/lib/modprobe.d",
            "/usr/lib/modprobe.d",
            "/lib/modprobe.d");

    private static final int MAX_DIRECTIVES = 4096;

    private ModprobeReader() {}

    /// The lines of a configuration.
    record Lines(List<Kernel.ModuleOption> options, List<Kernel.ModuleDirective> directives) {}

    static Lines read(Tree tree) {
        Map<String, String> files = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            for (String name : tree.namesOrGap(directory)) {
                if (name.endsWith(".conf") && !name.startsWith(".")) {
                    files.putIfAbsent(name, directory + "/" + name);
                }
            }
        }
        Lines all = new Lines(new ArrayList<>(), new ArrayList<>());
        for (String file : files.values()) {
            Fact<String> text = tree.text(file);
            tree.noteGap(text);
            text.get().ifPresent(content -> parse(text.source(), content, all));
        }
        if (all.directives.size() > MAX_DIRECTIVES) {
            tree.noteGap(Fact.unreadable(DIRECTORIES.getFirst(), "more than " + MAX_DIRECTIVES + " lines"));
            return new Lines(all.options, all.directives.subList(0, MAX_DIRECTIVES));
        }
        return all;
    }

    /// The lines of one file.
    static Lines parse(String file, String text) {
        Lines lines = new Lines(new ArrayList<>(), new ArrayList<>());
        parse(file, text, lines);
        return lines;
    }

    private static void parse(String file, String text, Lines into) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            StringBuilder joined = new StringBuilder(lines.get(i));
            while (!joined.isEmpty() && joined.charAt(joined.length() - 1) == '\\') {
                joined.setLength(joined.length() - 1);
                if (i + 1 < lines.size()) {
                    joined.append(lines.get(++i));
                }
            }
            List<String> words = words(joined.toString());
            if (words.size() > 1) {
                add(file, number, words, into);
            }
        }
    }

    private static void add(String file, int line, List<String> words, Lines into) {
        String module = words.get(1).replace('-', '_');
        List<String> rest = words.subList(2, words.size());
        switch (words.getFirst()) {
            case "options" -> into.options.add(new Kernel.ModuleOption(file, line, module, rest));
            case "blacklist" -> into.directives.add(new Kernel.ModuleDirective(file, line, BLACKLIST, module, rest));
            case "softdep" -> into.directives.add(new Kernel.ModuleDirective(file, line, SOFTDEP, module, rest));
            case "install" -> into.directives.add(new Kernel.ModuleDirective(file, line, INSTALL, module, rest));
            default -> {} // alias, remove, weakdep: nothing hangs on them
        }
    }

    /// Words between blanks; double quotes keep blanks together and are dropped, as the kernel drops them.
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
