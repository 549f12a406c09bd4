package dev.nptune.vm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The processor: `-cpu` and `-smp`.
final class QemuCpu {
    /// Hyper-V settings that are libvirt's under the same name.
    private static final Set<String> HYPERV = Set.of(
            "relaxed",
            "vapic",
            "vpindex",
            "runtime",
            "synic",
            "stimer",
            "reset",
            "frequencies",
            "reenlightenment",
            "tlbflush",
            "ipi",
            "evmcs",
            "avic",
            "emsr-bitmap",
            "xmm-input");
    /// Hyper-V settings that are libvirt's below another.
    private static final Map<String, List<String>> HYPERV_BELOW = Map.of(
            "stimer-direct", List.of("stimer", "direct"),
            "tlbflush-direct", List.of("tlbflush", "direct"),
            "tlbflush-ext", List.of("tlbflush", "extended"));
    /// Settings of what the processor calls itself, and of what QEMU says about features.
    private static final Set<String> IRRELEVANT = Set.of(
            "check",
            "enforce",
            "vendor",
            "family",
            "model",
            "stepping",
            "model-id",
            "level",
            "xlevel",
            "min-level",
            "min-xlevel",
            "fill-mtrr-mask",
            "full-cpuid-auto-level",
            "lmce",
            "legacy-cache",
            "cpuid-0xb",
            "start-powered-off",
            "ucode-rev",
            "kvm-pv-enforce-cpuid",
            "kvm-no-smi-migration",
            "hv-enforce-cpuid",
            "hv-syndbg",
            "hv-version-id-build",
            "hv-version-id-major",
            "hv-version-id-minor",
            "hv-version-id-spack",
            "hv-version-id-sbranch",
            "hv-version-id-snumber",
            "hv-no-nonarch-coresharing",
            "tcg-cpuid",
            "xd");
    private static final Pattern VERSION = Pattern.compile("pc-(?:q35|i440fx)-([0-9]{1,2})\\.([0-9]{1,2}).*");

    private final QemuTranslation all;
    private final Sketch cpu;
    private final List<QemuArgument> given;
    private final String said;

    QemuCpu(QemuTranslation all) {
        this.all = all;
        cpu = all.at("cpu");
        given = all.named("cpu");
        said = given.isEmpty() ? "-cpu (not given)" : given.getLast().text();
    }

    void translate() {
        cpu.from(said);
        all.absent("features/hyperv", said);
        all.absent("features/kvm", said);
        all.absent("clock/timer[@name='hypervclock']", said);
        all.absent("clock/timer[@name='tsc']", said);
        if (!given.isEmpty()) {
            String[] parts = given.getLast().value().split(",");
            model(parts.length == 0 ? "" : parts[0].strip());
            for (int i = 1; i < Math.min(parts.length, QemuSettings.MAX); i++) {
                flag(parts[i].strip());
            }
            if (given.size() > 1) {
                all.pass(given.getLast());
            }
        }
        topology();
    }

    private void model(String name) {
        switch (name) {
            case "host" -> cpu.set("mode", "host-passthrough").set("check", "none");
            case "max" -> cpu.set("mode", "maximum").set("check", "none");
            default -> {
                if (name.contains("$")) {
                    all.note(said + ": only running the script could tell");
                }
                cpu.set("mode", "custom").set("match", "exact").set("check", "none");
                cpu.add("model").set("fallback", "forbid").text(name);
            }
        }
    }

    private void flag(String written) {
        String bare = written.startsWith("+") || written.startsWith("-") ? written.substring(1) : written;
        int equals = bare.indexOf('=');
        String raw = equals < 0 ? bare : bare.substring(0, equals);
        String value = written.startsWith("-") ? "off" : equals < 0 ? "on" : bare.substring(equals + 1);
        String name = raw.replace('_', '-');
        if (raw.isEmpty() || raw.contains("$")) {
            all.note(raw.isEmpty() ? said + ": a setting without a name" : said + ": " + raw);
        } else if (name.startsWith("hv-") && !IRRELEVANT.contains(name)) {
            hyperv(name.substring(3), value);
        } else if (!IRRELEVANT.contains(name) && !setting(name, value)) {
            if (QemuSettings.isOn(value) || QemuSettings.isOff(value) || value.equals("force")) {
                cpu.add("feature")
                        .set(
                                "policy",
                                value.equals("force") ? "force" : QemuSettings.isOn(value) ? "require" : "disable")
                        .set("name", raw)
                        .from(said);
            } else {
                all.note(said + ": " + raw + "=" + value);
            }
        }
    }

