package dev.nptune.kernel.module;

import dev.nptune.internal.files.Sha256;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Built modules as a package of DKMS, which builds them anew for every kernel that is installed: a script takes the
/// folders needed from the distribution's source of that kernel and applies the patches with `patch`. It needs nothing
/// of this program. Where a patch no longer applies the build fails, and the kernel keeps its own module.
///
/// @param name the package's name, `nptune-kvm-amd`
/// @param version its version: it follows from the patches
/// @param files its files, by their names in its folder
record DkmsPackage(String name, String version, Map<String, byte[]> files) {
    private static final String SCRIPT = "dkms-build.sh";
    private static final Pattern BUILT = Pattern.compile("(?m)^BUILT_MODULE_NAME\\[\\d+]=\"([A-Za-z0-9_.-]+)\"$");

    DkmsPackage {
        files = Map.copyOf(files);
    }

    /// Makes one of what was built.
    ///
    /// @throws UserException if its modules are made in several folders
    static DkmsPackage of(BuiltFolder built) throws IOException, UserException {
        BuildManifest manifest = built.manifest();
        List<String> folders = manifest.modules().stream()
                .map(BuildManifest.BuiltModule::folder)
                .distinct()
                .toList();
        List<String> modules =
                manifest.modules().stream().map(BuildManifest.BuiltModule::name).toList();
        if (folders.size() != 1) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot make a DKMS package of modules from several folders: " + String.join(", ", folders),
                    "install the modules without --dkms");
        }
        checkNames(folders, modules, manifest.parts());
        String digests = manifest.patches().stream()
                .map(BuildManifest.AppliedPatch::sha256)
                .collect(Collectors.joining());
        String version =
                "1." + Sha256.of(digests.getBytes(StandardCharsets.US_ASCII)).substring(0, 8);
        String name = "nptune-" + (modules.contains("kvm-amd") ? "kvm-amd" : modules.getFirst());
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("dkms.conf", conf(name, version, modules).getBytes(StandardCharsets.US_ASCII));
        files.put(SCRIPT, script());
        files.put("modules.conf", """
                folder='%s'
                modules='%s'
                parts='%s'
                version='nptune-%s'
                """.formatted(
                        folders.getFirst(), String.join(" ", modules), String.join(" ", manifest.parts()), version)
                .getBytes(StandardCharsets.US_ASCII));
        for (BuildManifest.AppliedPatch patch : manifest.patches()) {
            files.put(patch.file(), Files.readAllBytes(built.folder().resolve(patch.file())));
        }
        return new DkmsPackage(name, version, files);
    }

    /// They are read by a shell.
    private static void checkNames(List<String> folders, List<String> modules, List<String> parts)
            throws UserException {
        for (List<String> names : List.of(folders, modules, parts)) {
            for (String name : names) {
                if (!name.matches("[A-Za-z0-9_.,+/-]+")) {
                    throw new UserException(
                            Exit.CANNOT,
                            "cannot make a DKMS package: the name '" + name + "' is not one that a shell takes",
                            "install the modules without --dkms");
                }
            }
        }
    }

    private static String conf(String name, String version, List<String> modules) {
        StringBuilder conf = new StringBuilder("""
                PACKAGE_NAME="%s"
                PACKAGE_VERSION="%s"
                AUTOINSTALL="yes"
                MAKE[0]="./%s $kernelver $kernel_source_dir $source_tree"
                CLEAN="rm -rf build"
                """.formatted(name, version, SCRIPT));
        for (int i = 0; i < modules.size(); i++) {
            conf.append("BUILT_MODULE_NAME[%1$d]=\"%2$s\"\nDEST_MODULE_LOCATION[%1$d]=\"/updates/dkms\"\n"
                    .formatted(i, modules.get(i)));
        }
        return conf.toString();
    }

    /// The modules that such a `dkms.conf` names.
    static List<String> modules(String conf) {
        return BUILT.matcher(conf).results().map(found -> found.group(1)).toList();
    }

    private static byte[] script() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DkmsPackage.class.getResourceAsStream("/dev/nptune/kernel/" + SCRIPT), SCRIPT)) {
            return in.readAllBytes();
        }
    }

    /// The package's folder name below `/usr/src`.
    String folder() {
        return name + "-" + version;
    }

    /// Writes the files into a new folder.
    void write(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path to = folder.resolve(file.getKey());
            Files.createDirectories(to.resolveSibling("."));
            Files.write(to, file.getValue());
        }
        Files.setPosixFilePermissions(folder.resolve(SCRIPT), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
