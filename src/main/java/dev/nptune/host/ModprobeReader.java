package dev.nptune.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads the `options` lines of the modprobe configuration, in the order modprobe does.
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

    private ModprobeReader() {}

    static List<Kernel.ModuleOption> read(Tree tree) {
        Map<String, String> files = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            for (String name : tree.namesOrGap(directory)) {
                if (name.endsWith(".conf") && !name.startsWith(".")) {
                    files.putIfAbsent(name, directory + "/" + name);
                }
            }
        }
        List<Kernel.ModuleOption> options = new ArrayList<>();
        for (String file : files.values()) {
            Fact<String> text = tree.text(file);
            tree.noteGap(text);
            text.get().ifPresent(content -> options.addAll(parse(text.source(), content)));
        }
        return options;
    }

    /// The `options` lines of one file.
    static List<Kernel.ModuleOption> parse(String file, String text) {
        List<Kernel.ModuleOption> options = new ArrayList<>();
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
            if (words.size() > 1 && words.getFirst().equals("options")) {
                options.add(new Kernel.ModuleOption(
                        file, number, words.get(1).replace('-', '_'), words.subList(2, words.size())));
            }
        }
        return options;
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
