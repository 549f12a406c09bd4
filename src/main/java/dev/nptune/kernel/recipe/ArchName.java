package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Assignment;
import dev.nptune.kernel.recipe.Bash.Function;
import dev.nptune.kernel.recipe.Bash.Node;
import dev.nptune.kernel.recipe.Bash.Word;
import java.util.List;
import java.util.regex.Pattern;

/// Gives a kernel package of Arch another name, so that it is installed beside the distribution's own: `pkgbase` is
/// set,
/// from which the names of the packages, of the release and of the files in `/boot` are made.
final class ArchName {
    private static final Pattern BASE = Pattern.compile("\\$\\{?pkgbase\\b");

    private ArchName() {}

    /// Renames.
    ///
    /// @throws Unclear if names are written out that would have to change with it
    static String rename(String text, String name) {
        if (!name.matches("[a-z0-9][a-z0-9@._+-]{0,63}")) {
            throw new Unclear(1, "no package can be called '" + name + "'");
        }
        List<Node> script = BashParser.parse(text);
        Assignment base = ArchRecipe.variable(text, script, "pkgbase")
                .orElseThrow(() -> new Unclear(1, "there is no pkgbase to rename"));
        Word value = base.value();
        if (value == null || base.appends()) {
            throw Unclear.at(text, base.from(), "pkgbase is no plain value");
        }
        if (value.literal().filter(name::equals).isPresent()) {
            return text;
        }
        ArchArrays packages = ArchArrays.of(text, script, "pkgname");
        for (ArchArrays.Element each : packages.elements()) {
            if (!namesBase(text, each.word())) {
                String source = text.substring(each.word().from(), each.word().to());
                throw Unclear.at(text, each.word().from(), "the package name " + source + " is not made of pkgbase");
            }
        }
        value.literal()
                .ifPresent(old -> script.stream()
                        .filter(n -> n instanceof Function f
                                && f.name().matches("package_" + old.replace("+", "\\+") + "(-.*)?"))
                        .findFirst()
                        .ifPresent(f -> {
                            throw Unclear.at(text, f.from(), "a function has the package's name");
                        }));
        for (ArchArrays.Element each : ArchArrays.of(text, script, "source").elements()) {
            if (namesBase(text, each.word())) {
                throw Unclear.at(text, each.word().from(), "a source is named after pkgbase");
            }
        }
        Splices splices = new Splices(text);
        splices.replace(base.valueFrom(), base.to(), name);
        return splices.apply();
    }

    private static boolean namesBase(String text, Word word) {
        return BASE.matcher(text.substring(word.from(), word.to())).find();
    }
}
