package dev.nptune.watch.screen;

import dev.nptune.internal.text.ByteSize;
import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.watch.LiveView;
import dev.nptune.watch.LiveView.HostCpu;
import dev.nptune.watch.LiveView.Rate;
import dev.nptune.watch.LiveView.Vcpu;
import dev.nptune.watch.Source;
import dev.nptune.watch.screen.Screen.Line;
import dev.nptune.watch.screen.Screen.Role;
import dev.nptune.watch.screen.Screen.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// A running VM on a screen.
public final class WatchScreen {
    /// Lines around those of vCPUs.
    private static final int AROUND = 11;

    /// From how many milliseconds a second on a vCPU's delay is felt: a frame of 240 a second is 4 ms long.
    private static final double FELT = 4;

    private static final double NOTED = 0.5;

    private final LiveView view;
    private final int columns;
    private final boolean unicode;

    private WatchScreen(LiveView view, int columns, boolean unicode) {
        this.view = view;
        this.columns = columns;
        this.unicode = unicode;
    }

    /// What fits.
    ///
    /// @param rows lines of the terminal
    /// @param columns its width
    /// @param unicode whether it shows more than ASCII
    /// @param first which vCPU to show first, counted from 0, see [#scrolled]
    public static Screen of(LiveView view, int rows, int columns, boolean unicode, int first) {
        WatchScreen screen = new WatchScreen(view, columns, unicode);
        int room = room(view, rows);
        List<Line> lines = new ArrayList<>(screen.head());
        lines.addAll(screen.table(first, room));
        lines.addAll(screen.below());
        lines.add(Line.of(screen.footer(first, room), Role.ASIDE));
        return screen.fitting(lines.subList(0, Math.min(rows, lines.size())));
    }

    /// All of it, however long, without what is said to a person at a terminal.
    public static Screen whole(LiveView view, int columns, boolean unicode) {
        WatchScreen screen = new WatchScreen(view, columns, unicode);
        List<Line> lines = new ArrayList<>(screen.head());
        lines.addAll(screen.table(0, Integer.MAX_VALUE));
        lines.addAll(screen.below());
        screen.absent()
                .forEach(source -> lines.add(Line.of(
                        "not seen: " + source.gives() + ": " + source.absent().orElse(""), Role.ASIDE)));
        return screen.fitting(lines);
    }

    /// A screen that says one thing.
    public static Screen saying(String what, int columns, boolean unicode) {
        return new Screen(List.of(
                Line.of(what, Role.NOTICE).fit(columns, unicode),
                Line.of("q leaves", Role.ASIDE).fit(columns, unicode)));
    }

    /// The next first vCPU that leaves no line unused.
    ///
    /// @param first the one wished for
    public static int scrolled(LiveView view, int rows, int first) {
        return Math.clamp(first, 0, Math.max(0, view.vcpus().size() - room(view, rows)));
    }

    private static int room(LiveView view, int rows) {
        return Math.max(1, rows - AROUND - (counts(view) ? 1 : 0));
    }

    /// Whether exits are counted by reason.
    private static boolean counts(LiveView view) {
        return view.sources().stream().anyMatch(s -> s.available() && s.name().equals("trace"));
    }

    private Screen fitting(List<Line> lines) {
        return new Screen(lines.stream().map(line -> line.fit(columns, unicode)).toList());
    }

    private List<Line> head() {
        String name = view.vm().isEmpty() ? "process " + view.pid() : view.vm() + "  process " + view.pid();
        double delay = view.delay();
        return List.of(
                Line.of(
                        String.format(
                                "%s  %d vCPUs  over %.1f s", name, view.vcpus().size(), view.seconds()),
                        Role.HEADING),
                new Line(List.of(
                        new Span("run delay ", Role.PLAIN),
                        new Span(String.format("%.1f ms/s", delay), role(delay)),
                        new Span(
                                String.format(
                                        "  migrations %s/s  page faults %s/s (%s from disk)",
                                        count(view.migrations()),
                                        count(view.faults().minor()),
                                        count(view.faults().major())),
                                Role.PLAIN))),
                Line.of(String.format(
                        "QEMU's other %d threads: %.0f %% of a core, run delay %.1f ms/s",
                        view.others().threads(),
                        view.others().load() * 100,
                        view.others().delay())),
                Line.of(""));
    }

    private static Role role(double delay) {
        return delay >= FELT ? Role.ALARM : delay >= NOTED ? Role.NOTICE : Role.PLAIN;
    }

