package dev.nptune.kernel.recipe;

import java.nio.file.Path;
import java.util.List;

/// What a recipe is to become.
///
/// @param kind whose recipe it is
/// @param folder the folder that paths are below
/// @param files the files looked at, the patches among them
/// @param notes what else there is to know, a sentence each
/// @param next commands to run afterwards, in order
public record RecipeEdit(Kind kind, Path folder, List<EditedFile> files, List<String> notes, List<String> next) {
    public RecipeEdit {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
        next = List.copyOf(next);
    }

    /// Whose recipe it is.
    public enum Kind {
        /// A PKGBUILD.
        ARCH,
        /// A source package with `debian/patches`.
        DEBIAN,
        /// A spec file.
        FEDORA
    }

    /// What changes.
    public List<EditedFile> changed() {
        return files.stream().filter(EditedFile::changes).toList();
    }
}
