package dev.nptune.watch.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.Golden;
import dev.nptune.host.CpuSet;
import dev.nptune.internal.text.DisplayWidth;
import dev.nptune.watch.LiveView;
import dev.nptune.watch.LiveView.HostCpu;
import dev.nptune.watch.LiveView.Mapped;
import dev.nptune.watch.LiveView.Memory;
import dev.nptune.watch.LiveView.Rate;
import dev.nptune.watch.LiveView.Vcpu;
import dev.nptune.watch.Source;
import dev.nptune.watch.screen.Screen.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Made-up VMs. No figure in here was measured anywhere.
class WatchScreenTest {
    static LiveView view(String name, int vcpus, boolean exits, Memory memory) {
        List<Vcpu> all = new ArrayList<>();
        List<HostCpu> cpus = new ArrayList<>();
        for (int i = 0; i < vcpus; i++) {
            int cpu = i == 1 ? 8 : 8 + i;
            all.add(new Vcpu(
                    i,
                    4711 + i,
                    i == 3 ? OptionalInt.empty() : OptionalInt.of(cpu),
                    CpuSet.parse(i == 2 ? "0,2,4,6,8,10,12,14,16" : "" + (8 + i)),
                    0.97 - i * 0.02,
                    i == 0 ? 0 : i == 2 ? 12.34 : 0.6,
                    i == 2 ? 3 : 0,
                    i,
                    exits ? OptionalDouble.of(12_345 * i) : OptionalDouble.empty()));
            cpus.add(new HostCpu(8 + i, List.of(i), 1, i == 2 ? 0.2 : 0.01, 250 + i, 70));
        }
        cpus.set(0, new HostCpu(8, List.of(0, 1), 1, 0.03, 1250, 70));
        return new LiveView(
                1,
                name,
                4700,
                1.002,
                all,
                cpus,
                new LiveView.Others(14, 0.23, 4.5),
                new LiveView.Faults(120, 0.4),
                exits
                        ? Optional.of(List.of(new Rate("exits", 1_234_567), new Rate("halt_exits", 45_100)))
                        : Optional.empty(),
                Optional.empty(),
                Optional.of(List.of(new Rate("LOC Local timer interrupts", 2004), new Rate("36 nvme0q1", 511.3))),
                Optional.of(List.of(new Rate("SCHED", 41))),
                memory,
                List.of(
                        new Source("schedstat", "a", "run delay", 100, Optional.empty()),
                        exits
                                ? new Source("exits", "b", "exits", 1, Optional.empty())
                                : new Source(
                                        "exits", "b", "exits of each vCPU", 0, Optional.of("QEMU is \u001b[31mold")),
                        new Source("kvm", "c", "exits of the whole VM", 0, Optional.of("it takes root")),
                        new Source("memory", "d", "huge pages", 0, Optional.of("permission denied; it takes root"))));
    }

