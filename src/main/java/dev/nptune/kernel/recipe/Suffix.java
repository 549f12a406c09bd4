package dev.nptune.kernel.recipe;

import java.util.Optional;

/// What tells a package's version from the distribution's.
final class Suffix {
    private Suffix() {}

    /// Of a name that was given, or `npt`.
    ///
    /// @throws Unclear if the name has other characters than small letters and digits
    static String of(Optional<String> name) {
        String suffix = name.orElse("npt").replaceFirst("^(?:linux|kernel)-", "");
        if (!suffix.matches("[a-z][a-z0-9]{0,19}")) {
            throw new Unclear(1, "the name '" + suffix + "' has other characters than small letters and digits");
        }
        return suffix;
    }
}
