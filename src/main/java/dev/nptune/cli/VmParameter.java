package dev.nptune.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/// `VM`: which of the machine's domains a command is about.
final class VmParameter {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "VM",
            description =
                    "The libvirt domain; needed if there are several. Where nothing is changed, a file with its XML will do.")
    private @Nullable String name;

    /// The name given, if any.
    @Nullable
    String name() {
        return name;
    }
}