    static final Memory MAPPED = new Memory(
            OptionalLong.of(1 << 30),
            OptionalLong.of(0),
            OptionalLong.of(16L << 30),
            Optional.of(new Mapped(3 << 20, 2L << 30, 14L << 30)));
    private static final Memory RESIDENT =
            new Memory(OptionalLong.of(16L << 30), OptionalLong.of(15L << 30), OptionalLong.of(0), Optional.empty());
    private static final Memory UNKNOWN =
            new Memory(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    private static void holdsItsBounds(Screen screen, int rows, int columns) {
        assertThat(screen.lines().size()).isLessThanOrEqualTo(rows);
        assertThat(screen.lines()).allMatch(line -> DisplayWidth.of(line.text()) <= columns);
        assertThat(screen.text()).doesNotContain("\u001b");
    }

    @Test
    void theUsualTerminal() {
        Screen screen = WatchScreen.of(view("win10", 8, true, MAPPED), 24, 80, true, 0);
        holdsItsBounds(screen, 24, 80);
        Golden.check("watch/usual.txt", screen.text());
    }

    @Test
    void exitsByReasonTakeALine() {
        LiveView usual = view("win10", 30, true, MAPPED);
        List<Source> sources = new ArrayList<>(usual.sources());
        sources.add(new Source("trace", "e", "exits by reason", 1, Optional.empty()));
        LiveView traced = new LiveView(
                1,
                "win10",
                1,
                1,
                usual.vcpus(),
                usual.cpus(),
                usual.others(),
                usual.faults(),
                usual.exits(),
                Optional.of(List.of(new Rate("hlt", 45_100), new Rate("npf", 12))),
                usual.interrupts(),
                usual.softirqs(),
                usual.memory(),
                sources);
        Screen screen = WatchScreen.of(traced, 24, 80, true, 0);
        holdsItsBounds(screen, 24, 80);
        assertThat(screen.text()).contains("reasons/s   hlt 45.1k, npf 12\n", "memory");
        assertThat(WatchScreen.of(usual, 24, 80, true, 0).text()).doesNotContain("reasons");
        assertThat(WatchScreen.scrolled(traced, 24, 99)).isEqualTo(WatchScreen.scrolled(usual, 24, 99) + 1);
    }

    @Test
    void manyVcpus() {
        LiveView view = view("win10", 48, false, RESIDENT);
        assertThat(WatchScreen.scrolled(view, 24, 1000)).isEqualTo(35);
        assertThat(WatchScreen.scrolled(view, 24, -3)).isZero();
        assertThat(WatchScreen.scrolled(view, 100, 7)).isZero();
        Screen screen = WatchScreen.of(view, 24, 80, true, 35);
        holdsItsBounds(screen, 24, 80);
        Golden.check("watch/many.txt", screen.text());
        assertThat(WatchScreen.of(view, 24, 80, true, 0).lines()).hasSize(24);
    }

    @Test
    void allOfIt() {
        Golden.check(
                "watch/once.txt",
                WatchScreen.whole(view("", 3, false, UNKNOWN), 100, false).text());
    }

    /// Whatever its size, and whatever names are in it.
    @Test
    void anyTerminal() {
        for (int rows = 1; rows < 60; rows += 7) {
            for (int columns = 40; columns < 200; columns += 33) {
                LiveView view = view("\u001b[2J\u4e2d\u6587".repeat(30), 20, rows % 2 == 0, UNKNOWN);
                holdsItsBounds(WatchScreen.of(view, rows, columns, columns % 2 == 0, 3), rows, columns);
            }
        }
        holdsItsBounds(WatchScreen.saying("'win10' does not run; waiting for it", 20, true), 2, 20);
    }

    @Test
    void noVcpuIsKnown() {
        LiveView of = view("win10", 1, false, UNKNOWN);
        LiveView none = new LiveView(
                1,
                "win10",
                1,
                1,
                List.of(),
                of.cpus(),
                of.others(),
                of.faults(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of()),
                of.memory(),
                List.of(
                        new Source("exits", "", "", 1, Optional.empty()),
                        new Source("interrupts", "", "", 0, Optional.of("not there"))));
        assertThat(WatchScreen.of(none, 24, 100, true, 0).text())
                .contains(
                        "no thread is known to run a vCPU",
                        "exits/s     not known yet",
                        "irqs/s      not known: not there",
                        "softirqs/s  none");
    }

    @Test
    void figures() {
        assertThat(
                        List.of(0.0, 0.04, 0.4, 9.94, 9.96, 12.0, 9_999.0, 9_999.6, 45_100.0, 999_949.0, 1_234_567.0)
                                .stream()
                                .map(WatchScreen::count))
                .containsExactly("0", "0.0", "0.4", "9.9", "10", "12", "9999", "10.0k", "45.1k", "999.9k", "1.2M");
    }

    /// Drawing only what differs leaves the terminal as drawing all of it would.
    @Test
    void fromScreenToScreen() {
        SplittableRandom random = new SplittableRandom(5);
        ScreenDiff diff = new ScreenDiff(true);
        TestTerminal terminal = new TestTerminal(24, 80);
        Screen shown = new Screen(List.of());
        for (int round = 0; round < 60; round++) {
            Screen next = round % 9 == 8
                    ? WatchScreen.saying("waiting", 80, true)
                    : WatchScreen.of(
                            view("win10", 1 + random.nextInt(30), random.nextBoolean(), MAPPED), 24, 80, true, 0);
            terminal.write(round % 13 == 12 ? diff.whole(next) : diff.between(shown, next));
            assertThat(terminal.lines().subList(0, next.lines().size()))
                    .isEqualTo(next.lines().stream().map(Line::text).toList());
            assertThat(terminal.lines().subList(next.lines().size(), 24)).allMatch(String::isEmpty);
            shown = next;
        }
        assertThat(diff.between(shown, shown)).isEmpty();
    }

    @Test
    void withoutColours() {
        Screen screen = WatchScreen.of(view("win10", 4, true, MAPPED), 24, 80, true, 0);
        assertThat(new ScreenDiff(false).whole(screen)).doesNotContainPattern("\u001b\\[[0-9;]*m");
        assertThat(new ScreenDiff(true).whole(screen)).contains("\u001b[1;31m", "\u001b[33m");
    }
}
