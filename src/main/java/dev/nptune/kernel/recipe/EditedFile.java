package dev.nptune.kernel.recipe;

import dev.nptune.internal.text.UnifiedDiff;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A file of a recipe as it was and as it is to be.
///
/// @param path below the recipe's folder
/// @param before its text, ISO 8859-1; null if there was none
/// @param after its text afterwards, likewise
public record EditedFile(String path, @Nullable String before, String after) {
    public boolean changes() {
        return !after.equals(before);
    }

    /// As a unified diff for people, UTF-8; empty if nothing changes.
    public String diff() {
        return UnifiedDiff.of(path, people(before), people(after));
    }

    private static @Nullable String people(@Nullable String text) {
        return text == null ? null : new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// The bytes to write.
    public byte[] bytes() {
        return after.getBytes(StandardCharsets.ISO_8859_1);
    }
}
