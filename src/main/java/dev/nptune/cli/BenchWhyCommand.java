package dev.nptune.cli;

import dev.nptune.bench.capture.Capture;
import dev.nptune.bench.capture.CaptureFile;
import dev.nptune.bench.why.CoincidenceFinder;
import dev.nptune.bench.why.Coincidences;
import dev.nptune.bench.why.JoinedClocks;
import dev.nptune.bench.why.Stutters;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.watch.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `nptune bench why`: what of the host's events coincides with a capture's stutters.
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        header = {
            "Examples:",
            "  nptune record win10 -o rec                      while somebody plays and captures",
            "  nptune bench why capture.csv rec                by the capture's own date",
            "  nptune bench why capture.csv rec --start 2026-11-20T20:15:03.2 --error 20",
            ""
        },
        description = "Says which of the host's events were there when frames took too long, more than at other times."
                + " They coincide; whether one causes the other only shows when the same is run again without it.")
final class BenchWhyCommand implements Callable<Integer> {
    /// How far a guest's clock that is kept by NTP may be from its host's, in ms.
    private static final double USUAL_ERROR = 50;

    /// What a date in whole seconds adds to that.
    private static final double SECOND = 1000;

    private static final double MOST_ERROR = 60_000;
    private static final Pattern EPOCH = Pattern.compile("(?<seconds>\\d{1,12})(?:\\.(?<fraction>\\d{1,9}))?");

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Parameters(index = "0", paramLabel = "CAPTURE", description = "The frame times, from inside the VM.")
    private Path captured = Path.of("capture");

    @Parameters(index = "1", paramLabel = "REC", description = "What 'nptune record' wrote meanwhile.")
    private Path recorded = Path.of("rec");

    @Option(names = "--process", paramLabel = "NAME|PID", description = "The program that is meant, of several.")
    private @Nullable String process;

    @Option(
            names = "--start",
            paramLabel = "WHEN",
            description =
                    "The host's time when the capture began, at its first frame: a date and time, or seconds since"
                            + " 1970. Without it what the capture says, if it does.")
    private @Nullable String start;

    @Option(
            names = "--error",
            paramLabel = "MS",
            description =
                    "By how much that may be wrong, in milliseconds (50; 1050 if the capture tells whole seconds).")
    private @Nullable Double error;

    @Option(
            names = "--stutter",
            paramLabel = "DEFINITION",
            description = "What counts as one: capframex (2.5 times the trailing mean) or median (twice that of the 21"
                    + " frames around it; ${DEFAULT-VALUE}).")
    private String definition = "median";

