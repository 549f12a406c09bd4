package dev.nptune.bench.capture;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The frames of one process on one swap chain.
///
/// All columns have as many values as there are frame times, and the same place in each is the same frame. Display
/// changes are a sequence of their own, since a generated frame has one and no present. Nothing in it can be changed:
/// numbers are given out as [Series].
///
/// @param source the file's name as it was given
/// @param format who wrote it
/// @param version of that tool, where the file tells
/// @param process the program's name; empty if the file does not tell
/// @param pid its number
/// @param swapChain the swap chain's address as the file has it, or the run of a CapFrameX record; may be empty
/// @param started what the guest's clock showed when [Column#TIME] was 0, without a time zone
/// @param frameTimes from one present to the next, in ms, all above 0
/// @param displayTimes from one display change to the next, in ms, all above 0; empty if the file does not tell
/// @param columns what else it tells
/// @param generated frames that the driver or the game's upscaler made, not the game
/// @param badRows rows left out
/// @param info what else the file says of the machine, under the file's own names
public record Capture(
        String source,
        Format format,
        Optional<String> version,
        String process,
        OptionalLong pid,
        String swapChain,
        Optional<LocalDateTime> started,
        Series frameTimes,
        Series displayTimes,
        Map<Column, Series> columns,
        long generated,
        BadRows badRows,
        Map<String, String> info) {
    /// How many display changes there are for a present when frames are generated, at least. Dropped frames make it
    /// less than 1, interpolation 2 or more.
    private static final double GENERATING = 1.3;

    public Capture {
        columns = Map.copyOf(columns);
        info = Map.copyOf(info);
        columns.forEach((column, series) -> {
            if (series.size() != frameTimes.size()) {
                throw new IllegalArgumentException(
                        column + " has " + series.size() + " values for " + frameTimes.size() + " frames");
            }
        });
    }

    /// A capture of nothing but frame times.
    ///
    /// @param millis in ms, all above 0
    public static Capture ofFrameTimes(String source, double... millis) {
        return new Capture(
                source,
                Format.PLAIN,
                Optional.empty(),
                "",
                OptionalLong.empty(),
                "",
                Optional.empty(),
                Series.of(millis),
                Series.of(),
                Map.of(),
                0,
                BadRows.NONE,
                Map.of());
    }

    /// A column, if the file has it.
    public Optional<Series> column(Column column) {
        return Optional.ofNullable(columns.get(column));
    }

    /// One of the two sequences of times, in ms.
    public Series times(Track track) {
        return switch (track) {
            case PRESENTS -> frameTimes;
            case DISPLAYED -> displayTimes;
        };
    }

    /// How many frames the game presented.
    public int frames() {
        return frameTimes.size();
    }

    /// All frame times together, in seconds.
    public double seconds() {
        return frameTimes.sum() / 1000;
    }

    /// How long the capture took by its time stamps, in seconds, from the first present to the last.
    public OptionalDouble elapsed() {
        return column(Column.TIME)
                .filter(times -> times.size() > 1)
                .map(times -> times.get(times.size() - 1) - times.get(0))
                .filter(seconds -> seconds > 0)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /// Which part of the elapsed time the frame times add up to: 1 if every frame is in the capture. The first frame
    /// time is of before the first time stamp, or the last of after the last, and does not count.
    public OptionalDouble coverage() {
        OptionalDouble elapsed = elapsed();
        return elapsed.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((frameTimes.sum() - outside()) / 1000 / elapsed.getAsDouble());
    }

    private double outside() {
        return frameTimes.get(format.stampsBegin() ? frameTimes.size() - 1 : 0);
    }

    /// Whether frames were generated: the file says so, or there are clearly more display changes than presents.
    public boolean framesGenerated() {
        return generated > 0 || (frames() > 0 && displayTimes.size() > GENERATING * frames());
    }

    /// When the file says that it was saved, which is when the capture ended or later; of CapFrameX's records.
    public Optional<Instant> saved() {
        String date = info.getOrDefault("CreationDate", "");
        try {
            return Optional.of(OffsetDateTime.parse(date).toInstant());
        } catch (DateTimeParseException _) {
            // perhaps without a zone, in UTC then
        }
        try {
            return Optional.of(LocalDateTime.parse(date).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /// Program and number, for people.
    public String name() {
        return (process.isEmpty() ? "a program without a name" : process)
                + (pid.isPresent() ? " (" + pid.getAsLong() + ")" : "");
    }
}
