package dev.nptune.kernel.module;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to build.
///
/// @param headers against what
/// @param source the kernel's source, of the same version
/// @param modules the kernel's installed modules, such as `/lib/modules/RELEASE`, to compare the result with; null if
///     there are none
/// @param module the module that a person asks for
/// @param edits what is done to the source, in order
/// @param work a folder for what is built on the way; removed at the end what is made in it
/// @param output where the modules and the manifest go
/// @param path the value of `PATH`
public record BuildRequest(
        KernelHeaders headers,
        KernelSource source,
        @Nullable Path modules,
        String module,
        List<SourceEdit> edits,
        Path work,
        Path output,
        @Nullable String path) {
    public BuildRequest {
        edits = List.copyOf(edits);
    }
}
