package dev.nptune.kernel.module;

import dev.nptune.internal.proc.Exec;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a build complains of first: what comes after it is mostly its consequence.
final class BuildErrors {
    /// In the order of how much they say.
    private static final List<Pattern> SIGNS = List.of(
            Pattern.compile(".*No space left on device.*"),
            Pattern.compile(".*:\\d+(:\\d+)?: (fatal )?error: .*"),
            Pattern.compile("ERROR: modpost: .*"),
            Pattern.compile(".*(^|: )[Ee]rror: .*"),
            Pattern.compile(".*\\*\\*\\* .*"));

    private BuildErrors() {}

    /// The first line that says what is wrong, with names from the source's folder.
    static String first(Exec.Result result, Path folder) {
        List<String> lines =
                Stream.concat(result.err().lines(), result.out().lines()).toList();
        for (Pattern sign : SIGNS) {
            for (String line : lines) {
                if (sign.matcher(line).matches()) {
                    return line.strip().replace(folder + "/", "");
                }
            }
        }
        return result.complaint();
    }
}
