package dev.nptune.doctor;

import dev.nptune.host.Host;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.Located;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules about clocks.
final class TimeRules {
    private TimeRules() {}

    static List<Rule> all() {
        return List.of(CLOCKSOURCE_NOT_TSC, HV_TIME_MISSING, HPET_ON, CLOCK_UTC, NO_INVTSC);
    }

    /// The TSC, and on a machine that is itself a VM the clocks that its own host makes from it.
    private static final Set<String> SOUND_CLOCKS = Set.of("tsc", "kvm-clock", "hyperv_clocksource_tsc_page");

    private static final Rule CLOCKSOURCE_NOT_TSC = Rule.of(
                    "clocksource-not-tsc", Category.TIME, Severity.CRITICAL, Need.CLOCKSOURCE)
            .title("The host does not keep time by the TSC")
            .effect("KVM can offer the guest no reference TSC page: each time stamp leaves the guest.")
            .fix("Update the firmware and look in the kernel log why the TSC was given up;"
                    + " force it with tsc=reliable only after a drift test.")
            .risk("A TSC that is wrong makes clocks drift.")
            .when((host, _, notes) -> notes.read(host.cpu().clocksource())
                    .filter(c -> !SOUND_CLOCKS.contains(c))
                    .ifPresent(c -> notes.found(host.cpu().clocksource().source(), c, "tsc")));

    private static final Rule HV_TIME_MISSING = Rule.of("hv-time-missing", Category.TIME, Severity.HIGH, Need.DOMAIN)
            .title("Windows has no reference clock of the hypervisor")
            .effect("Each time stamp is read from an emulated device and leaves the guest; games read many per frame.")
            .fix("In <clock>: <timer name='hypervclock' present='yes'/>.")
            .source("QEMU docs/system/i386/hyperv.rst")
            .when((_, domain, notes) -> {
                Optional<Element> timer = GuestCpu.timer(domain, "hypervclock");
                if (domain.windows().isPresent()
                        && !GuestCpu.enlightened(domain, "time")
                        && timer.filter(t -> t.has("present", "yes")).isEmpty()) {
                    notes.found(
                            timer.map(Element::path).orElse("clock/timer[@name='hypervclock']") + "/@present",
                            timer.flatMap(t -> t.attribute("present")).orElse("(absent)"),
                            "yes");
                }
            });

    private static final Rule HPET_ON = Rule.of("hpet-on", Category.TIME, Severity.MEDIUM, Need.DOMAIN)
            .title("Windows is offered an HPET")
            .effect("Each read of the emulated HPET leaves the guest and goes to QEMU.")
            .fix("In <clock>: <timer name='hpet' present='no'/>, with hypervclock and stimer in its place.")
            .when(TimeRules::hpetOn);

    /// Without the element libvirt leaves it to QEMU, which has one.
    private static void hpetOn(Host host, Domain domain, Examination notes) {
        boolean taken = domain.qemuArguments().stream()
                .map(Located::value)
                .anyMatch(a -> a.equals("-no-hpet") || a.contains("hpet=off"));
        if (domain.windows().isEmpty() || taken) {
            return;
        }
        Optional<Element> timer = GuestCpu.timer(domain, "hpet");
        String present = timer.flatMap(t -> t.attribute("present")).orElse("(absent): QEMU has one");
        if (!present.equals("no")) {
            notes.found(timer.map(Element::path).orElse("clock/timer[@name='hpet']") + "/@present", present, "no");
        }
    }

    private static final Rule CLOCK_UTC = Rule.of("clock-utc", Category.TIME, Severity.LOW, Need.DOMAIN)
            .title("The VM's clock is in UTC; Windows takes it for local time")
            .effect("Windows is wrong by the time zone until it sets its clock over the network.")
            .fix("<clock offset='localtime'>, or set RealTimeIsUniversal in the registry.")
            .risk("A Windows with RealTimeIsUniversal set needs utc: leave it there.")
            .source("libvirt formatdomain, \"Time keeping\"")
            .when((_, domain, notes) -> {
                String offset = domain.root()
                        .child("clock")
                        .flatMap(c -> c.attribute("offset"))
                        .orElse("(absent): utc");
                if (domain.windows().isPresent() && offset.endsWith("utc")) {
                    notes.found("clock/@offset", offset, "localtime");
                }
            });

    private static final Rule NO_INVTSC = Rule.of(
                    "no-invtsc", Category.TIME, Severity.MEDIUM, Need.DOMAIN, Need.PROCESSOR)
            .title("The guest is not told that its time stamp counter is steady")
            .effect("QEMU leaves invtsc out, for migration; programs that look for it use a slower clock.")
            .fix("In <cpu>: <feature policy='require' name='invtsc'/>, or migratable='off'.")
            .risk("The VM can no longer be migrated live; with a passed device it cannot anyway.")
            .when(TimeRules::noInvtsc);

    /// A VM with a passed device loses nothing by it; one whose owner turned it off meant it.
    private static void noInvtsc(Host host, Domain domain, Examination notes) {
        boolean passthrough = domain.cpuMode()
                .filter(m -> m.value().equals("host-passthrough"))
                .isPresent();
        boolean migratable = domain.root()
                        .child("cpu")
                        .filter(c -> c.has("migratable", "off"))
                        .isEmpty()
                && GuestCpu.flag(domain, "migratable").orElse(true);
        if (passthrough
                && migratable
                && !domain.hostdevs().isEmpty()
                && GuestCpu.flag(domain, "invtsc").isEmpty()
                && HostFacts.flag(host, "nonstop_tsc", notes)) {
            notes.found("cpu/feature[@name='invtsc']", "(absent)", "require");
        }
    }
}
