package dev.nptune.kernel.recipe;

import dev.nptune.kernel.recipe.Recipe.Settings;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A folder with a spec file; its sources beside it, or in `SOURCES` where the spec file lies in `SPECS`.
final class FedoraFolder {
    private FedoraFolder() {}

    static RecipeEdit edit(Path spec, List<NewPatch> patches, Settings settings) throws IOException {
        Path own = Recipe.folderOf(spec);
        Path above = Recipe.folderOf(own);
        boolean tree = own.endsWith("SPECS") && Files.isDirectory(above.resolve("SOURCES"));
        Path folder = tree ? above : own;
        String before = Recipe.text(spec);
        FedoraSpec.Edited edited = FedoraSpec.edit(before, patches, "." + Suffix.of(settings.name()));
        String path = (tree ? "SPECS/" : "") + spec.getFileName();
        List<EditedFile> files = new ArrayList<>();
        files.add(new EditedFile(path, before, edited.text()));
        for (NewPatch patch : patches) {
            files.add(Recipe.patchFile(folder, (tree ? "SOURCES/" : "") + patch.name(), patch));
        }
        return new RecipeEdit(
                Kind.FEDORA,
                folder,
                files,
                edited.notes(),
                List.of(tree ? "rpmbuild -bb --with baseonly " + path : "fedpkg local"));
    }
}