    private List<Line> table(int first, int room) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("vCPU  CPU  may run on    runs  others  delay ms/s  migr/s  exits/s  irqs/s", Role.HEADING));
        if (view.vcpus().isEmpty()) {
            lines.add(Line.of(
                    "no thread is known to run a vCPU: QEMU has no debug-threads=on, or give --qmp", Role.NOTICE));
        }
        view.vcpus().stream().skip(first).limit(room).map(this::row).forEach(lines::add);
        lines.add(Line.of(""));
        return lines;
    }

    private Line row(Vcpu vcpu) {
        Optional<HostCpu> cpu = vcpu.cpu().isEmpty()
                ? Optional.empty()
                : view.cpus().stream()
                        .filter(c -> c.number() == vcpu.cpu().getAsInt())
                        .findFirst();
        String allowed = vcpu.allowed().toString();
        String others = cpu.map(c -> percent(c.others())).orElse("-");
        boolean shared = cpu.filter(c -> c.vcpus().size() > 1).isPresent();
        return new Line(List.of(
                new Span(
                        String.format(
                                "%4d %4s%s %-11s %6s ",
                                vcpu.number(),
                                vcpu.cpu().isPresent()
                                        ? Integer.toString(vcpu.cpu().getAsInt())
                                        : "-",
                                shared ? "+" : " ",
                                DisplayWidth.cut(allowed, 11, unicode ? "…" : "..."),
                                percent(vcpu.load())),
                        Role.PLAIN),
                new Span(
                        String.format(" %6s", others),
                        cpu.filter(c -> c.others() >= 0.1).isPresent() ? Role.NOTICE : Role.PLAIN),
                new Span(String.format("  %10.1f", vcpu.delay()), role(vcpu.delay())),
                new Span(
                        String.format("  %6s", count(vcpu.migrations())),
                        vcpu.migrations() >= 1 ? Role.NOTICE : Role.PLAIN),
                new Span(
                        String.format(
                                "  %7s  %6s",
                                vcpu.exits().isPresent() ? count(vcpu.exits().getAsDouble()) : "-",
                                cpu.map(c -> count(c.interrupts())).orElse("-")),
                        Role.PLAIN)));
    }

    private List<Line> below() {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("exits/s     " + list(view.exits(), "exits", "kvm")));
        if (counts(view)) {
            lines.add(Line.of("reasons/s   " + list(view.reasons(), "trace")));
        }
        lines.add(Line.of("irqs/s      " + list(view.interrupts(), "interrupts")));
        lines.add(Line.of("softirqs/s  " + list(view.softirqs(), "softirqs")));
        lines.add(Line.of("memory      " + memory()));
        return lines;
    }

    private String why(String source) {
        return view.sources().stream()
                .filter(s -> s.name().equals(source))
                .flatMap(s -> s.absent().stream())
                .findFirst()
                .orElse("no source");
    }

    /// @param sources who may tell; why it is not known is said of the first
    private String list(Optional<List<Rate>> rates, String... sources) {
        if (rates.isEmpty()) {
            boolean told = view.sources().stream()
                    .anyMatch(s -> s.available() && List.of(sources).contains(s.name()));
            return told ? "not known yet" : "not known: " + why(sources[0]);
        }
        return rates.get().isEmpty()
                ? "none"
                : rates.get().stream()
                        .map(r -> r.name() + " " + count(r.perSecond()))
                        .collect(Collectors.joining(", "));
    }

    private String memory() {
        LiveView.Memory memory = view.memory();
        if (memory.mapped().isPresent()) {
            LiveView.Mapped mapped = memory.mapped().get();
            return "mapped for the guest: " + ByteSize.of(mapped.huge()) + " in 1 GiB pages, "
                    + ByteSize.of(mapped.large()) + " in 2 MiB, " + ByteSize.of(mapped.small()) + " in 4 KiB";
        }
        if (memory.resident().isEmpty()) {
            return "not known: " + why("memory");
        }
        return ByteSize.of(memory.resident().getAsLong()) + " resident, " + size(memory.transparent())
                + " of it in transparent huge pages; " + size(memory.pool()) + " from huge page pools";
    }

    private static String size(OptionalLong bytes) {
        return bytes.isEmpty() || bytes.getAsLong() == 0 ? "none" : ByteSize.of(bytes.getAsLong());
    }

    private List<Source> absent() {
        return view.sources().stream().filter(s -> !s.available()).toList();
    }

    private String footer(int first, int room) {
        int all = view.vcpus().size();
        String which = all <= room
                ? ""
                : String.format(
                        "; vCPUs %d to %d of %d, up and down for the others",
                        first + 1, Math.min(all, first + room), all);
        List<Source> absent = absent();
        String missing = absent.isEmpty()
                ? ""
                : "; absent: " + absent.stream().map(Source::name).collect(Collectors.joining(", "))
                        + " (--once says why)";
        return "q leaves" + which + missing;
    }

    private static String percent(double share) {
        return String.format("%.0f %%", share * 100);
    }

    /// In as few signs as its size needs: `0`, `0.4`, `12`, `45.1k`, `1.2M`.
    static String count(double value) {
        if (value >= 999_950) {
            return String.format("%.1fM", value / 1e6);
        }
        if (value >= 9_999.5) {
            return String.format("%.1fk", value / 1e3);
        }
        return value > 0 && value < 9.95 ? String.format("%.1f", value) : String.format("%.0f", value);
    }
}
