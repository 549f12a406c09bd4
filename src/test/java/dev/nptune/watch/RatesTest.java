package dev.nptune.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.watch.Column.Subject;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    private static boolean all(Column column) {
        return column.quantity() == Quantity.EXITS;
    }

    @Test
    void onceReadIsNotKnown() {
        Rates rates = new Rates(1);
        Table table = new Table();
        table.add(new Column(Quantity.EXITS, Subject.VCPU, 0, "exits"), 5_000_000);
        table.add(new Column(Quantity.RESIDENT, Subject.VM, 0, ""), 4096);
        assertThat(rates.awaits(0)).isFalse();
        rates.sampled(0, table, 10 * SECOND);
        assertThat(rates.awaits(0)).isTrue();
        assertThat(rates.has(RatesTest::all)).isFalse();
        assertThat(rates.byDetail(RatesTest::all)).isEmpty();
        assertThat(rates.value(c -> c.quantity() == Quantity.RESIDENT)).hasValue(4096);

        table.set(0, 5_002_000);
        rates.sampled(0, table, 12 * SECOND);
        assertThat(rates.awaits(0)).isFalse();
        assertThat(rates.byDetail(RatesTest::all).orElseThrow()).containsExactly(new LiveView.Rate("exits", 1000));

        table.add(new Column(Quantity.EXITS, Subject.VCPU, 1, "exits"), 7_000_000);
        rates.sampled(0, table, 13 * SECOND);
        assertThat(rates.has(c -> all(c) && c.number() == 1)).isFalse();
        assertThat(rates.byDetail(RatesTest::all))
                .as("known, and none")
                .hasValueSatisfying(all -> assertThat(all).isEmpty());
    }

    /// Of one that was not there before it is known that it stood at 0.
    @Test
    void oneThatBeganAtZero() {
        Rates rates = new Rates(1);
        Table table = new Table();
        rates.sampled(0, table, SECOND);
        table.set(table.addFromZero(new Column(Quantity.EXITS_BY_REASON, Subject.VCPU, 1, "HLT")), 50);
        rates.sampled(0, table, 3 * SECOND);
        assertThat(rates.sum(c -> c.quantity() == Quantity.EXITS_BY_REASON)).isEqualTo(25);
    }

    /// The same answer once more says nothing.
    @Test
    void noTimeBetween() {
        Rates rates = new Rates(1);
        Table table = new Table();
        table.add(new Column(Quantity.EXITS, Subject.VM, 0, "exits"), 5);
        rates.sampled(0, table, SECOND);
        table.set(0, 9);
        rates.sampled(0, table, SECOND);
        assertThat(rates.has(RatesTest::all)).isFalse();
        rates.sampled(0, table, 3 * SECOND);
        assertThat(rates.sum(RatesTest::all)).isEqualTo(2);
    }
}
