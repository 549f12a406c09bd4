package dev.nptune.lab;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// Where the lab keeps things: downloads in the cache folder, results of a run in the state folder.
///
/// @param cache `$XDG_CACHE_HOME/nptune` or `~/.cache/nptune`
/// @param state `$XDG_STATE_HOME/nptune` or `~/.local/state/nptune`
public record LabDirectories(Path cache, Path state) {
    /// What the kernel package takes, downloaded and unpacked, with room to spare, in bytes.
    static final long NEEDED_IN_CACHE = 700L << 20;

    /// What one run leaves, and as much again, in bytes.
    private static final long NEEDED_IN_STATE = 100L << 20;

    /// Reads the places from the environment, by the XDG base directory rules: relative paths there are ignored.
    public static LabDirectories of(Map<String, String> environment, Path home) {
        return new LabDirectories(
                base(environment.get("XDG_CACHE_HOME"), home.resolve(".cache")).resolve("nptune"),
                base(environment.get("XDG_STATE_HOME"), home.resolve(".local/state"))
                        .resolve("nptune"));
    }

    private static Path base(@org.jspecify.annotations.Nullable String value, Path otherwise) {
        return value == null || !value.startsWith("/") ? otherwise : Path.of(value);
    }

    /// Makes both folders and checks that they can be used.
    ///
    /// @param cacheIsWarm whether the cache already holds the kernel, so that no space is needed for it
    /// @throws UserException if one cannot be made or written, or there is no space
    public void prepare(boolean cacheIsWarm) throws UserException {
        writable(cache, "XDG_CACHE_HOME");
        writable(state, "XDG_STATE_HOME");
        needs(state, NEEDED_IN_STATE, "a run", "XDG_STATE_HOME");
        if (!cacheIsWarm) {
            needs(cache, NEEDED_IN_CACHE, "the lab's kernel", "XDG_CACHE_HOME");
        }
    }

    /// Checks that there is space for a kernel.
    ///
    /// @param bytes how much it takes
    static void spaceForKernel(Path folder, long bytes) throws UserException {
        needs(folder, bytes, "the lab's kernel", "XDG_CACHE_HOME");
    }

    private static void needs(Path folder, long bytes, String what, String variable) throws UserException {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < bytes) {
                throw new UserException(
                        Exit.CANNOT,
                        "no space in " + folder + ": " + what + " needs " + (bytes >> 20) + " MiB, " + (free >> 20)
                                + " MiB are free",
                        "free some space, or point " + variable + " at a larger disk");
            }
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read the free space of " + folder + ": " + IoReason.of(e),
                    "check the disk",
                    e);
        }
    }

    private static void writable(Path folder, String variable) throws UserException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "write-test", null));
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot write to " + folder + ": " + reason(e),
                    "make it writable, or point " + variable + " at a folder that is",
                    e);
        }
    }

    /// Where the folder above is there and this one still cannot be made, as in `/proc`, that is what is wrong.
    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "no folder can be made there" : IoReason.of(e);
    }
}
