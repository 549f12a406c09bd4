package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.DebianChangelog.Change;
import dev.nptune.kernel.recipe.DebianChangelog.Signature;
import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A Debian source package: its series of patches and its changelog. Source: Debian Kernel Handbook, 4.2; DEP-3.
final class DebianFolder {
    private static final String PATCHES = "debian/patches/";

    private DebianFolder() {}

    /// @param changelog `debian/changelog`
    static RecipeEdit edit(Path changelog, List<NewPatch> patches, Settings settings) throws IOException {
        Path folder = Recipe.folderOf(Recipe.folderOf(changelog));
        @Nullable String series = Recipe.textIfThere(folder.resolve(PATCHES + "series"));
        String edited = series == null ? "" : series;
        boolean folders = DebianSeries.hasFolders(edited);
        List<EditedFile> files = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (NewPatch patch : patches) {
            PatchHead head = new PatchHead(patch);
            Optional<String> there = DebianSeries.entry(edited, patch.name());
            String path = there.orElse(folders ? group(head) + patch.name() : patch.name());
            edited = there.isPresent() ? edited : DebianSeries.with(edited, path);
            files.add(Recipe.patchFile(folder, PATCHES + path, patch));
            changes.add(new Change(patch.name(), head.subject()));
            head.missing().ifPresent(m -> notes.add(patch.name() + " has " + m + ", which DEP-3 asks for."));
        }
        String log = Recipe.text(changelog);
        Signature signature = new Signature(settings.maintainer(), settings.date());
        String suffix = Suffix.of(settings.name());
        files.add(0, new EditedFile(PATCHES + "series", series, edited));
        files.add(1, new EditedFile("debian/changelog", log, DebianChangelog.with(log, suffix, changes, signature)));
        return new RecipeEdit(Kind.DEBIAN, folder, files, notes(folder, notes), next(folder));
    }

    private static String group(PatchHead head) {
        return head.onlyBelow("arch/x86/") ? "features/x86/" : "features/all/";
    }

    private static List<String> notes(Path folder, List<String> notes) {
        if (Files.exists(folder.resolve("debian/config/defines"))
                || Files.exists(folder.resolve("debian/config/defines.toml"))) {
            notes.add("The packages' names hold the ABI name of debian/config; while it is the distribution's, the"
                    + " kernel takes the place of the distribution's own.");
        }
        return notes;
    }

    private static List<String> next(Path folder) {
        List<String> next = new ArrayList<>();
        if (Files.exists(folder.resolve("debian/bin/gencontrol.py"))) {
            next.add("debian/bin/gencontrol.py");
        }
        next.add("dpkg-buildpackage -b -uc");
        return next;
    }
}
