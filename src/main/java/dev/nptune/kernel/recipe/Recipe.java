package dev.nptune.kernel.recipe;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.kernel.recipe.RecipeEdit.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads a kernel package's recipe and edits it so that it builds with patches. Nothing is written, and nothing of the
/// recipe is run. Files of a recipe have up to 4 MiB.
public final class Recipe {
    static final int MAX_FILE = 4 << 20;

    private Recipe() {}

    /// What else goes into a recipe.
    ///
    /// @param name what tells the package from the distribution's: of Arch the name, `linux-npt`; of the others a
    /// suffix, `npt`. Empty for the distribution's own name, and for `npt`
    /// @param maintainer `Name <address>`, for a changelog
    /// @param date as RFC 5322 has it, likewise
    public record Settings(Optional<String> name, String maintainer, String date) {}

    /// Edits a recipe.
    ///
    /// @param in its file or its folder
    /// @throws UserException if it cannot be read, or has something that is not understood, with the line
    public static RecipeEdit edit(Kind kind, Path in, List<NewPatch> patches, Settings settings) throws UserException {
        Path file = in;
        try {
            file = file(kind, in);
            return switch (kind) {
                case ARCH -> ArchFolder.edit(file, patches, settings);
                case DEBIAN -> DebianFolder.edit(file, patches, settings);
                case FEDORA -> FedoraFolder.edit(file, patches, settings);
            };
        } catch (Unclear e) {
            throw new UserException(
                    Exit.CANNOT, file + " line " + e.line() + ": " + Printable.brief(e.what(), 300), e.next(), e);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT, "cannot read the recipe: " + IoReason.withFile(e), "give it with --in", e);
        }
    }

    private static Path file(Kind kind, Path in) throws UserException, IOException {
        if (Files.isRegularFile(in)) {
            return in;
        }
        if (!Files.exists(in)) {
            throw new UserException(Exit.WRONG_USE, "there is no " + in, "name the recipe's folder or file with --in");
        }
        return switch (kind) {
            case ARCH -> existing(in.resolve("PKGBUILD"), in);
            case DEBIAN ->
                existing(in.endsWith("debian") ? in.resolve("changelog") : in.resolve("debian/changelog"), in);
            case FEDORA -> spec(in);
        };
    }

    private static Path existing(Path file, Path in) throws UserException {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    Exit.WRONG_USE, "there is no " + file.getFileName() + " in " + in, "give the recipe with --in");
        }
        return file;
    }

    private static Path spec(Path in) throws UserException, IOException {
        if (Files.isRegularFile(in.resolve("kernel.spec"))) {
            return in.resolve("kernel.spec");
        }
        try (Stream<Path> all = Files.isDirectory(in) ? Files.list(in) : Stream.empty()) {
            List<Path> specs =
                    all.filter(p -> p.toString().endsWith(".spec")).limit(2).toList();
            if (specs.size() != 1) {
                throw new UserException(
                        Exit.WRONG_USE,
                        (specs.isEmpty() ? "there is no spec file in " : "there is more than one spec file in ") + in,
                        "give the spec file with --in");
            }
            return specs.getFirst();
        }
    }

    /// A file's text.
    ///
    /// @throws IOException if it is longer than [#MAX_FILE] or cannot be read
    static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IOException(file + ": longer than 4 MiB");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    static @Nullable String textIfThere(Path file) throws IOException {
        return Files.exists(file) ? text(file) : null;
    }

    /// The patch as a file of the recipe.
    static EditedFile patchFile(Path folder, String path, NewPatch patch) throws IOException {
        return new EditedFile(path, textIfThere(folder.resolve(path)), patch.text());
    }

    static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
