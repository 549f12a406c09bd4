package dev.nptune.kernel.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands above the changes of a patch, and which files it changes. Source: DEP-3, Patch Tagging Guidelines.
final class PatchHead {
    private static final Pattern CHANGES = Pattern.compile("(?m)^(?:--- |diff |Index: )");
    private static final Pattern TARGET = Pattern.compile("(?m)^\\+\\+\\+ [^/\\s]+/(\\S+)");
    private static final Pattern SUBJECT =
            Pattern.compile("(?mi)^(?:Description|Subject): *(?:\\[[^\\]\\n]*] *)?(.*(?:\\n[ \\t]+\\S.*)*)");
    private static final Pattern ORIGIN = Pattern.compile("(?mi)^(?:Origin|Author|From): *\\S");

    private final String head;
    private final List<String> targets = new ArrayList<>();

    PatchHead(NewPatch patch) {
        String text = patch.text();
        Matcher changes = CHANGES.matcher(text);
        head = changes.find() ? text.substring(0, changes.start()) : text;
        TARGET.matcher(text).results().forEach(m -> targets.add(m.group(1)));
    }

    /// One line; empty if it says nothing.
    String subject() {
        Matcher found = SUBJECT.matcher(head);
        return found.find() ? found.group(1).replaceAll("\\s*\\n\\s*", " ").strip() : "";
    }

    /// Whether all it changes is below a folder.
    boolean onlyBelow(String folder) {
        return !targets.isEmpty() && targets.stream().allMatch(t -> t.startsWith(folder));
    }

    /// What DEP-3 asks for and is not there, in words.
    Optional<String> missing() {
        List<String> words = new ArrayList<>();
        if (subject().isEmpty()) {
            words.add("no Description or Subject");
        }
        if (!ORIGIN.matcher(head).find()) {
            words.add("no Origin, Author or From");
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", words));
    }
}
