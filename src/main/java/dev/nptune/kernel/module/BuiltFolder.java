package dev.nptune.kernel.module;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Path;

/// What [ModuleBuilder] left in its output folder.
///
/// @param folder the folder
/// @param manifest its manifest
public record BuiltFolder(Path folder, BuildManifest manifest) {
    private static final String BUILD = "build it: nptune patch build MODULE FILE…";

    /// Reads one, and checks that the files are the ones that were built.
    ///
    /// @throws UserException if it is none, or something in it was changed
    public static BuiltFolder read(Path folder) throws UserException {
        Path file = folder.resolve(BuildManifest.FILE);
        try {
            BuildManifest manifest = Json.read(KernelHeaders.text(file), BuildManifest.class);
            BuiltFolder built = new BuiltFolder(folder, manifest);
            for (BuildManifest.BuiltModule module : manifest.modules()) {
                built.check(built.file(module), module.sha256());
            }
            for (BuildManifest.AppliedPatch patch : manifest.patches()) {
                built.check(folder.resolve(patch.file()), patch.sha256());
            }
            return built;
        } catch (IOException e) {
            throw new UserException(
                    Exit.WRONG_USE, "no built module in " + folder + ": " + IoReason.withFile(e), BUILD, e);
        } catch (IllegalArgumentException e) {
            throw new UserException(Exit.WRONG_USE, file + " cannot be read: " + e.getMessage(), BUILD, e);
        }
    }

    /// A module's file.
    Path file(BuildManifest.BuiltModule module) throws IOException {
        if (!module.file().matches("[A-Za-z0-9_-]+\\.ko") || !module.name().matches("[A-Za-z0-9_-]+")) {
            throw new IOException("the manifest names a file that is no module: " + module.file());
        }
        return folder.resolve(module.file());
    }

    private void check(Path file, String sha256) throws IOException {
        if (!file.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize())) {
            throw new IOException("the manifest names a file outside of its folder: " + file);
        }
        if (!Sha256.of(file).equals(sha256)) {
            throw new IOException(file + " is not the file that was built");
        }
    }
}
