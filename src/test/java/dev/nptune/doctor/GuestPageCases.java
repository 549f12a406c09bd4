package dev.nptune.doctor;

import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.QemuMemory;
import dev.nptune.host.QemuMemory.GuestPages;
import dev.nptune.host.QemuMemory.Mapping;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [GuestPageRules].
final class GuestPageCases {
    private static final String KVM = "/sys/kernel/debug/kvm/4021-12";
    private static final String SMAPS = "/proc/4021/smaps";
    private static final String STATUS = "/proc/4021/status";
    private static final String PROC = "/proc";
    private static final Domain HUGE = tuned();
    private static final Domain FILE = tuned("<hugepages/>", "<source type='file'/><allocation mode='immediate'/>");
    private static final Domain PLAIN = tuned("<hugepages/>", "");
    private static final Fact<List<Mapping>> NO_SMAPS = Fact.unreadable(SMAPS, "permission denied");
    private static final Fact<GuestPages> NO_KVM = Fact.unreadable("/sys/kernel/debug/kvm", "permission denied");

    private GuestPageCases() {}

    static List<Case> all() {
        return Stream.of(counted(), mapped(), pooled(), undecided(), transparent())
                .flatMap(List::stream)
                .toList();
    }

    private static Fact<GuestPages> kvm(long small, long large, long huge) {
        return Fact.known(new GuestPages(small, large, huge), KVM);
    }

    private static Fact<List<Mapping>> smaps(
            long sizeMib, long residentMib, long page, long transparentMib, long poolMib) {
        return Fact.known(
                List.of(new Mapping(
                        "/srv/huge/win",
                        1 << 30,
                        sizeMib << 20,
                        residentMib << 20,
                        page,
                        transparentMib << 20,
                        poolMib << 20,
                        false)),
                SMAPS);
    }

    private static Consumer<TestHost> running(Fact<GuestPages> pages, Fact<List<Mapping>> mappings, Fact<Long> pool) {
        return h -> h.virtualization = TestVms.with("win", new QemuMemory(pages, mappings), pool);
    }

    private static Consumer<TestHost> running(Fact<GuestPages> pages, Fact<List<Mapping>> mappings) {
        return running(pages, mappings, Fact.unreadable(STATUS, "permission denied"));
    }

    private static List<Case> counted() {
        String id = "hugepage-not-real";
        String small = KVM + "/pages_4k | 1048576, 4096 MiB | few";
        String large = KVM + "/pages_2m | 100, 200 MiB | most of 4296 MiB";
        return List.of(
                fires(id, "hugepages, by KVM's count", running(kvm(1 << 20, 100, 0), NO_SMAPS), HUGE, small, large),
                fires(id, "a file, by KVM's count", running(kvm(1 << 20, 100, 0), NO_SMAPS), FILE, small, large),
                fires(
                        id,
                        "one page more than half",
                        running(kvm(65537, 128, 0), NO_SMAPS),
                        HUGE,
                        KVM + "/pages_4k | 65537, 256 MiB | few",
                        KVM + "/pages_2m | 128, 256 MiB | most of 512 MiB"),
                clear(id, "half", running(kvm(65536, 128, 0), NO_SMAPS), HUGE),
                clear(id, "pages of 2 MiB", running(kvm(5000, 4000, 0), NO_SMAPS), HUGE),
                clear(id, "pages of 1 GiB", running(kvm(5000, 0, 8), NO_SMAPS), HUGE),
                clear(id, "a file in transparent huge pages", running(kvm(5000, 4000, 0), NO_SMAPS), FILE),
                clear(id, "none asked for", running(kvm(1 << 20, 100, 0), NO_SMAPS), PLAIN),
                clear(
                        id,
                        "memfd",
                        running(kvm(1 << 20, 100, 0), NO_SMAPS),
                        tuned("<hugepages/>", "<source type='memfd'/>")),
                clear(id, "it does not run", h -> h.virtualization = TestVms.running("other"), HUGE));
    }

