package dev.nptune.kernel.diff;

import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.kernel.diff.FileDiff.Action;
import dev.nptune.kernel.diff.FileNames.Named;
import java.util.ArrayList;
import java.util.List;

/// Reads the diffs of one mail, or of a text without mails. What stands between them is passed over.
final class DiffParser {
    private static final String GIT = "diff --git ";
    private static final String AGAIN_UNIFIED = "make it again with: diff -u OLD NEW, or: git format-patch";

    private final List<String> notes;
    private int files;
    private int hunks;
    private boolean saidReturns;

    DiffParser(List<String> notes) {
        this.notes = notes;
    }

    /// Whether a diff of a file begins at a line.
    static boolean begins(PatchLines lines, int i, int to) {
        return lines.startsWith(i, GIT)
                || (i + 2 < to
                        && lines.startsWith(i, "--- ")
                        && lines.startsWith(i + 1, "+++ ")
                        && lines.startsWith(i + 2, "@@"));
    }

    List<FileDiff> parse(PatchLines lines, int from, int to) throws UserException {
        List<FileDiff> diffs = new ArrayList<>();
        int at = from;
        while (at < to) {
            if (!begins(lines, at, to)) {
                refuse(lines, at, to);
                at++;
                continue;
            }
            if (++files > PatchReader.MAX_FILES) {
                throw lines.error(
                        at,
                        "it changes more than " + PatchReader.MAX_FILES + " files",
                        "is it a patch? if so, split it");
            }
            at = lines.startsWith(at, GIT) ? git(lines, at, to, diffs) : plain(lines, at, to, diffs);
        }
        return diffs;
    }

    /// What cannot be read as a unified diff and would be lost silently.
    private static void refuse(PatchLines lines, int at, int to) throws UserException {
        if (lines.startsWith(at, "diff --cc ") || lines.startsWith(at, "diff --combined ")) {
            throw lines.error(
                    at, "it is the diff of a merge, which no file can be patched with", "diff against one parent");
        }
        if (lines.startsWith(at, "***************") && at + 1 < to && lines.startsWith(at + 1, "*** ")) {
            throw lines.error(at, "it is a context diff", AGAIN_UNIFIED);
        }
        if (lines.startsWith(at, "Binary files ") && at > 0 && lines.startsWith(at - 1, "diff ")) {
            throw binary(lines, at);
        }
    }

    private static UserException binary(PatchLines lines, int at) {
        return lines.error(
                at,
                "the file is binary, and only text can be patched",
                "take this part out, and copy the file by hand");
    }

    private int git(PatchLines lines, int first, int to, List<FileDiff> diffs) throws UserException {
        GitHeader header = new GitHeader(lines, first);
        int at = first + 1;
        while (at < to && header.take(at)) {
            at++;
        }
        if (lines.startsWith(at, "GIT binary patch") || lines.startsWith(at, "Binary files ")) {
            throw binary(lines, at);
        }
        if (!begins(lines, at, to) || lines.startsWith(at, GIT) || !header.isAbout(at)) {
            diffs.add(header.diff(List.of()));
            return at;
        }
        header.names(
                FileNames.header(lines.bare(at).substring(4), true),
                FileNames.header(lines.bare(at + 1).substring(4), true));
        List<Hunk> read = new ArrayList<>();
        at = hunks(lines, at + 1, to, read);
        diffs.add(header.diff(read));
        return at;
    }

    private int plain(PatchLines lines, int first, int to, List<FileDiff> diffs) throws UserException {
        Named oldName = FileNames.header(lines.bare(first).substring(4), false);
        Named newName = FileNames.header(lines.bare(first + 1).substring(4), false);
        List<Hunk> read = new ArrayList<>();
        int at = hunks(lines, first + 1, to, read);
        // As in GNU patch: a stamp alone does not say that a file is not there, its hunk must have no lines of it.
        boolean creates = oldName.absent() && read.getFirst().oldStart() == 0;
        boolean deletes = newName.absent() && read.getFirst().newStart() == 0;
        boolean nameless = newName.name().equals("/dev/null") && oldName.name().equals("/dev/null");
        if (nameless || (creates && deletes)) {
            throw lines.error(first, "the diff names no file", "put the name into '---' and '+++'");
        }
        if ((!creates && oldName.name().equals("/dev/null"))
                || (!deletes && newName.name().equals("/dev/null"))) {
            throw lines.error(
                    first + 2,
                    "the file should not be there on one side, but the hunk has lines of it",
                    "get the patch again");
        }
        diffs.add(new FileDiff(
                creates ? Action.CREATE : deletes ? Action.DELETE : Action.MODIFY,
                creates ? null : oldName.name(),
                deletes ? null : newName.name(),
                null,
                null,
                read));
        return at;
    }

    /// Reads hunks.
    ///
    /// @param plus the `+++` line
    /// @return the line after the last one
    private int hunks(PatchLines lines, int plus, int to, List<Hunk> read) throws UserException {
        boolean stripReturn = lines.get(plus).endsWith("\r");
        if (stripReturn && !saidReturns) {
            saidReturns = true;
            notes.add("lines end with carriage returns, which are taken off, as GNU patch does (from line "
                    + lines.number(plus) + " on)");
        }
        int at = plus + 1;
        while (lines.startsWith(at, "@@") && at < to) {
            if (lines.startsWith(at, "@@@")) {
                throw lines.error(
                        at, "it is the diff of a merge, which no file can be patched with", "diff against one parent");
            }
            if (++hunks > PatchReader.MAX_HUNKS) {
                throw lines.error(at, "it has more than " + PatchReader.MAX_HUNKS + " hunks", "is it a patch?");
            }
            HunkParser.Parsed parsed = HunkParser.parse(lines, at, to, stripReturn);
            refuseSubmodule(lines, at, parsed.hunk());
            read.add(parsed.hunk());
            at = parsed.next();
        }
        return at;
    }

    private static void refuseSubmodule(PatchLines lines, int at, Hunk hunk) throws UserException {
        for (HunkLine line : hunk.lines()) {
            if (line.kind() != HunkLine.Kind.CONTEXT && line.text().matches("Subproject commit [0-9a-f]{40,64}")) {
                throw lines.error(
                        at,
                        "it changes a submodule (" + Printable.brief(line.text(), 60) + ")",
                        "take this part out, and update the submodule with git");
            }
        }
    }
}