    @Option(
            names = "--shifts",
            paramLabel = "N",
            description = "With how many random shifts to compare (${DEFAULT-VALUE}).")
    private int shifts = 2000;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "What is drawn follows from it (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws UserException {
        Cli cli = Objects.requireNonNull(bench).cli();
        Stutters.Definition chosen = definition();
        if (shifts < CoincidenceFinder.LEAST_SHIFTS) {
            throw wrongUse("--shifts " + shifts + " are too few", "give at least " + CoincidenceFinder.LEAST_SHIFTS);
        }
        Capture capture = capture();
        Zero zero = zero(capture);
        Recording recording = recording();
        JoinedClocks joined;
        try {
            joined = JoinedClocks.of(capture, recording, zero.at(), zero.errorMillis() / 1000, chosen);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UserException(
                    Exit.WRONG_USE, Printable.line(String.valueOf(e.getMessage())), "record for longer", e);
        }
        if (!joined.overlap()) {
            throw apart(joined);
        }
        Coincidences found =
                CoincidenceFinder.find(joined.stutters(), joined.events(), zero.errorMillis() / 1000, shifts, seed);
        BenchWhyDocument document = BenchWhyDocument.of(capture, recording, joined, chosen, zero.words(), found);
        cli.out()
                .print(
                        json
                                ? Json.pretty(document) + "\n"
                                : Printable.lines(BenchWhyText.render(document, cli.columns(), cli.unicode())));
        return Exit.OK.code();
    }

    private Stutters.Definition definition() throws UserException {
        return switch (definition.toLowerCase(Locale.ROOT)) {
            case "capframex" -> Stutters.Definition.CAPFRAMEX;
            case "median" -> Stutters.Definition.ROLLING_MEDIAN;
            default ->
                throw wrongUse(
                        "there is no definition of stutter '" + Printable.brief(definition, 40) + "'",
                        "give --stutter median or --stutter capframex");
        };
    }

    private Capture capture() throws UserException {
        CaptureFile file = CaptureFile.read(captured);
        Capture capture = CaptureFiles.chosen(file, process);
        CaptureFiles.requireEveryFrame(capture, Printable.brief(capture.source(), 200));
        return capture;
    }

    private Recording recording() throws UserException {
        try {
            return Recording.read(recorded);
        } catch (IOException e) {
            throw new UserException(
                    Exit.CANNOT,
                    "cannot read " + Printable.brief(recorded.toString(), 200) + ": " + IoReason.of(e),
                    "name a file that 'nptune record' wrote",
                    e);
        }
    }

    /// When the capture's time was 0.
    ///
    /// @param from how that is known, in words
    /// @param stated whether somebody said how wrong it may be
    private record Zero(Instant at, double errorMillis, boolean stated, String from) {
        String words() {
            return String.format(
                    Locale.ROOT,
                    stated
                            ? "%s, wrong by up to %.0f ms"
                            : "%s, taken to be right within %.0f ms, which was not measured",
                    from,
                    errorMillis);
        }
    }

    private Zero zero(Capture capture) throws UserException {
        if (error != null && !(error >= 0 && error <= MOST_ERROR)) {
            throw wrongUse("--error " + error + " is out of range", "give milliseconds from 0 to 60000");
        }
        if (start != null) {
            Instant began = when(start);
            return new Zero(
                    began.minusNanos(Math.round(1e9 * JoinedClocks.first(capture))),
                    error == null ? USUAL_ERROR : error,
                    error != null,
                    "as given by --start");
        }
        Instant said = CaptureFiles.started(capture)
                .orElseThrow(() -> wrongUse(
                        "the capture does not say when it was made, so it cannot be laid over the recording",
                        "give --start with the host's time when the capture began"));
        double usual = said.equals(said.truncatedTo(ChronoUnit.SECONDS)) ? USUAL_ERROR + SECOND : USUAL_ERROR;
        return new Zero(
                said,
                error == null ? usual : error,
                error != null,
                "by the capture's own date, the guest's clock taken for the host's");
    }

    private static Instant when(String text) throws UserException {
        Matcher epoch = EPOCH.matcher(text.strip());
        if (epoch.matches()) {
            String fraction = epoch.group("fraction") == null ? "" : epoch.group("fraction");
            return Instant.ofEpochSecond(
                    Long.parseLong(epoch.group("seconds")), Long.parseLong((fraction + "000000000").substring(0, 9)));
        }
        try {
            return LocalDateTime.parse(text.strip().replace(' ', 'T'))
                    .atZone(ZoneId.systemDefault())
                    .toInstant();
        } catch (DateTimeParseException _) {
            // perhaps with a zone
        }
        try {
            return OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
        } catch (DateTimeParseException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "--start '" + Printable.brief(text, 60) + "' is no time",
                    "write it as 2026-11-20T20:15:03.250, with +01:00 or Z behind it if it is not local, or in seconds"
                            + " since 1970",
                    e);
        }
    }

    private static UserException apart(JoinedClocks joined) {
        return wrongUse(
                String.format(
                        Locale.ROOT,
                        "the capture ran from %.1f s to %.1f s of a recording that is %.1f s long: they have no moment in"
                                + " common",
                        joined.begins(),
                        joined.ends(),
                        joined.recorded()),
                "give --start with the host's time when the capture began; a guest's clock may be in another time zone");
    }

    private static UserException wrongUse(String what, String next) {
        return new UserException(Exit.WRONG_USE, what, next);
    }
}
