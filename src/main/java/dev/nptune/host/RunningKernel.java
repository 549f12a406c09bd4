package dev.nptune.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel that is running, and since when.
///
/// @param release such as `6.12.9-amd64`
/// @param booted when the machine was started
public record RunningKernel(String release, Instant booted) {
    private static final Pattern BOOTED = Pattern.compile("(?m)^btime (\\d{1,12})$");

    /// Reads it; empty where `/proc` does not tell.
    ///
    /// @param root the machine's root directory
    public static Optional<RunningKernel> read(Path root) {
        try {
            String release =
                    Files.readString(root.resolve("proc/sys/kernel/osrelease")).strip();
            Matcher booted = BOOTED.matcher(Files.readString(root.resolve("proc/stat")));
            return booted.find() && !release.isEmpty()
                    ? Optional.of(new RunningKernel(release, Instant.ofEpochSecond(Long.parseLong(booted.group(1)))))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Whether it ran at a moment, as far as the past goes.
    public boolean ranAt(Instant moment) {
        return !moment.isBefore(booted);
    }
}