    private static List<Case> mapped() {
        String id = "hugepage-not-real";
        return List.of(
                fires(
                        id,
                        "by the mapping",
                        running(NO_KVM, smaps(8192, 4000, 4096, 10, 0)),
                        FILE,
                        SMAPS + " /srv/huge/win | 4000 MiB in pages of 4 KiB, 10 MiB of it in transparent huge pages"
                                + " | pages of 2 MiB or 1 GiB"),
                fires(
                        id,
                        "by the mapping where KVM has only begun",
                        running(kvm(60000, 0, 0), smaps(8192, 256, 4096, 0, 0)),
                        HUGE,
                        SMAPS + " /srv/huge/win | 256 MiB in pages of 4 KiB, 0 MiB of it in transparent huge pages"
                                + " | pages of 2 MiB or 1 GiB"),
                clear(id, "KVM's count goes first", running(kvm(0, 4000, 0), smaps(8192, 4000, 4096, 0, 0)), HUGE),
                clear(id, "the mapping is of a pool", running(NO_KVM, smaps(8192, 0, 2 << 20, 0, 8192)), HUGE),
                clear(id, "half in transparent ones", running(NO_KVM, smaps(8192, 4000, 4096, 2000, 0)), FILE));
    }

    private static List<Case> pooled() {
        String id = "hugepage-not-real";
        return List.of(
                fires(
                        id,
                        "by the process's own sum, which anybody may read",
                        running(NO_KVM, NO_SMAPS, Fact.known(0L, STATUS)),
                        HUGE,
                        STATUS + " | HugetlbPages 0 MiB | 8192 MiB"),
                clear(id, "half of it", running(NO_KVM, NO_SMAPS, Fact.known(4096L << 20, STATUS)), HUGE),
                unknown(
                        id,
                        "a file may be in transparent ones",
                        running(NO_KVM, NO_SMAPS, Fact.known(0L, STATUS)),
                        FILE,
                        SMAPS,
                        "/sys/kernel/debug/kvm"));
    }

    private static List<Case> undecided() {
        String id = "hugepage-not-real";
        return List.of(
                unknown(id, "nothing to be read", running(NO_KVM, NO_SMAPS), HUGE, SMAPS, "/sys/kernel/debug/kvm"),
                unknown(
                        id,
                        "the guest has only begun",
                        running(kvm(60000, 0, 0), smaps(8192, 255, 4096, 0, 0)),
                        HUGE,
                        SMAPS),
                unknown(
                        id,
                        "the largest mapping is too small to be the guest's",
                        running(NO_KVM, smaps(2047, 2000, 4096, 0, 0)),
                        HUGE,
                        SMAPS),
                unknown(id, "no processes", h -> h.virtualization = TestVms.unread(), HUGE, PROC));
    }

    private static List<Case> transparent() {
        String id = "thp-thin";
        String small = KVM + "/pages_4k | 1048576, 4096 MiB | few";
        String large = KVM + "/pages_2m | 100, 200 MiB | most of 4296 MiB";
        Consumer<TestHost> thin = running(kvm(1 << 20, 100, 0), NO_SMAPS);
        return List.of(
                fires(id, "hardly any", thin, PLAIN, small, large),
                fires(id, "always", thin.andThen(h -> h.thp = Fact.known("always", TestHost.THP)), PLAIN, small, large),
                clear(id, "off", thin.andThen(h -> h.thp = Fact.known("never", TestHost.THP)), PLAIN),
                clear(id, "most", running(kvm(5000, 4000, 0), NO_SMAPS), PLAIN),
                clear(id, "only begun", running(kvm(60000, 0, 0), NO_SMAPS), PLAIN),
                clear(id, "huge pages", thin, HUGE),
                clear(id, "a file", thin, FILE),
                clear(id, "it does not run", h -> h.virtualization = TestVms.running("other"), PLAIN),
                unknown(id, "no statistics", running(NO_KVM, NO_SMAPS), PLAIN, "/sys/kernel/debug/kvm"),
                unknown(
                        id,
                        "nobody knows whether they are on",
                        thin.andThen(h -> h.thp = TestHost.unreadable(h.thp)),
                        PLAIN,
                        TestHost.THP));
    }
}
