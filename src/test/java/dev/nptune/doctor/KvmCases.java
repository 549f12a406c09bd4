package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import java.util.List;
import java.util.function.Consumer;

/// Cases of [KvmRules].
final class KvmCases {
    private static final String HALT_POLL = "/sys/module/kvm/parameters/halt_poll_ns";

    private KvmCases() {}

    static List<Case> all() {
        String rule = "halt-poll";
        return List.of(
                fires(rule, "not at all", poll("0"), tuned(), HALT_POLL + " | 0 | 200000"),
                fires(rule, "too long", poll("1000001"), tuned(), HALT_POLL + " | 1000001 | 200000"),
                clear(rule, "the default", SOUND, tuned()),
                clear(rule, "a millisecond", poll("1000000"), tuned()),
                clear(rule, "no number", poll("10000000000000000000000"), tuned()),
                unknown(
                        rule,
                        "unreadable",
                        h -> h.kvm.put("halt_poll_ns", Fact.unreadable(HALT_POLL, "permission denied")),
                        tuned(),
                        HALT_POLL));
    }

    private static Consumer<TestHost> poll(String nanoseconds) {
        return h -> h.kvm.put("halt_poll_ns", Fact.known(nanoseconds, HALT_POLL));
    }
}
