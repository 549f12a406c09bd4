package dev.nptune.lab;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.internal.text.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An emulated host for a test, as found, and this program in it.
///
/// @param cache keeps the kernel from being removed meanwhile
/// @param host the host
/// @param share the folder that is `/lab` in it
record LabHost(KernelCache cache, EmulatedHost host, Path share) implements AutoCloseable {
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
            Lab lab = Lab.prepare(Qemu.find(path), kernel, folder, Duration.ofMinutes(15));
            return new LabHost(cache, lab.hostAsFound("host"), folder.resolve("host/lab"));
        } catch (IOException | UserException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /// Runs this program as it is built, in the host.
    Exec.Result nptune(String... arguments) throws IOException, UserException {
        return host.call(GuestProgram.argv(arguments), _ -> {});
    }

    /// Runs several commands of it one after the other, see [SeveralCommands].
    List<Exec.Result> nptuneEach(List<String> commands) throws IOException, UserException {
        return SeveralCommands.run(
                share, commands, (main, argument) -> host.call(GuestProgram.main(main.getName(), argument), _ -> {}));
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
