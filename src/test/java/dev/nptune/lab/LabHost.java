package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An emulated host for a test, as found, and this program in it.
///
/// @param cache keeps the kernel from being removed meanwhile
/// @param host the host
/// @param share the folder that is `/lab` in it
/// @param program this program in it
record LabHost(KernelCache cache, EmulatedHost host, Path share, ResidentProgram program) implements AutoCloseable {
    /// Boots it.
    ///
    /// @param folder an empty folder
    static LabHost boot(Path folder) throws IOException, UserException {
        String path = System.getenv("PATH");
        LabDirectories directories =
                LabDirectories.of(System.getenv(), Path.of(System.getenv().getOrDefault("HOME", "/root")));
        KernelCache cache = new KernelCache(directories.cache(), path);
        try {
            KernelFiles kernel = cache.kernel(null, Progress.SILENT);
            Lab lab = Lab.prepare(Qemu.find(path), kernel, folder, Duration.ofMinutes(30));
            return withProgram(cache, lab.hostAsFound("host"), lab.share("host"));
        } catch (IOException | UserException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    private static LabHost withProgram(KernelCache cache, EmulatedHost host, Path share)
            throws IOException, UserException {
        try {
            return new LabHost(cache, host, share, ResidentProgram.start(share, host::call));
        } catch (IOException | UserException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /// Runs this program as it is built, in the host.
    Exec.Result nptune(String... arguments) throws IOException, UserException {
        return program.run(arguments);
    }

    /// Runs several commands of it one after the other.
    ///
    /// @param commands their words parted by a space
    List<Exec.Result> nptuneEach(List<String> commands) throws IOException, UserException {
        List<Exec.Result> results = new ArrayList<>();
        for (String command : commands) {
            results.add(nptune(command.split(" ")));
        }
        return results;
    }

    @Override
    public void close() throws IOException {
        try {
            host.close();
        } finally {
            cache.close();
        }
    }
}
