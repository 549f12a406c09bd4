package dev.nptune.cli;

import dev.nptune.internal.text.UserException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Reads captures.
interface FrameTimeSource {
    /// Frame times in milliseconds, in order.
    double[] frames(Path file) throws UserException;

    /// When the capture began; empty where that is not known.
    default Optional<Instant> started(Path file) throws UserException {
        return Optional.empty();
    }
}
