package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.bench.disk.DiskRun.Figures;
import dev.nptune.bench.disk.DiskRun.Latency;
import dev.nptune.bench.disk.DiskRun.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text that CrystalDiskMark copies and saves, in English, of all its versions, and KDiskMark's, which is like it.
///
/// - 7 and later: sections `[Read]`, `[Write]`, `[Mix]` of lines
///   `SEQ 1MiB (Q= 8, T= 1): 543.188 MB/s [ 518.0 IOPS] < 15407.04 us>`
/// - 5 and 6: `Random Read 4KiB (Q= 32,T= 1) : 281.610 MB/s [ 68752.4 IOPS]`
/// - 3 and 4: `Random Read 4KB (QD=32) : …`; before: `Random Read 4KB : …`, without IOPS
///
/// A throughput of 0 is a test that was not run. At most [#MAX_LINES] lines of at most [#MAX_LINE] characters are
/// looked at.
final class CrystalDiskMark {
    static final int MAX_LINES = 10_000;
    static final int MAX_LINE = 400;

    private static final Pattern TITLE =
            Pattern.compile("(CrystalDiskMark|KDiskMark)[ (]{1,4}([0-9][0-9A-Za-z.]{0,20})?");
    private static final Pattern SECTION = Pattern.compile("\\[(Read|Write|Mix)\\].*");
    private static final String RESULT = "\\s*:\\s*([0-9]{1,9}(?:\\.[0-9]{1,6})?) MB/s"
            + "(?:\\s*\\[\\s*([0-9]{1,12}(?:\\.[0-9]{1,6})?) IOPS\\])?"
            + "(?:\\s*<\\s*([0-9]{1,12}(?:\\.[0-9]{1,6})?) us>)?.*";
    private static final Pattern NEW = Pattern.compile(
            "(SEQ|RND|Sequential|Random)\\s+([0-9]{1,6}) ?([KM]i?B) \\(Q=\\s*([0-9]{1,5}),\\s*T=\\s*([0-9]{1,4})\\)"
                    + RESULT);
    private static final Pattern OLD = Pattern.compile(
            "(Sequential|Random) (Read|Write|Mix)(?: ([0-9]{1,6}) ?([KM]i?B))?(?: \\(([^)]{1,20})\\))?" + RESULT);
    private static final Pattern QUEUE = Pattern.compile("QD?=\\s*([0-9]{1,5})");
    private static final Pattern THREADS = Pattern.compile("T=\\s*([0-9]{1,4})");
    private static final Pattern TEST = Pattern.compile(
            "Test(?: Size)?\\s*:\\s*([0-9]{1,6}) ([MG]i?B)(?: \\(x([0-9]{1,3})\\))?(?: \\[(.{0,200}?)\\])?.*");
    private static final Pattern MEASURE = Pattern.compile(".*Measure:? ([0-9]{1,5}) sec.*");

    private final List<DiskRun> runs = new ArrayList<>();
    private Optional<Direction> section = Optional.empty();
    private Optional<Long> testBytes = Optional.empty();
    private Optional<Boolean> zeros = Optional.empty();
    private Optional<Integer> rounds = Optional.empty();
    private Optional<Integer> measure = Optional.empty();
    private String target = "";

    private CrystalDiskMark() {}

    static boolean isOne(String text) {
        return text.lines().limit(MAX_LINES).anyMatch(line -> {
            String plain = plain(line);
            return NEW.matcher(plain).matches() || OLD.matcher(plain).matches();
        });
    }

    private static String plain(String line) {
        return line.length() > MAX_LINE ? "" : line.strip();
    }

    /// @throws IllegalArgumentException if no test in it was run
    static DiskResult parse(String text) {
        CrystalDiskMark reading = new CrystalDiskMark();
        text.lines().limit(MAX_LINES).map(CrystalDiskMark::plain).forEach(reading::line);
        if (reading.runs.isEmpty()) {
            throw new IllegalArgumentException("no test of CrystalDiskMark's in it was run");
        }
        Matcher title = TITLE.matcher(text);
        boolean titled = title.find();
        List<DiskRun> complete = reading.runs.stream().map(reading::complete).toList();
        return new DiskResult(
                titled ? title.group(1) : "CrystalDiskMark",
                titled ? Optional.ofNullable(title.group(2)).orElse("") : "",
                reading.target,
                complete,
                List.of(),
                reading.measure.map(seconds -> (double) seconds * reading.rounds.orElse(1)));
    }

