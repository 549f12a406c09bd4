package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A folder with a PKGBUILD.
final class ArchFolder {
    private ArchFolder() {}

    static RecipeEdit edit(Path file, List<NewPatch> patches, Settings settings) throws IOException {
        Path folder = Recipe.folderOf(file);
        if (Files.isDirectory(folder.resolve("linux-tkg-config"))) {
            throw new Unclear(
                    1,
                    "linux-tkg has a place of its own for patches",
                    "copy the patch into linuxVERSION-tkg-userpatches beside the PKGBUILD, for 6.12 that is"
                            + " linux612-tkg-userpatches, and have its name end in .mypatch; nothing was changed");
        }
        String before = Recipe.text(file);
        ArchRecipe.Edited edited = ArchRecipe.edit(before, patches, settings.name());
        List<EditedFile> files = new ArrayList<>();
        files.add(new EditedFile(String.valueOf(file.getFileName()), before, edited.text()));
        for (NewPatch patch : patches) {
            files.add(Recipe.patchFile(folder, patch.name(), patch));
        }
        List<String> notes = new ArrayList<>(edited.notes());
        List<String> next = new ArrayList<>();
        if (Files.exists(folder.resolve(".SRCINFO")) && !edited.text().equals(before)) {
            notes.add(".SRCINFO no longer says what the PKGBUILD says.");
            next.add("makepkg --printsrcinfo > .SRCINFO");
        }
        if (settings.name().isEmpty()) {
            notes.add("The package is still called as the distribution's, which takes its place at the next update;"
                    + " --name linux-npt has both side by side.");
        }
        next.add("makepkg -s");
        return new RecipeEdit(Kind.ARCH, folder, files, notes, next);
    }
}
