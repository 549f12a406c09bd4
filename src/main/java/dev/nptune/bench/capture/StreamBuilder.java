package dev.nptune.bench.capture;

import dev.nptune.bench.capture.BadRows.BadRow;
import dev.nptune.bench.capture.Head.Found;
import dev.nptune.internal.text.UserException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes in the rows of one stream: what makes a row a frame is decided here, whoever read it.
final class StreamBuilder {
    /// The longest frame believed, in the file's unit: an hour in ms, and 3.6 s in µs.
    private static final double LONGEST = 3.6e6;

    /// How many frames are looked at to tell ms from µs.
    private static final int LOOKED_AT = 4096;

    /// Fps times frame time is 1000 in ms and 1 000 000 in µs, as MangoHud 0.6.0 wrote; this lies between.
    private static final double MICROSECONDS = 3e4;

    private static final long NANOS = 1_000_000_000L;

    private final Layout layout;
    private final Budget budget;
    private final String process;
    private final String pid;
    private final String chain;
    private final byte[][] key;
    private final int cells;

    private final Doubles frames = new Doubles();
    private final @Nullable Doubles displayed;
    private final List<Column> kept;
    private final Doubles[] columns;
    private final Doubles products = new Doubles();
    private final List<BadRow> firstBad = new ArrayList<>();
    private long bad;
    private long generated;
    private long firstDate = Dates.NONE;
    private double previous = Double.NaN;
    private boolean begun;

