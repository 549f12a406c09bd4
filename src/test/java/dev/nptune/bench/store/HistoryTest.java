package dev.nptune.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.bench.store.History.By;
import dev.nptune.bench.store.History.Group;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final List<StoredRun> RUNS = List.of(
            Runs.run("2026-05-01T22:30:00Z", "6.12.1", 100),
            Runs.run("2026-05-01T23:30:00Z", "6.12.1", 104),
            Runs.run("2026-05-02T01:00:00Z", "6.12.9", 90),
            Runs.run("2026-05-02T02:00:00Z", "6.12.1", 120));

    @Test
    void byKernel() {
        assertThat(History.of(RUNS, "fps.average", By.KERNEL, UTC).groups())
                .containsExactly(
                        new Group("6.12.1", 3, 104, 100, 120, Optional.empty()),
                        new Group("6.12.9", 1, 90, 90, 90, Optional.of(90 / 104.0 - 1)));
    }

    @Test
    void byDayWhereThePersonIs() {
        assertThat(History.of(RUNS, "fps.average", By.DAY, UTC).groups())
                .extracting(Group::name)
                .containsExactly("2026-05-01", "2026-05-02");
        assertThat(History.of(RUNS, "fps.average", By.DAY, ZoneId.of("+01:00")).groups())
                .extracting(Group::name, Group::runs, Group::median)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("2026-05-01", 1, 100.0),
                        org.assertj.core.groups.Tuple.tuple("2026-05-02", 3, 104.0));
        assertThat(History.of(RUNS, "nothing", By.DAY, UTC).groups()).isEmpty();
    }
}