    private void line(String line) {
        Matcher part = SECTION.matcher(line);
        Matcher now = NEW.matcher(line);
        Matcher before = OLD.matcher(line);
        Matcher test = TEST.matcher(line);
        if (part.matches()) {
            section = Optional.of(direction(part.group(1)));
        } else if (now.matches()) {
            current(now);
        } else if (before.matches()) {
            former(before);
        } else if (test.matches()) {
            test(test, line);
        } else if (line.startsWith("Mode")) {
            zeros = Optional.of(line.contains("<0Fill>"));
        }
        Matcher time = MEASURE.matcher(line);
        if (time.matches()) {
            measure = Optional.of(Integer.parseInt(time.group(1)));
        }
    }

    /// A line of version 7 or later: the section says which way.
    private void current(Matcher m) {
        boolean random = m.group(1).startsWith("R");
        int queue = Integer.parseInt(m.group(4));
        int threads = Integer.parseInt(m.group(5));
        String name = (random ? "RND " : "SEQ ") + m.group(2) + m.group(3) + " Q" + queue + "T" + threads;
        Load load = load(random, Optional.of(bytes(m.group(2), m.group(3))), Optional.of(queue), Optional.of(threads));
        add(name, section.orElse(Direction.MIXED), load, m, 6);
    }

    private void former(Matcher m) {
        boolean random = m.group(1).equals("Random");
        String said = Optional.ofNullable(m.group(5)).orElse("");
        Optional<Integer> queue = number(QUEUE, said);
        // Version 3 had one thread and no word for it.
        Optional<Integer> threads = said.startsWith("QD") ? Optional.of(1) : number(THREADS, said);
        Optional<Long> block = Optional.ofNullable(m.group(3)).map(size -> bytes(size, m.group(4)));
        String name = (random ? "RND" : "SEQ")
                + Optional.ofNullable(m.group(3)).map(s -> " " + s + m.group(4)).orElse("")
                + queue.map(q -> " Q" + q).orElse("")
                + threads.map(t -> (queue.isPresent() ? "T" : " T") + t).orElse("");
        add(name, direction(m.group(2)), load(random, block, queue, threads), m, 6);
    }

    /// It opens its file past Windows' cache.
    private static Load load(boolean random, Optional<Long> block, Optional<Integer> queue, Optional<Integer> threads) {
        return new Load(
                Optional.of(random),
                block,
                queue,
                threads,
                Optional.empty(),
                Optional.of(true),
                Optional.empty(),
                Optional.empty());
    }

    private void add(String name, Direction direction, Load load, Matcher m, int at) {
        double rate = Double.parseDouble(m.group(at)) * 1e6;
        if (rate <= 0) {
            return;
        }
        Optional<Latency> latency = Optional.ofNullable(m.group(at + 2))
                .map(Double::parseDouble)
                .filter(us -> us > 0)
                .map(us -> new Latency("total", us, Optional.empty(), Map.of()));
        Optional<Double> iops =
                Optional.ofNullable(m.group(at + 1)).map(Double::parseDouble).filter(n -> n > 0);
        runs.add(new DiskRun(
                name,
                runs.size(),
                direction,
                load,
                new Figures(rate, iops, latency, Optional.empty(), Optional.empty())));
    }

    private void test(Matcher m, String line) {
        testBytes = Optional.of(bytes(m.group(1), m.group(2)));
        rounds = Optional.ofNullable(m.group(3)).map(Integer::parseInt);
        target = Optional.ofNullable(m.group(4))
                .filter(t -> !t.startsWith("Measure"))
                .orElse("");
        // Up to version 6 the mode stands here, if it is another than the usual one.
        zeros = zeros.or(() -> line.contains("(x") ? Optional.of(line.contains("<0Fill>")) : Optional.empty());
    }

    /// What stands below the tests belongs to each of them.
    private DiskRun complete(DiskRun run) {
        Load load = run.load();
        return new DiskRun(
                run.name(),
                run.group(),
                run.direction(),
                new Load(
                        load.random(),
                        load.blockBytes(),
                        load.queue(),
                        load.threads(),
                        testBytes,
                        load.direct(),
                        load.flushed(),
                        zeros),
                run.figures());
    }

    private static Direction direction(String word) {
        return switch (word) {
            case "Read" -> Direction.READ;
            case "Write" -> Direction.WRITE;
            default -> Direction.MIXED;
        };
    }

    private static Optional<Integer> number(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        return m.find() ? Optional.of(Integer.parseInt(m.group(1))) : Optional.empty();
    }

    /// All versions count in powers of two, those before 5 without saying so.
    private static long bytes(String number, String unit) {
        return Long.parseLong(number)
                << switch (unit.toUpperCase(Locale.ROOT).charAt(0)) {
                    case 'K' -> 10;
                    case 'M' -> 20;
                    default -> 30;
                };
    }
}
