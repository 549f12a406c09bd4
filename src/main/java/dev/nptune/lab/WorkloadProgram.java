package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Compiles the workloads into one static program, the same for bare metal and the VM.
final class WorkloadProgram {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private WorkloadProgram() {}

    /// @param folder where to leave the source and the program
    static byte[] compile(Path folder) throws IOException, UserException {
        Path source = folder.resolve("workloads.c");
        Path program = folder.resolve("nptune-workloads");
        Files.write(source, Resources.bytes("workloads.c"));
        Exec.Result result = Exec.run(
                LIMIT,
                List.of("gcc", "-O2", "-Wall", "-Wextra", "-static", "-o", program.toString(), source.toString()));
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot compile the workloads: " + result.complaint(),
                    "install a C compiler with its static library: apt-get install gcc libc6-dev");
        }
        return Files.readAllBytes(program);
    }
}