    /// Settings that have an element of their own.
    ///
    /// @return whether it is one
    private boolean setting(String name, String value) {
        Sketch features = all.at("features");
        String state = QemuSettings.isOff(value) ? "off" : "on";
        switch (name) {
            case "kvm" ->
                features.at("kvm")
                        .add("hidden")
                        .set("state", state.equals("off") ? "on" : "off")
                        .from(said);
            case "kvm-hint-dedicated" ->
                features.at("kvm").add("hint-dedicated").set("state", state).from(said);
            case "kvm-poll-control" ->
                features.at("kvm").add("poll-control").set("state", state).from(said);
            case "kvm-pv-ipi" ->
                features.at("kvm").add("pv-ipi").set("state", state).from(said);
            case "kvm-pv-unhalt" ->
                features.at("pvspinlock").set("state", state).from(said);
            case "kvm-pv-eoi" -> features.at("apic").set("eoi", state).from(said);
            case "pmu" -> features.at("pmu").set("state", state).from(said);
            case "migratable" -> cpu.set("migratable", state);
            case "host-cache-info" -> {
                if (state.equals("on")) {
                    cpu.at("cache").set("mode", "passthrough").from(said);
                }
            }
            case "l3-cache" -> {
                if (state.equals("on") && cpu.find("cache").isEmpty()) {
                    cpu.at("cache").set("level", "3").set("mode", "emulate").from(said);
                }
            }
            case "host-phys-bits" -> {
                if (state.equals("on")) {
                    cpu.at("maxphysaddr").set("mode", "passthrough").from(said);
                }
            }
            case "host-phys-bits-limit" ->
                cpu.at("maxphysaddr").set("limit", value).from(said);
            case "phys-bits" ->
                cpu.at("maxphysaddr").set("mode", "emulate").set("bits", value).from(said);
            case "tsc-frequency" ->
                all.at("clock")
                        .add("timer")
                        .set("name", "tsc")
                        .set("frequency", value)
                        .from(said);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void hyperv(String name, String value) {
        String state = QemuSettings.isOff(value) ? "off" : "on";
        switch (name) {
            case "passthrough" -> {
                if (state.equals("on")) {
                    group().set("mode", "passthrough");
                    time("yes");
                }
            }
            case "time" -> time(state.equals("on") ? "yes" : "no");
            case "spinlocks" -> spinlocks(value);
            case "vendor-id" ->
                group().at("vendor_id").set("state", "on").set("value", value).from(said);
            case "crash" -> {
                if (state.equals("on")) {
                    all.at("devices").add("panic").set("model", "hyperv").from(said);
                }
            }
            case "apicv" -> group().at("avic").set("state", state).from(said);
            default -> {
                if (HYPERV.contains(name)) {
                    group().at(name.replace('-', '_').equals("xmm_input") ? "xmm_input" : name.replace('-', '_'))
                            .set("state", state)
                            .from(said);
                } else if (HYPERV_BELOW.containsKey(name)) {
                    List<String> below = HYPERV_BELOW.getOrDefault(name, List.of());
                    group().at(below.getFirst())
                            .at(below.getLast())
                            .set("state", state)
                            .from(said);
                } else {
                    all.note(said + ": hv-" + name);
                }
            }
        }
    }

    private Sketch group() {
        Sketch group = all.at("features").at("hyperv").from(said);
        if (group.get("mode").isEmpty()) {
            group.set("mode", "custom");
        }
        return group;
    }

    private void time(String present) {
        if (all.at("clock").all("timer", "name", "hypervclock").isEmpty()) {
            all.at("clock")
                    .add("timer")
                    .set("name", "hypervclock")
                    .set("present", present)
                    .from(said);
        }
    }

    /// QEMU's own number for none is all bits set.
    private void spinlocks(String value) {
        Optional<Long> retries = QemuTranslation.number(value, -1, 0xffff_ffffL);
        if (retries.isEmpty()) {
            all.note(said + ": hv-spinlocks=" + value);
            return;
        }
        boolean never = retries.get() == -1 || retries.get() == 0xffff_ffffL;
        Sketch spinlocks =
                group().at("spinlocks").set("state", never ? "off" : "on").from(said);
        if (!never) {
            spinlocks.set("retries", Long.toString(retries.get()));
        }
    }

    private void topology() {
        List<QemuArgument> smps = all.named("smp");
        String smpSaid = QemuTranslation.text(smps, "-smp");
        QemuSettings smp = all.merged(smps, "cpus");
        Sketch vcpu = all.at("vcpu").set("placement", "static").text("1").from(smpSaid);
        Count count = Count.of(smp, coresFirst());
        if (count.maximum < 1 || count.maximum > Vcpus.MAX || count.cpus > count.maximum || !count.numbers) {
            smps.forEach(a -> all.notUnderstood(a, "no number of CPUs from 1 to " + Vcpus.MAX));
            return;
        }
        vcpu.text(Long.toString(count.maximum));
        if (count.cpus < count.maximum) {
            vcpu.set("current", Long.toString(count.cpus));
        }
        Sketch topology = cpu.add("topology").from(smpSaid);
        topology.set("sockets", Long.toString(count.sockets)).set("dies", Long.toString(count.dies));
        if (count.clusters > 1) {
            topology.set("clusters", Long.toString(count.clusters));
        }
        topology.set("cores", Long.toString(count.cores)).set("threads", Long.toString(count.threads));
    }

    /// Machines before 6.2 made CPUs nobody placed into sockets, later ones make them into cores.
    private boolean coresFirst() {
        Matcher version = VERSION.matcher(QemuMachine.type(all));
        return !version.matches()
                || Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2)) >= 602;
    }

