package dev.nptune.bench.capture;

import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.NearMiss;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A file with captures: each process and swap chain in it is one.
///
/// What a file is, is found out from its beginning ([Head]). It is read in one pass and never held: memory goes by
/// what is kept, see [Budget]. Whatever the bytes are, the result is this or a [UserException].
///
/// @param source the file's name as it was given
/// @param captures with at least one frame each, the longest first
public record CaptureFile(String source, List<Capture> captures) {
    /// The compositor, which presents as well and is not what was measured.
    private static final String COMPOSITOR = "dwm.exe";

    private static final int TOLD = 8;

    private static final double SHORTEST_MILLIS = 0.5;

    public CaptureFile {
        captures = captures.stream()
                .sorted(Comparator.comparingInt(Capture::frames).reversed())
                .toList();
        if (captures.isEmpty()) {
            throw new IllegalArgumentException("no capture");
        }
    }

    /// Reads a file.
    ///
    /// @throws UserException if it cannot be read or is no capture, saying what it is instead where that is seen
    public static CaptureFile read(Path file) throws UserException {
        if (Files.isDirectory(file)) {
            throw Messages.refuse(file.toString(), "is a folder", "give the files in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw cannotRead(file.toString(), e);
        }
    }

    /// Reads what comes out of a stream, which is not closed.
    ///
    /// @param source what to call it
    /// @throws UserException as above
    public static CaptureFile read(InputStream in, String source) throws UserException {
        return read(in, source, FrameRows::read);
    }

    static CaptureFile read(InputStream in, String source, Table.Reader reader) throws UserException {
        Budget budget = Budget.of(source);
        try {
            byte[] first = in.readNBytes(Table.BUFFER);
            Head.check(source, first, first.length);
            return new CaptureFile(
                    source,
                    Head.isJson(first, first.length)
                            ? CapFrameXJson.read(
                                    new SequenceInputStream(new ByteArrayInputStream(first), in), source, budget)
                            : table(first, in, source, budget, reader));
        } catch (IOException e) {
            throw cannotRead(source, e);
        }
    }

    private static UserException cannotRead(String source, IOException e) {
        return new UserException(
                Exit.CANNOT,
                "cannot read " + Messages.name(source) + ": " + IoReason.of(e),
                "name a file that you may read",
                e);
    }

    private static List<Capture> table(
            byte[] first, InputStream rest, String source, Budget budget, Table.Reader reader)
            throws IOException, UserException {
        Head.Found found = Head.find(source, first, first.length);
        Streams streams = new Streams(source, found, budget);
        reader.read(new Table(first, found.from(), first.length, rest, found.line(), found.layout(), streams));
        List<Capture> captures = streams.finish();
        if (!captures.isEmpty()) {
            refuseSeconds(captures.getFirst(), source);
            return captures;
        }
        String why = streams.firstBad().stream()
                .map(bad -> ": line " + bad.line() + ": " + bad.why())
                .collect(Collectors.joining());
        throw Messages.refuse(
                source,
                "by " + found.layout().format.title() + " holds no frame" + why,
                "record again, for longer than a moment");
    }

    /// A list does not say its unit, and no game makes two frames a millisecond.
    private static void refuseSeconds(Capture capture, String source) throws UserException {
        Series sorted = capture.frameTimes().ascending();
        if (capture.format() == Format.PLAIN && sorted.get(sorted.size() / 2) < SHORTEST_MILLIS) {
            throw Messages.refuse(
                    source,
                    "is a list of numbers too small to be frame times in ms",
                    "give milliseconds; seconds times 1000");
        }
    }

    /// The capture that is meant where nobody says: the longest that is not the compositor's.
    public Capture longest() {
        return captures.stream()
                .filter(capture -> !capture.process().equalsIgnoreCase(COMPOSITOR))
                .findFirst()
                .orElse(captures.getFirst());
    }

    /// All runs of the same scene: CapFrameX can keep several in one record. Of other formats, and of other processes
    /// in
    /// the same file, only the given one.
    ///
    /// @param chosen one of [#captures]
    /// @return in the order in which they were made
    public List<Capture> runsWith(Capture chosen) {
        if (chosen.format() != Format.CAPFRAMEX_JSON) {
            return List.of(chosen);
        }
        return captures.stream()
                .filter(capture -> capture.process().equals(chosen.process()))
                .sorted(Comparator.comparingInt((Capture c) -> c.swapChain().length())
                        .thenComparing(Capture::swapChain))
                .toList();
    }

    /// The longest capture of a process.
    ///
    /// @param process its name, in any case, with or without `.exe`, or its number
    /// @throws UserException if there is no such process in the file, naming those that are
    public Capture of(String process) throws UserException {
        return captures.stream()
                .filter(capture -> matches(capture, process))
                .findFirst()
                .orElseThrow(() -> unknown(process));
    }

    private static boolean matches(Capture capture, String process) {
        String name = capture.process();
        return name.equalsIgnoreCase(process)
                || name.equalsIgnoreCase(process + ".exe")
                || (capture.pid().isPresent()
                        && String.valueOf(capture.pid().getAsLong()).equals(process));
    }

    private UserException unknown(String process) {
        List<String> names = captures.stream()
                .map(Capture::process)
                .filter(n -> !n.isEmpty())
                .distinct()
                .toList();
        List<String> near = NearMiss.of(
                process.toLowerCase(Locale.ROOT),
                names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList());
        String told = names.stream().limit(TOLD).map(Messages::name).collect(Collectors.joining(", "));
        String next = !near.isEmpty()
                ? "did you mean " + Messages.name(near.getFirst()) + "?"
                : names.isEmpty()
                        ? "leave out --process: the file names no process"
                        : "give one of: " + told + (names.size() > TOLD ? ", …" : "");
        return new UserException(
                Exit.WRONG_USE, Messages.name(source) + " has no process " + Messages.quote(process), next);
    }
}
