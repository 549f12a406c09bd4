package dev.nptune.kernel.lint;

import dev.nptune.kernel.lint.LintFinding.Kind;
import dev.nptune.kernel.lint.PatchText.FilePart;
import dev.nptune.kernel.lint.PatchText.HunkPart;
import dev.nptune.kernel.lint.PatchText.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Mistakes in the names of files, and files that patch(1) cannot make.
final class NameChecks {
    private final PatchText patch;
    private final List<LintFinding> found = new ArrayList<>();

    private NameChecks(PatchText patch) {
        this.patch = patch;
    }

    static List<LintFinding> check(PatchText patch) {
        NameChecks checks = new NameChecks(patch);
        patch.files().forEach(checks::name);
        checks.twice();
        patch.lines().forEach(checks::mode);
        return checks.found;
    }

    private void add(Kind kind, int index, String what, String why, String mend, boolean mendable) {
        found.add(new LintFinding(kind, patch.lines().get(index).number(), what, why, mend, mendable));
    }

    private void name(FilePart file) {
        if (isOutside(file.oldName()) || isOutside(file.newName())) {
            String name = isOutside(file.newName()) ? file.newName() : file.oldName();
            add(
                    Kind.OUTSIDE_TREE,
                    file.at(),
                    "the path " + name + " leads out of the source tree",
                    "patch and git refuse it, or change a file elsewhere",
                    "name the file from the top of the kernel's sources, after a/ and b/",
                    false);
            return;
        }
        if (isReversed(file)) {
            add(
                    Kind.REVERSED,
                    file.at(),
                    "old and new name are swapped: " + file.oldName() + " becomes " + file.newName(),
                    "applied as it is, it takes out what it should put in",
                    "make it the other way round (interdiff, git apply -R and git diff), or apply it with -R",
                    false);
        }
        strip(file);
    }

    private static boolean isOutside(String name) {
        return (name.startsWith("/") && !name.equals("/dev/null")) || name.matches("(?:.*/)?\\.\\.(?:/.*)?");
    }

    private static boolean isReversed(FilePart file) {
        boolean swapped = file.oldName().startsWith("b/") && file.newName().startsWith("a/");
        return swapped || file.newName().equals(file.oldName() + ".orig");
    }

    private void strip(FilePart file) {
        String name = file.name();
        OptionalInt strip = KernelPaths.strip(name);
        if (strip.isEmpty()) {
            return;
        }
        String path = KernelPaths.without(name, strip.getAsInt());
        if (strip.getAsInt() == 0) {
            add(
                    Kind.MISSING_PREFIX,
                    file.at(),
                    "no a/ and b/ before " + name,
                    "patch -p1 and git apply, which all recipes use, leave out the first folder and do not find it",
                    "write a/ and b/ before the names, or apply it with -p0",
                    true);
        } else if (strip.getAsInt() > 1) {
            add(
                    Kind.STRIP_LEVEL,
                    file.at(),
                    strip.getAsInt() + " folders before " + path,
                    "patch -p1 and git apply, which all recipes use, leave out one",
                    "write a/ and b/ instead of them, or apply it with -p" + strip.getAsInt(),
                    true);
        }
        KernelPaths.move(path)
                .filter(_ -> !file.oldName().equals("/dev/null"))
                .ifPresent(move -> add(
                        Kind.OLD_PATH,
                        file.at(),
                        path + " is " + move.to() + " since Linux " + move.since(),
                        "no kernel from then on has a file of that name, so it applies to older ones only",
                        "take the version of the patch for your kernel; lines have changed with the file's name",
                        false));
    }

    /// The same change of the same file, hunk for hunk.
    private void twice() {
        Map<String, Integer> seen = new HashMap<>();
        for (FilePart file : patch.files()) {
            for (HunkPart hunk : file.hunks()) {
                String key = file.name() + "\n" + hunk.oldStart() + "\n"
                        + PatchText.join(patch.body(hunk)).strip();
                Integer first = seen.putIfAbsent(key, hunk.at());
                if (first != null) {
                    add(
                            Kind.PASTED_TWICE,
                            hunk.at(),
                            "the hunk of line " + (first + 1) + " once more",
                            "what it changes is changed already when it comes the second time, and it fails",
                            "take the second copy out",
                            false);
                    return;
                }
            }
        }
    }

    private void mode(Line line) {
        if (line.text().matches("(?:new file mode|new mode|deleted file mode) 120000")) {
            add(
                    Kind.SYMLINK,
                    line.number() - 1,
                    "a symbolic link",
                    "patch(1) makes a file of it that holds the link's target",
                    "apply it with git apply, or make the link by hand",
                    false);
        } else if (line.text().equals("GIT binary patch") || line.text().matches("Binary files .* differ")) {
            boolean whole = line.text().startsWith("GIT");
            add(
                    Kind.BINARY,
                    line.number() - 1,
                    whole ? "a binary file" : "a binary file's change without the change itself",
                    whole ? "patch(1) passes over it" : "nothing can apply it",
                    whole ? "apply it with git apply" : "get the patch anew, made with git diff --binary",
                    false);
        }
    }
}