    StreamBuilder(Layout layout, Budget budget, String process, String pid, String chain) {
        this.layout = layout;
        this.budget = budget;
        this.process = process;
        this.pid = pid;
        this.chain = chain;
        this.key = new byte[][] {bytes(process), bytes(pid), bytes(chain)};
        this.displayed = layout.has(Slot.DISPLAY) ? new Doubles() : null;
        this.kept = Arrays.stream(Column.values()).filter(this::tells).toList();
        this.columns = Stream.generate(Doubles::new).limit(kept.size()).toArray(Doubles[]::new);
        this.cells = 1 + kept.size();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private boolean tells(Column column) {
        return switch (column) {
            case TIME -> layout.has(Slot.TIME) || layout.has(Slot.DATE) || layout.cumulative();
            case DROPPED -> layout.dropped != Layout.Dropped.UNKNOWN;
            case QPC, IN_PRESENT, UNTIL_DISPLAYED, ANIMATION_ERROR -> layout.has(column.slot());
        };
    }

    /// Process, PID and swap chain as bytes, to compare a row with.
    byte[][] key() {
        return key;
    }

    BadRows badRows() {
        return new BadRows(bad, firstBad);
    }

    /// Takes a row.
    ///
    /// @param line its line, from 1
    /// @param numbers the numbers of all slots from [Slot#FRAME] on; NaN where there is none
    /// @param foreign whether the frame was not made by the program
    /// @param date see [Dates]
    /// @param text the row's text, for messages
    /// @throws UserException if the file holds too much
    void row(long line, double[] numbers, boolean foreign, long date, Table.RowText text) throws UserException {
        double display = number(numbers, Slot.DISPLAY);
        if (displayed != null && display > 0 && display <= LONGEST) {
            budget.take(1);
            displayed.add(display);
        }
        if (foreign) {
            generated++;
            return;
        }
        double time = number(numbers, Slot.FRAME);
        boolean first = layout.cumulative() ? Double.isNaN(previous) && time >= 0 : !begun;
        double frame = frameTime(numbers);
        if (frame > 0 && frame <= LONGEST) {
            budget.take(cells);
            frames.add(frame);
            addColumns(numbers, date, time);
        } else if (!first || !(frame == 0 || layout.cumulative())) {
            // the first present has none before it, and 0 or no difference is how that looks
            bad(line, frame, text);
        }
        begun = true;
    }

    private static double number(double[] numbers, Slot slot) {
        return numbers[slot.at() - Slot.NUMBERS];
    }

    private double frameTime(double[] numbers) {
        double time = number(numbers, Slot.FRAME);
        double rate = number(numbers, Slot.FPS);
        return switch (layout.format) {
            case PRESENTMON_2_0 -> time + number(numbers, Slot.REST);
            case FRAPS -> {
                double difference = time - previous;
                previous = time;
                yield difference;
            }
            case AFTERBURNER -> layout.has(Slot.FRAME) ? time : 1000 / rate;
            case MANGOHUD -> {
                if (products.size() < LOOKED_AT && time * rate > 0) {
                    products.add(time * rate);
                }
                yield time;
            }
            default -> time;
        };
    }

    private void addColumns(double[] numbers, long date, double time) {
        for (int i = 0; i < columns.length; i++) {
            columns[i].add(cell(kept.get(i), numbers, date, time));
        }
    }

    private double cell(Column column, double[] numbers, long date, double time) {
        return switch (column) {
            case TIME ->
                layout.has(Slot.DATE) ? sinceFirst(date) : layout.cumulative() ? time : number(numbers, Slot.TIME);
            case DROPPED -> dropped(numbers) ? 1 : 0;
            case UNTIL_DISPLAYED -> dropped(numbers) ? Double.NaN : number(numbers, Slot.UNTIL_DISPLAYED);
            case QPC, IN_PRESENT, ANIMATION_ERROR -> number(numbers, column.slot());
        };
    }

    private double sinceFirst(long date) {
        if (date == Dates.NONE) {
            return Double.NaN;
        }
        if (firstDate == Dates.NONE) {
            firstDate = date;
        }
        return (date - firstDate) / 1e9;
    }

    private boolean dropped(double[] numbers) {
        return switch (layout.dropped) {
            case UNKNOWN -> false;
            case COLUMN -> number(numbers, Slot.DROPPED) == 1;
            case NEVER_DISPLAYED -> Double.isNaN(number(numbers, Slot.UNTIL_DISPLAYED));
            case NO_DISPLAY_TIME -> Double.isNaN(number(numbers, Slot.DISPLAY));
        };
    }

    private void bad(long line, double frame, Table.RowText text) {
        bad++;
        if (firstBad.size() == BadRows.TOLD) {
            return;
        }
        Slot slot = layout.has(Slot.FRAME) ? Slot.FRAME : Slot.FPS;
        String title = layout.title(slot).orElse("").strip();
        Optional<String> found = text.of(slot).map(String::strip);
        String why = found.isEmpty()
                ? "it ends before " + title
                : layout.cumulative() && frame <= 0
                        ? title + " does not grow"
                        : frame == 0 ? title + " is 0" : title + " is " + Messages.quote(found.get());
        firstBad.add(new BadRow(line, why));
    }

    /// Notes a row that was cut off.
    void cut(long line) {
        bad++;
        if (firstBad.size() < BadRows.TOLD) {
            firstBad.add(new BadRow(line, "the file ends in the middle of it"));
        }
    }

    Capture finish(String source, Found found) {
        boolean micros = products.size() > 0 && median(products) > MICROSECONDS;
        if (micros) {
            frames.divide(1000);
        }
        Map<Column, Series> series = new EnumMap<>(Column.class);
        for (int i = 0; i < columns.length; i++) {
            if (kept.get(i) == Column.TIME && !layout.has(Slot.DATE)) {
                columns[i].divide(Clocks.unitsPerSecond(layout.clock, columns[i], frames));
            }
            series.put(kept.get(i), columns[i].finish());
        }
        Series times = frames.finish();
        if (!series.containsKey(Column.TIME) && series.containsKey(Column.QPC)) {
            Clocks.ofTicks(series.get(Column.QPC), times).ifPresent(t -> series.put(Column.TIME, t));
        }
        return new Capture(
                source,
                layout.format,
                micros ? Optional.of(found.version().orElse("0.6.0, which wrote microseconds")) : found.version(),
                process.isEmpty() ? found.info().getOrDefault("ProcessName", "") : process,
                pidNumber(),
                chain,
                started(),
                times,
                displayed == null ? Series.of() : displayed.finish(),
                series,
                generated,
                badRows(),
                found.info());
    }

    private static double median(Doubles values) {
        Series sorted = Series.of(values.finish().toArray()).ascending();
        return sorted.get(sorted.size() / 2);
    }

    private OptionalLong pidNumber() {
        return pid.matches("[0-9]{1,10}") ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }

    private Optional<LocalDateTime> started() {
        return firstDate == Dates.NONE
                ? Optional.empty()
                : Optional.of(LocalDateTime.ofEpochSecond(
                        Math.floorDiv(firstDate, NANOS), (int) Math.floorMod(firstDate, NANOS), ZoneOffset.UTC));
    }
}
