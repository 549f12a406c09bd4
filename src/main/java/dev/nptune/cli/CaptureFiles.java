package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.metric.Judged;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The captures that a command is given.
final class CaptureFiles {
    private static final String STANDARD_INPUT = "-";

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Captures; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = "--process",
            paramLabel = "NAME|PID",
            description = "The program that is meant; else the one with the most frames, but not dwm.exe.")
    private @Nullable String process;

    /// A file and the capture in it that is meant.
    record Chosen(CaptureFile file, Capture capture) {}

    /// What came of reading them.
    ///
    /// @param chosen those that were read
    /// @param exit what the program ends with: [Exit#OK], or that of the first that could not be read
    record Read(List<Chosen> chosen, Exit exit) {}

    /// Reads all. Of several files, those that cannot be read are told and left out.
    ///
    /// @throws UserException if there is one file, and it cannot be read
    Read read(Cli cli) throws UserException {
        List<Chosen> chosen = new ArrayList<>();
        Exit exit = Exit.OK;
        for (String file : files) {
            try {
                CaptureFile read = open(file);
                chosen.add(new Chosen(read, chosen(read, process)));
            } catch (UserException e) {
                if (files.size() == 1) {
                    throw e;
                }
                cli.err().println("nptune: " + Printable.lines(String.valueOf(e.getMessage())));
                cli.err().println("  next: " + Printable.lines(e.nextStep()));
                exit = exit == Exit.OK ? e.exit() : exit;
            }
        }
        return new Read(chosen, exit);
    }

    /// Reads one.
    ///
    /// @param file its name, or `-` for standard input
    static CaptureFile open(String file) throws UserException {
        if (file.equals(STANDARD_INPUT)) {
            return CaptureFile.read(System.in, "standard input");
        }
        return path(file).isPresent() ? CaptureFile.read(path(file).get()) : refuseName(file);
    }

    /// The capture that is meant.
    ///
    /// @param process by name or number; null for the longest
    /// @throws UserException if there is no such process in the file
    static Capture chosen(CaptureFile file, @Nullable String process) throws UserException {
        return process == null ? file.longest() : file.of(process);
    }

    /// Sees to it that a capture has every frame.
    ///
    /// @param subject what a complaint begins with
    /// @throws UserException if it is a log of samples
    static void requireEveryFrame(Capture capture, String subject) throws UserException {
        if (Judged.of(capture).sampled()) {
            throw new UserException(
                    Exit.CANNOT,
                    subject + " is a log of samples, not of every frame",
                    "capture every frame: MangoHud with log_interval=0, PresentMon or CapFrameX");
        }
    }

    /// When a capture's time was 0, the guest's clock taken for one of this machine's time zone.
    static Optional<Instant> started(Capture capture) {
        return capture.started().map(at -> at.atZone(ZoneId.systemDefault()).toInstant());
    }

    private static Optional<Path> path(String file) {
        try {
            return Optional.of(Path.of(file));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private static CaptureFile refuseName(String file) throws UserException {
        throw new UserException(
                Exit.WRONG_USE, "'" + Printable.brief(file, 60) + "' is no name of a file", "name a file");
    }
}
