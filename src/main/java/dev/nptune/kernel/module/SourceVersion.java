package dev.nptune.kernel.module;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The version that a kernel's `Makefile` states.
///
/// @param major `VERSION`
/// @param minor `PATCHLEVEL`
/// @param patch `SUBLEVEL`
/// @param extra `EXTRAVERSION`, such as `-rc4`; empty if there is none
record SourceVersion(int major, int minor, int patch, String extra) {
    private static final Pattern LINES = Pattern.compile("(?m)^VERSION *= *(\\d{1,4})\\nPATCHLEVEL *= *(\\d{1,4})\\n"
            + "SUBLEVEL *= *(\\d{1,6})\\nEXTRAVERSION *=[ \\t]*(\\S*)");

    /// @throws IOException if the text states none
    static SourceVersion of(String makefile) throws IOException {
        Matcher m = LINES.matcher(makefile);
        if (!m.find()) {
            throw new IOException("the Makefile states no version of a kernel");
        }
        return new SourceVersion(
                Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)), m.group(4));
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + extra;
    }
}
