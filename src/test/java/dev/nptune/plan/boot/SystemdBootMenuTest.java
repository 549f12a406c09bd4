package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.plan.boot.SystemdBootMenu.Entry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SystemdBootMenuTest {
    private static String started(String pattern, Entry... entries) {
        return new SystemdBootMenu(List.of(entries), pattern).started();
    }

    private static Entry named(String name) {
        return entry(name, "");
    }

    private static Entry entry(String name, String text) {
        return Entry.of("/boot/loader/entries/" + name, new EntryText(text));
    }

    @Test
    void theNameWithoutCountersIsTheId() {
        assertThat(Stream.of("Arch+3.conf", "arch+0-2.conf", "arch+deb13.conf", "arch+1-2x.conf")
                        .map(SystemdBootMenuTest::named)
                        .map(Entry::id))
                .containsExactly("arch.conf", "arch.conf", "arch+deb13.conf", "arch+1-2x.conf");
    }

    @Test
    void theGreatestNameIsFirst() {
        assertThat(started("", named("a.conf"), named("c.conf"), named("b.conf")))
                .isEqualTo("c.conf");
        assertThat(started("")).isEmpty();
    }

    @Test
    void withoutTriesLeftItIsLast() {
        assertThat(started("", named("a.conf"), named("b+0-1.conf"))).isEqualTo("a.conf");
        assertThat(started("", named("a.conf"), named("b+1.conf"))).isEqualTo("b.conf");
    }

    @Test
    void whatFitsTheDefaultAloneIsStartedWithoutTriesToo() {
        assertThat(started("b*", named("a.conf"), named("b+0-1.conf"))).isEqualTo("b.conf");
        assertThat(started("b*", named("a.conf"), named("b+0-1.conf"), named("b-old.conf")))
                .isEqualTo("b-old.conf");
        assertThat(started("x*", named("a.conf"), named("b.conf"))).isEqualTo("b.conf");
    }

    @Test
    void sortKeysGoBeforeNames() {
        Entry newer = entry("a.conf", "sort-key debian\nmachine-id 1\nversion 6.10\n");
        Entry older = entry("b.conf", "sort-key debian\nmachine-id 1\nversion 6.9\n");
        Entry kept = entry("z.conf", "sort-key debian\nmachine-id 1\nversion 6.10~nptune\n");
        assertThat(started("", kept, older, newer, named("zz.conf"))).isEqualTo("a.conf");
        assertThat(started("", kept, older, newer.withoutTries())).isEqualTo("z.conf");
        assertThat(started("", newer, entry("0.conf", "sort-key arch\nversion 1\n")))
                .isEqualTo("0.conf");
    }

    @Test
    void patternsThatAreNotUnderstood() {
        assertThat(SystemdBootMenu.fits("arch.conf", "[a]rch*")).isEmpty();
        assertThat(SystemdBootMenu.fits("arch.conf", "@saved")).isEmpty();
        assertThat(SystemdBootMenu.fits("arch.conf", "a\\rch*")).isEmpty();
        assertThat(SystemdBootMenu.fits("a.b(c.conf", "a.b(*")).contains(true);
        assertThat(SystemdBootMenu.fits("axb(c.conf", "a.b(*")).contains(false);
    }
}
