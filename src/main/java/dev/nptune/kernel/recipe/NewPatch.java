package dev.nptune.kernel.recipe;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A patch that a recipe is to build with.
///
/// @param name its file's name, without folder: letters, digits and `._+@-`, so that no recipe has to quote it
/// @param text its text, ISO 8859-1
public record NewPatch(String name, String text) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+@-]{0,199}");

    /// @throws IllegalArgumentException if the name has other characters
    public NewPatch {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name may have letters, digits and ._+@- only");
        }
    }

    /// One read from a file.
    public static NewPatch of(String name, byte[] content) {
        return new NewPatch(name, new String(content, StandardCharsets.ISO_8859_1));
    }

    /// Its bytes.
    byte[] content() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
