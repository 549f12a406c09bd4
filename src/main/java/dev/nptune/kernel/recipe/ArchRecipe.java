package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Bash.Assignment;
import dev.nptune.kernel.recipe.Bash.Node;
import dev.nptune.kernel.recipe.Bash.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Edits a PKGBUILD: the patch goes into `source`, its checksums into the arrays beside it at the same place, and a
/// line into `prepare()` where no loop over the sources applies it anyway. Source: PKGBUILD(5).
final class ArchRecipe {
    private String text;
    private final List<String> notes = new ArrayList<>();

    private ArchRecipe(String text) {
        this.text = text;
    }

    /// What came of it.
    ///
    /// @param notes what else there is to know, a sentence each
    record Edited(String text, List<String> notes) {}

    /// Edits.
    ///
    /// @param name what the package is to be called; empty to leave it
    /// @throws Unclear if there is something that cannot be edited safely
    static Edited edit(String text, List<NewPatch> patches, Optional<String> name) {
        ArchRecipe recipe = new ArchRecipe(text);
        patches.forEach(recipe::add);
        name.ifPresent(recipe::rename);
        patches.forEach(recipe::verify);
        return new Edited(recipe.text, List.copyOf(recipe.notes));
    }

    private void rename(String name) {
        try {
            text = ArchName.rename(text, name);
        } catch (Unclear e) {
            throw new Unclear(
                    e.line(),
                    "it cannot be renamed: " + e.what(),
                    "leave --name out, or rename it by hand; nothing was changed");
        }
    }

    private void add(NewPatch patch) {
        List<Node> script = BashParser.parse(text);
        Splices splices = new Splices(text);
        String suffix = suffix(script);
        ArchArrays sources = ArchArrays.of(text, script, "source" + suffix);
        refuseConditional(sources, patch.name());
        Optional<Integer> there = sources.indexOf(patch.name());
        int index = there.orElse(sources.elements().size());
        if (there.isEmpty()) {
            sources.insert(splices, index, patch.name());
        }
        int sums = 0;
        for (Checksum checksum : Checksum.values()) {
            ArchArrays array = ArchArrays.of(text, script, checksum.array() + suffix);
            if (array.isSet()) {
                sums++;
                checksum(splices, array, index, there.isPresent(), checksum.of(patch.content()));
            }
        }
        if (sums == 0) {
            notes.add("There are no checksums in it, so none was added.");
        }
        ArchPrepare prepare = new ArchPrepare(text, script);
        if (!prepare.applies(patch.name())) {
            prepare.add(splices, patch.name());
        } else if (there.isEmpty()) {
            notes.add("prepare() applies " + patch.name() + " as it is: it goes through all sources.");
        }
        text = splices.apply();
    }

    /// `source`, or where there is none the one for 64-bit PCs.
    private String suffix(List<Node> script) {
        for (String suffix : List.of("", "_x86_64")) {
            ArchArrays sources = ArchArrays.of(text, script, "source" + suffix);
            if (sources.isSet()) {
                return suffix;
            }
            if (!sources.inBranch().isEmpty()) {
                throw new Unclear(sources.line().orElse(1), "source is set in a branch only");
            }
        }
        throw new Unclear(1, "no source is set");
    }

    private void refuseConditional(ArchArrays sources, String file) {
        sources.inBranch().stream().filter(a -> !a.appends()).findFirst().ifPresent(a -> {
            throw Unclear.at(text, a.from(), "source is set anew in a branch");
        });
        sources.conditional().stream()
                .filter(w -> ArchArrays.fileName(w.tail()).equals(file))
                .findFirst()
                .ifPresent(w -> {
                    throw Unclear.at(text, w.from(), file + " is a source in a branch already");
                });
    }

    private void checksum(Splices splices, ArchArrays array, int index, boolean there, String sum) {
        if (!there) {
            array.insert(splices, index, sum);
            return;
        }
        List<ArchArrays.Element> all = array.elements();
        if (index >= all.size()) {
            throw new Unclear(array.line().orElse(1), array.name() + " has fewer elements than source");
        }
        Bash.Word word = all.get(index).word();
        String old = all.get(index).value();
        if (!old.equals("SKIP") && !old.equalsIgnoreCase(sum)) {
            char sign = text.charAt(word.from());
            splices.replace(word.from(), word.to(), sign == '\'' || sign == '"' ? sign + sum + sign : sum);
        }
    }

    /// Reads the result once more: the patch is a source, its checksums are at the same place, and it is applied.
    private void verify(NewPatch patch) {
        List<Node> script = BashParser.parse(text);
        String suffix = suffix(script);
        int index = ArchArrays.of(text, script, "source" + suffix)
                .indexOf(patch.name())
                .orElseThrow(() -> new Unclear(1, "the edit does not come out as meant"));
        for (Checksum checksum : Checksum.values()) {
            ArchArrays array = ArchArrays.of(text, script, checksum.array() + suffix);
            if (array.isSet()) {
                String found = array.elements().get(index).value();
                if (!found.equals("SKIP") && !found.equalsIgnoreCase(checksum.of(patch.content()))) {
                    throw new Unclear(array.line().orElse(1), "the edit does not come out as meant");
                }
            }
        }
        if (!new ArchPrepare(text, script).applies(patch.name())) {
            throw new Unclear(1, "the line in prepare() does not come out as meant");
        }
    }

    /// The last assignment of a plain variable, and only if none is in a branch.
    static Optional<Assignment> variable(String text, List<Node> script, String name) {
        List<Assignment> all = new ArrayList<>();
        for (Node node : script) {
            boolean top = node instanceof Simple;
            node.all()
                    .filter(Simple.class::isInstance)
                    .map(Simple.class::cast)
                    .flatMap(s -> s.assignments().stream())
                    .filter(a -> a.name().equals(name))
                    .forEach(a -> {
                        if (!top) {
                            throw Unclear.at(text, a.from(), name + " is set in a branch");
                        }
                        all.add(a);
                    });
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }
}
