package dev.nptune.kernel.diff;

import dev.nptune.kernel.diff.FileDiff.Action;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes patches as git does, so that `git am`, `git apply` and GNU patch take them: without the ids of contents,
/// which
/// are not known here. Read again it is the same patch, but that a new or deleted file without a mode has one.
public final class PatchWriter {
    private static final String USUAL_MODE = "100644";

    private PatchWriter() {}

    /// A patch as text in ISO 8859-1. One with a subject becomes a mail, one without the diff with its text before
    /// it.
    public static String write(Patch patch) {
        StringBuilder text = new StringBuilder();
        if (!patch.subject().isEmpty()) {
            text.append("From ").append("0".repeat(40)).append(" Mon Sep 17 00:00:00 2001\n");
            if (!patch.author().isEmpty()) {
                text.append("From: ").append(header(patch.author())).append('\n');
            }
            text.append("Subject: [PATCH] ").append(header(patch.subject())).append('\n');
            if (!isAscii(patch.message())) {
                text.append("MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n");
                text.append("Content-Transfer-Encoding: 8bit\n");
            }
            text.append('\n');
        }
        if (!patch.message().isEmpty()) {
            text.append(Unicode.toLatin(patch.message()).replaceAll("(?m)^(>*From )", ">$1"))
                    .append('\n');
        }
        if (!patch.subject().isEmpty()) {
            text.append("---\n");
        }
        if (!text.isEmpty()) {
            text.append('\n');
        }
        patch.files().forEach(file -> text.append(write(file)));
        return text.append(patch.subject().isEmpty() ? "" : "-- \nnptune\n\n").toString();
    }

    /// A file's diff as text in ISO 8859-1.
    public static String write(FileDiff diff) {
        String before =
                diff.oldName() == null ? other(Objects.requireNonNull(diff.newName()), "b/", "a/") : diff.oldName();
        String after =
                diff.newName() == null ? other(Objects.requireNonNull(diff.oldName()), "a/", "b/") : diff.newName();
        StringBuilder text = new StringBuilder("diff --git ")
                .append(FileNames.quote(before))
                .append(' ')
                .append(FileNames.quote(after))
                .append('\n');
        modes(diff, text);
        if (diff.action() == Action.RENAME || diff.action() == Action.COPY) {
            String word = diff.action() == Action.RENAME ? "rename" : "copy";
            boolean prefixed = before.startsWith("a/") && after.startsWith("b/");
            text.append(word).append(" from ").append(FileNames.quote(prefixed ? before.substring(2) : before));
            text.append('\n').append(word).append(" to ");
            text.append(FileNames.quote(prefixed ? after.substring(2) : after)).append('\n');
        }
        if (!diff.hunks().isEmpty()) {
            text.append("--- ").append(name(diff.oldName())).append("\n+++ ").append(name(diff.newName()));
            text.append('\n');
            diff.hunks().forEach(hunk -> text.append(hunk.text()));
        }
        return text.toString();
    }

    private static void modes(FileDiff diff, StringBuilder text) {
        switch (diff.action()) {
            case CREATE ->
                text.append("new file mode ").append(mode(diff.newMode())).append('\n');
            case DELETE ->
                text.append("deleted file mode ").append(mode(diff.oldMode())).append('\n');
            case MODIFY, RENAME, COPY -> {
                if (diff.oldMode() != null) {
                    text.append("old mode ").append(diff.oldMode()).append('\n');
                }
                if (diff.newMode() != null) {
                    text.append("new mode ").append(diff.newMode()).append('\n');
                }
            }
        }
    }

    private static String mode(@Nullable String mode) {
        return mode == null ? USUAL_MODE : mode;
    }

    private static String other(String name, String prefix, String instead) {
        return name.startsWith(prefix) ? instead + name.substring(prefix.length()) : name;
    }

    /// A tab after a name with a blank keeps it whole.
    private static String name(@Nullable String name) {
        return name == null ? "/dev/null" : FileNames.quote(name) + (name.contains(" ") ? "\t" : "");
    }

    private static String header(String text) {
        return isAscii(text) && !text.contains("=?")
                ? text
                : "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
