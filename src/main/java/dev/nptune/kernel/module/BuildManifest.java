package dev.nptune.kernel.module;

import java.util.List;
import java.util.Map;

/// What was built, from what and with what: `manifest.json` beside the modules.
///
/// @param schemaVersion 1
/// @param release the kernel's release
/// @param vermagic what the kernel and each of the modules say of themselves
/// @param source the version of the source
/// @param compiler the compiler's version
/// @param kernelCompiler the compiler's version that the kernel was built with
/// @param parts which parts of the source were needed, by names from its top, a folder's with a `/` at the end
/// @param patches what was done to the source, in order
/// @param modules what came out
/// @param notes what a person should know
/// @param seconds how long each step took, measured
public record BuildManifest(
        int schemaVersion,
        String release,
        String vermagic,
        String source,
        String compiler,
        String kernelCompiler,
        List<String> parts,
        List<AppliedPatch> patches,
        List<BuiltModule> modules,
        List<String> notes,
        Map<String, Double> seconds) {
    /// The manifest's file name.
    public static final String FILE = "manifest.json";

    public BuildManifest {
        parts = List.copyOf(parts);
        patches = List.copyOf(patches);
        modules = List.copyOf(modules);
        notes = List.copyOf(notes);
    }

    /// A patch that was applied.
    ///
    /// @param name its file's name
    /// @param file its copy beside the manifest, such as `patches/01-fix.patch`
    /// @param sha256 of the file, in hexadecimal
    public record AppliedPatch(String name, String file, String sha256) {}

    /// A module that came out.
    ///
    /// @param name the module's name, `kvm-amd`
    /// @param file its file beside the manifest
    /// @param folder the folder of the source that it is made from, `arch/x86/kvm`
    /// @param sha256 of the file, in hexadecimal
    /// @param bytes the file's size
    public record BuiltModule(String name, String file, String folder, String sha256, long bytes) {}
}