    /// How QEMU fills in what `-smp` leaves out.
    private static final class Count {
        private boolean numbers = true;
        private long cpus;
        private long maximum;
        private long sockets;
        private final long dies;
        private final long clusters;
        private long cores;
        private long threads;

        static Count of(QemuSettings smp, boolean coresFirst) {
            return new Count(smp, coresFirst);
        }

        private Count(QemuSettings smp, boolean coresFirst) {
            cpus = given(smp, "cpus");
            maximum = given(smp, "maxcpus");
            sockets = given(smp, "sockets");
            dies = Math.max(1, given(smp, "dies"));
            clusters = Math.max(1, given(smp, "clusters")) * Math.max(1, given(smp, "modules"));
            cores = given(smp, "cores");
            threads = given(smp, "threads");
            fill(coresFirst);
        }

        private long given(QemuSettings smp, String name) {
            Optional<Long> value = smp.get(name).map(v -> v.matches("[0-9]{1,4}") ? Long.parseLong(v) : -1);
            numbers &= value.filter(v -> v < 1 || v > Vcpus.MAX).isEmpty();
            return Math.max(0, value.orElse(0L));
        }

        private void fill(boolean coresFirst) {
            long wanted = maximum > 0 ? maximum : cpus;
            if (wanted > 0) {
                if (coresFirst && cores == 0) {
                    sockets = Math.max(1, sockets);
                    threads = Math.max(1, threads);
                    cores = wanted / (sockets * dies * clusters * threads);
                } else if (sockets == 0) {
                    cores = Math.max(1, cores);
                    threads = Math.max(1, threads);
                    sockets = wanted / (dies * clusters * cores * threads);
                } else if (cores == 0) {
                    threads = Math.max(1, threads);
                    cores = wanted / (sockets * dies * clusters * threads);
                }
                if (threads == 0) {
                    threads = wanted / (sockets * dies * clusters * cores);
                }
            }
            sockets = Math.max(1, sockets);
            cores = Math.max(1, cores);
            threads = Math.max(1, threads);
            maximum = maximum > 0 ? maximum : Math.max(cpus, sockets * dies * clusters * cores * threads);
            cpus = cpus > 0 ? cpus : maximum;
        }
    }
}
