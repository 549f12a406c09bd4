package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CpuSet;
import dev.nptune.watch.Column.Subject;
import dev.nptune.watch.Series.LongList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CausesTest {
    private static final long MS = 1_000_000;

    private final List<Series> all = new ArrayList<>();

    private static LongList every(long period, int count) {
        LongList times = new LongList();
        for (int i = 0; i < count; i++) {
            times.add(1000 * MS + i * period);
        }
        return times;
    }

    /// One that was there from the first reading on.
    private Series series(Quantity quantity, Subject subject, int number, long start, LongList times) {
        LongList read = new LongList();
        Series series = new Series("any", new Column(quantity, subject, number, ""), start, read);
        for (int i = 0; i < times.size(); i++) {
            read.add(times.get(i));
        }
        all.add(series);
        return series;
    }

    private Recording recording(VmThread... threads) {
        return new Recording(
                new About(1, "win", 7, 8, "6.1", 100, List.of(threads), CpuSet.of(2, 3), List.of()),
                all,
                List.of(new Clock(1000 * MS, 5_000_000 * MS, 10), new Clock(2000 * MS, 5_001_001 * MS, 10)),
                Optional.empty(),
                Optional.empty());
    }

    private static VmThread vcpu(int number, String allowed) {
        return new VmThread(70 + number, OptionalInt.of(number), "CPU " + number + "/KVM", CpuSet.parse(allowed));
    }

    @Test
    void countersThatDisturb() {
        Series delay = series(Quantity.RUN_DELAY, Subject.VCPU, 3, 50, every(10 * MS, 5));
        series(Quantity.MIGRATIONS, Subject.VCPU, 3, 1, every(10 * MS, 5));
        series(Quantity.RUN, Subject.VCPU, 3, 1, every(10 * MS, 5)).add(1, 4);
        Recording recording = recording();
        delay.add(1, 30);
        delay.add(4, 7);
        assertThat(recording.causes()).singleElement().satisfies(cause -> {
            assertThat(cause.name()).isEqualTo("run delay of vCPU 3");
            assertThat(cause.isTime()).isTrue();
            assertThat(cause.from()).containsExactly(1000 * MS, 1030 * MS);
            assertThat(cause.to()).containsExactly(1010 * MS, 1040 * MS);
            assertThat(cause.amount()).containsExactly(30, 7);
            assertThat(cause.total()).isEqualTo(37);
        });
        assertThat(delay.values()).containsExactly(50, 80, 80, 80, 87);
    }

    /// A vCPU ran 60 of 100 ms on its CPU, which was busy for 80, then all of 100; another ran elsewhere.
    @Test
    void whatElseRan() {
        Series run = series(Quantity.RUN, Subject.VCPU, 0, 0, every(10 * MS, 21));
        Series elsewhere = series(Quantity.RUN, Subject.VCPU, 1, 0, every(10 * MS, 21));
        Series busy = series(Quantity.BUSY, Subject.CPU, 2, 0, every(100 * MS, 3));
        Recording recording = recording(vcpu(0, "2"), vcpu(1, "3"));
        for (int i = 1; i <= 20; i++) {
            run.add(i, (i <= 10 ? 6 : 10) * MS);
            elsewhere.add(i, 10 * MS);
        }
        busy.add(1, 80 * MS);
        busy.add(2, 100 * MS);
        assertThat(recording.causes()).singleElement().satisfies(cause -> {
            assertThat(cause.name()).isEqualTo("other load on CPU 2");
            assertThat(cause.from()).containsExactly(1000 * MS);
            assertThat(cause.to()).containsExactly(1100 * MS);
            assertThat(cause.amount()).containsExactly(20 * MS);
        });
    }

    /// One that is not pinned ran where it was seen last.
    @Test
    void whatElseRanBesideAVcpuThatMoves() {
        Series run = series(Quantity.RUN, Subject.VCPU, 0, 0, every(50 * MS, 5));
        Series cpu = series(Quantity.LAST_CPU, Subject.VCPU, 0, 2, every(100 * MS, 3));
        Series second = series(Quantity.BUSY, Subject.CPU, 2, 0, every(100 * MS, 3));
        Series third = series(Quantity.BUSY, Subject.CPU, 3, 0, every(100 * MS, 3));
        Recording recording = recording(vcpu(0, "2-3"));
        for (int i = 1; i < 5; i++) {
            run.add(i, 40 * MS);
        }
        cpu.add(2, 1);
        for (int i = 1; i < 3; i++) {
            second.add(i, 90 * MS);
            third.add(i, 90 * MS);
        }
        assertThat(recording.causes())
                .extracting(c -> c.name() + " " + c.amount()[0] / MS + " " + c.amount()[1] / MS)
                .containsExactly("other load on CPU 2 10 90", "other load on CPU 3 90 10");
    }

    @Test
    void bothClocks() {
        Recording recording = recording();
        assertThat(recording.realtime(1000 * MS + 3)).isEqualTo(5_000_000 * MS + 3);
        assertThat(recording.realtime(0)).isEqualTo(4_999_000 * MS);
        assertThat(recording.realtime(1900 * MS)).as("by the clocks nearest").isEqualTo(5_000_901 * MS);
        assertThat(recording.monotonic(5_000_901 * MS)).isEqualTo(1900 * MS);
    }

    /// By the clock whose distance is least, as if each were looked at.
    @Test
    void theNearestClock() {
        SplittableRandom random = new SplittableRandom(3);
        List<Clock> clocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Recording recording =
                    new Recording(recording().about(), List.of(), clocks, Optional.empty(), Optional.empty());
            for (long at = -5; at < 300 && !clocks.isEmpty(); at += 3) {
                long moment = at;
                long least = clocks.stream()
                        .mapToLong(c -> Math.abs(c.monotonic() - moment))
                        .min()
                        .orElseThrow();
                assertThat(clocks.stream()
                                .filter(c -> Math.abs(c.monotonic() - moment) == least)
                                .map(c -> c.realtime() + moment - c.monotonic()))
                        .contains(recording.realtime(moment));
            }
            long before = clocks.isEmpty() ? 0 : clocks.getLast().monotonic();
            clocks.add(new Clock(before + random.nextInt(9), random.nextInt(1_000_000), 1));
        }
    }
}
