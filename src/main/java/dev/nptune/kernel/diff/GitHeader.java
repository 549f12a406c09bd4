package dev.nptune.kernel.diff;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import dev.nptune.kernel.diff.FileNames.Named;
import dev.nptune.kernel.diff.FileNames.Quoted;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The lines of git's between `diff --git` and the first hunk (git's documentation, "Generating patch text with -p").
final class GitHeader {
    private final PatchLines lines;
    private final int first;
    private Action action = Action.MODIFY;
    private @Nullable String oldName;
    private @Nullable String newName;
    private @Nullable String from;
    private @Nullable String to;
    private @Nullable String oldMode;
    private @Nullable String newMode;

    GitHeader(PatchLines lines, int first) {
        this.lines = lines;
        this.first = first;
    }

    /// Takes a line in.
    ///
    /// @return whether it belongs to the header
    boolean take(int i) throws UserException {
        String line = lines.bare(i);
        if (line.startsWith("old mode ")) {
            oldMode = mode(i, line.substring(9));
        } else if (line.startsWith("new mode ")) {
            newMode = mode(i, line.substring(9));
        } else if (line.startsWith("deleted file mode ")) {
            action = Action.DELETE;
            oldMode = mode(i, line.substring(18));
        } else if (line.startsWith("new file mode ")) {
            action = Action.CREATE;
            newMode = mode(i, line.substring(14));
        } else if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
            action = line.startsWith("copy") ? Action.COPY : Action.RENAME;
            from = unquoted(line.substring(line.indexOf("from ") + 5));
        } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
            action = line.startsWith("copy") ? Action.COPY : Action.RENAME;
            to = unquoted(line.substring(line.indexOf("to ") + 3));
        } else if (line.startsWith("index ")) {
            int blank = line.indexOf(' ', 6);
            if (blank > 0) {
                mode(i, line.substring(blank + 1));
            }
        } else {
            return line.startsWith("similarity index ") || line.startsWith("dissimilarity index ");
        }
        return true;
    }

    private String mode(int i, String mode) throws UserException {
        String bare = mode.strip();
        if (bare.startsWith("120")) {
            throw lines.error(
                    i, "it changes a symbolic link, not a file", "take this part out, and change the link by hand");
        }
        if (bare.startsWith("160")) {
            throw lines.error(i, "it changes a submodule", "take this part out, and update the submodule with git");
        }
        if (!bare.matches("100[0-7]{3}")) {
            throw lines.error(i, "'" + Printable.brief(bare, 20) + "' is no mode of a file", "get the patch again");
        }
        return bare;
    }

    private static String unquoted(String name) {
        Quoted quoted = name.startsWith("\"") ? FileNames.unquote(name) : null;
        return quoted == null ? name : quoted.name();
    }

    /// Whether the names at `---` and `+++` are those of the first line. If not, another diff begins there.
    boolean isAbout(int minus) {
        return isNamed(lines.bare(minus).substring(4))
                && isNamed(lines.bare(minus + 1).substring(4));
    }

    private boolean isNamed(String rest) {
        String name = rest.replaceFirst("\t.*", "");
        return name.equals("/dev/null") || lines.bare(first).contains(name);
    }

    /// Takes the names from `---` and `+++`.
    void names(Named before, Named after) {
        oldName = before.name().equals("/dev/null") ? null : before.name();
        newName = after.name().equals("/dev/null") ? null : after.name();
    }

    /// The diff of the file.
    ///
    /// @throws UserException if the header does not name it
    FileDiff diff(List<Hunk> hunks) throws UserException {
        if (oldName == null && newName == null) {
            namesOfFirstLine();
        } else if (oldName == null && action == Action.MODIFY) {
            action = Action.CREATE;
        } else if (newName == null && action == Action.MODIFY) {
            action = Action.DELETE;
        }
        String before = action == Action.CREATE ? null : oldName == null ? newName : oldName;
        String after = action == Action.DELETE ? null : newName == null ? oldName : newName;
        boolean modeStays = action != Action.CREATE && action != Action.DELETE && Objects.equals(oldMode, newMode);
        return new FileDiff(action, before, after, modeStays ? null : oldMode, modeStays ? null : newMode, hunks);
    }

    /// Names with blanks stand there without anything between them: they are told apart by what `rename` says,
    /// else by
    /// being the same after their first folder.
    private void namesOfFirstLine() throws UserException {
        String rest = lines.bare(first).substring("diff --git ".length());
        String renamedFrom = from;
        String renamedTo = to;
        if (renamedFrom != null && renamedTo != null) {
            boolean bare = rest.equals(renamedFrom + " " + renamedTo);
            oldName = bare ? renamedFrom : "a/" + renamedFrom;
            newName = bare ? renamedTo : "b/" + renamedTo;
            return;
        }
        Quoted quoted = rest.startsWith("\"") ? FileNames.unquote(rest) : null;
        if (quoted != null && quoted.end() < rest.length()) {
            oldName = quoted.name();
            newName = unquoted(rest.substring(quoted.end() + 1));
            return;
        }
        for (int blank = rest.indexOf(' '); blank >= 0; blank = rest.indexOf(' ', blank + 1)) {
            String left = rest.substring(0, blank);
            String right = unquoted(rest.substring(blank + 1));
            if (left.equals(right) || Objects.equals(strip(left), strip(right))) {
                oldName = left;
                newName = right;
                return;
            }
        }
        throw lines.error(
                first,
                "'" + Printable.brief(lines.bare(first), 60) + "' does not name the file",
                "get the patch again");
    }

    private static String strip(String name) {
        return name.substring(name.indexOf('/') + 1);
    }
}
