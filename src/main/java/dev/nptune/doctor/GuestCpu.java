package dev.nptune.doctor;

import dev.nptune.vm.Domain;
import dev.nptune.vm.Element;
import dev.nptune.vm.Located;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What a domain tells its guest of the CPU and the hypervisor: in `<cpu>`, in `<features>`, and by a `-cpu` argument
/// past libvirt.
///
/// With such an argument QEMU forgets what libvirt wrote, which is a finding of its own (`dup-cpu-arg`). Here both
/// count, so that no rule asks for what stands somewhere.
final class GuestCpu {
    private static final Set<String> HOSTS_OWN = Set.of("host-passthrough", "host-model", "maximum");
    private static final Set<String> FALSE = Set.of("off", "no", "false", "n");

    private GuestCpu() {}

    /// A CPU feature by QEMU's name with `-`, as the domain sets it; empty if it leaves it to QEMU.
    static Optional<Boolean> flag(Domain domain, String name) {
        return Optional.ofNullable(arguments(domain).get(name))
                .or(() -> domain.feature(name).filter(f -> f.on() || f.off()).map(f -> f.on()));
    }

    /// What follows each `-cpu` among the arguments past libvirt: a model and flags, with commas between.
    static List<Located<String>> cpuArguments(Domain domain) {
        List<Located<String>> arguments = domain.qemuArguments();
        return IntStream.range(1, arguments.size())
                .filter(i -> arguments.get(i - 1).value().equals("-cpu"))
                .mapToObj(arguments::get)
                .toList();
    }

    /// Flags of the `-cpu` arguments; the last setting of each counts.
    private static Map<String, Boolean> arguments(Domain domain) {
        Map<String, Boolean> flags = new TreeMap<>();
        cpuArguments(domain)
                .forEach(a -> List.of(a.value().split(",")).stream().skip(1).forEach(f -> flags.put(name(f), isOn(f))));
        return flags;
    }

    private static String name(String flag) {
        String bare = flag.startsWith("+") || flag.startsWith("-") ? flag.substring(1) : flag;
        return bare.split("=", 2)[0].replace('_', '-');
    }

    private static boolean isOn(String flag) {
        return !flag.startsWith("-") && !FALSE.contains(flag.substring(flag.indexOf('=') + 1));
    }

    /// Whether the guest's CPU is made after the host's, so that it has what the host offers.
    static boolean likeHost(Domain domain) {
        return domain.cpuMode().filter(m -> HOSTS_OWN.contains(m.value())).isPresent();
    }

    /// Whether the guest sees `svm` or `vmx` where the host offers it, and so can run VMs itself.
    static boolean nests(Domain domain, String feature) {
        return flag(domain, feature).orElse(likeHost(domain));
    }

    /// Whether the guest sees every Hyper-V enlightenment the host can give.
    static boolean allEnlightenments(Domain domain) {
        return passthrough(domain)
                || hyperv(domain).filter(h -> h.has("mode", "host-model")).isPresent();
    }

    /// Whether that was left to QEMU.
    static boolean passthrough(Domain domain) {
        return hyperv(domain).filter(h -> h.has("mode", "passthrough")).isPresent()
                || flag(domain, "hv-passthrough").orElse(false);
    }

    static Optional<Element> hyperv(Domain domain) {
        return domain.root().find("features/hyperv");
    }

    /// Whether the guest sees a Hyper-V enlightenment, by libvirt's name.
    static boolean enlightened(Domain domain, String name) {
        return allEnlightenments(domain)
                || hyperv(domain)
                        .flatMap(h -> h.child(name))
                        .filter(e -> e.has("state", "on"))
                        .isPresent()
                || flag(domain, "hv-" + name).orElse(false);
    }

    /// Notes an enlightenment that the guest does not see, and should.
    static void wanted(Domain domain, String name, Examination notes) {
        if (!enlightened(domain, name)) {
            String found = hyperv(domain)
                    .flatMap(h -> h.child(name))
                    .flatMap(e -> e.attribute("state"))
                    .orElse("(absent)");
            notes.found("features/hyperv/" + name + "/@state", found, "on");
        }
    }

    /// A timer of the guest's clock.
    static Optional<Element> timer(Domain domain, String name) {
        return domain.root().all("clock/timer").stream()
                .filter(t -> t.has("name", name))
                .findFirst();
    }
}
