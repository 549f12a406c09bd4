package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Compiles what runs in the measured machines.
final class WorkloadProgram {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> WITHOUT_SYSTEM = List.of(
            "-m32",
            "-ffreestanding",
            "-fno-pie",
            "-no-pie",
            "-nostdlib",
            "-fno-asynchronous-unwind-tables",
            "-Wl,-Ttext=0x100000",
            "-Wl,--build-id=none");

    private WorkloadProgram() {}

    /// The workloads as one static program, the same for bare metal and the VM.
    ///
    /// @param folder where to leave the source and the program
    static byte[] compile(Path folder) throws IOException, UserException {
        return compile("workloads.c", folder, folder.resolve("nptune-workloads"), List.of());
    }

    /// A kernel that draws frames, see `frames.c`.
    ///
    /// @param frames how many at a time
    /// @param program where to leave it; the source is left beside it
    static void compileFrames(int frames, Path program) throws IOException, UserException {
        List<String> options = new ArrayList<>(WITHOUT_SYSTEM);
        options.add("-DFRAMES=" + frames);
        compile("frames.c", Objects.requireNonNull(program.getParent()), program, options);
    }

    private static byte[] compile(String name, Path folder, Path program, List<String> options)
            throws IOException, UserException {
        Path source = folder.resolve(name);
        Files.write(source, Resources.bytes(name));
        List<String> argv = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-static"));
        argv.addAll(options);
        argv.addAll(List.of("-o", program.toString(), source.toString()));
        Exec.Result result = Exec.run(LIMIT, argv);
        if (!result.ok()) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot compile the workloads: " + result.complaint(),
                    "install a C compiler with its static library: apt-get install gcc libc6-dev");
        }
        return Files.readAllBytes(program);
    }
}
