package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import java.util.List;

/// Writes the XML of a new domain, in the order in which libvirt prints it.
///
/// Source: libvirt, `docs/formatdomain.rst`; the Hyper-V enlightenments: QEMU, `docs/system/i386/hyperv.rst`
final class NewDomainXml {
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String LIBOSINFO = "http://libosinfo.org/xmlns/libvirt/domain/1.0";
    private static final String KVMFR = "/dev/kvmfr0";

    private final NewDomain domain;
    private final XmlLines out = new XmlLines();

    NewDomainXml(NewDomain domain) {
        this.domain = domain;
    }

    String text() {
        if (kvmfr()) {
            out.with("domain", this::domain, "type", "kvm", "xmlns:qemu", QEMU);
        } else {
            out.with("domain", this::domain, "type", "kvm");
        }
        return out.toString();
    }

    private boolean kvmfr() {
        return domain.devices().screen() instanceof NewScreen.LookingGlass glass && glass.kvmfr();
    }

    private void domain() {
        out.text("name", domain.name());
        out.with(
                "metadata",
                () -> out.with(
                        "libosinfo:libosinfo",
                        () -> out.leaf("libosinfo:os", "id", domain.guest().libosinfo()),
                        "xmlns:libosinfo",
                        LIBOSINFO));
        memory();
        vcpus();
        pins();
        nodes();
        os();
        out.with("features", this::features);
        cpu();
        clock();
        out.text("on_poweroff", "destroy").text("on_reboot", "restart").text("on_crash", "destroy");
        out.with("pm", () -> out.leaf("suspend-to-mem", "enabled", "no").leaf("suspend-to-disk", "enabled", "no"));
        out.with("devices", () -> new NewDevicesXml(domain, out).devices());
        if (kvmfr() && domain.devices().screen() instanceof NewScreen.LookingGlass glass) {
            out.with("qemu:commandline", () -> kvmfr(glass));
        }
    }

    private void memory() {
        NewMemory memory = domain.memory();
        out.text("memory", kib(memory.bytes()), "unit", "KiB");
        out.text("currentMemory", kib(memory.bytes()), "unit", "KiB");
        memory.hugePageBytes()
                .ifPresent(page -> out.with(
                        "memoryBacking",
                        () -> out.with("hugepages", () -> out.leaf("page", "size", kib(page), "unit", "KiB"))));
    }

    private void vcpus() {
        NewVcpus vcpus = domain.vcpus();
        int count = vcpus.count();
        CpuSet disabled = vcpus.disabled();
        if (disabled.isEmpty()) {
            out.text("vcpu", number(count), "placement", "static");
        } else {
            out.text("vcpu", number(count), "placement", "static", "current", number(count - disabled.size()));
            out.with("vcpus", () -> eachVcpu(count, disabled));
        }
        if (!vcpus.iothreads().isEmpty()) {
            out.text("iothreads", number(vcpus.iothreads().size()));
        }
    }

    /// QEMU starts with the vCPUs up to the first disabled one; those after it are plugged in before the guest runs.
    private void eachVcpu(int count, CpuSet disabled) {
        int first = disabled.first().orElse(count);
        for (int i = 0; i < count; i++) {
            out.leaf(
                    "vcpu",
                    "id",
                    number(i),
                    "enabled",
                    disabled.contains(i) ? "no" : "yes",
                    "hotpluggable",
                    i < first ? "no" : "yes");
        }
    }

    private void pins() {
        NewVcpus vcpus = domain.vcpus();
        boolean some = vcpus.pins().stream().anyMatch(p -> !p.isEmpty())
                || vcpus.iothreads().stream().anyMatch(p -> !p.isEmpty())
                || !vcpus.emulator().isEmpty();
        if (some) {
            out.with("cputune", () -> {
                pins("vcpupin", "vcpu", 0, vcpus.pins());
                if (!vcpus.emulator().isEmpty()) {
                    out.leaf("emulatorpin", "cpuset", vcpus.emulator().toString());
                }
                pins("iothreadpin", "iothread", 1, vcpus.iothreads());
            });
        }
    }

    private void pins(String element, String thread, int first, List<CpuSet> pins) {
        for (int i = 0; i < pins.size(); i++) {
            if (!pins.get(i).isEmpty()) {
                out.leaf(
                        element,
                        thread,
                        number(first + i),
                        "cpuset",
                        pins.get(i).toString());
            }
        }
    }

    private void nodes() {
        NewMemory memory = domain.memory();
        List<NewMemory.Cell> cells = memory.cells();
        if (memory.nodes().isEmpty() && cells.stream().allMatch(c -> c.nodes().isEmpty())) {
            return;
        }
        out.with("numatune", () -> {
            if (!memory.nodes().isEmpty()) {
                out.leaf("memory", "mode", "strict", "nodeset", memory.nodes().toString());
            }
            for (int i = 0; i < cells.size(); i++) {
                if (!cells.get(i).nodes().isEmpty()) {
                    String nodes = cells.get(i).nodes().toString();
                    out.leaf("memnode", "cellid", number(i), "mode", "strict", "nodeset", nodes);
                }
            }
        });
    }

    private void os() {
        out.with(
                "os",
                () -> {
                    out.text("type", "hvm", "arch", "x86_64", "machine", "q35");
                    if (domain.guest().secured()) {
                        out.with("firmware", () -> out.leaf("feature", "enabled", "yes", "name", "secure-boot"));
                    }
                },
                "firmware",
                "efi");
    }

    private void features() {
        out.leaf("acpi").leaf("apic");
        if (domain.guest().windows()) {
            out.with("hyperv", this::hyperv, "mode", "custom");
        }
        out.leaf("vmport", "state", "off");
        if (domain.guest().secured()) {
            out.leaf("smm", "state", "on");
        }
        out.leaf("ioapic", "driver", "kvm");
    }

    private void hyperv() {
        out.leaf("relaxed", "state", "on");
        out.leaf("vapic", "state", "on");
        out.leaf("spinlocks", "state", "on", "retries", "8191");
        out.leaf("vpindex", "state", "on");
        out.leaf("runtime", "state", "on");
        out.leaf("synic", "state", "on");
        out.with("stimer", () -> out.leaf("direct", "state", "on"), "state", "on");
        out.leaf("frequencies", "state", "on");
        out.leaf("tlbflush", "state", "on");
        out.leaf("ipi", "state", "on");
        if (domain.cpu().avic()) {
            out.leaf("avic", "state", "on");
        }
    }

    private void cpu() {
        out.with("cpu", this::model, "mode", "host-passthrough", "check", "none", "migratable", "off");
    }

    private void model() {
        NewVcpus vcpus = domain.vcpus();
        NewCpu cpu = domain.cpu();
        out.leaf(
                "topology",
                "sockets",
                "1",
                "dies",
                number(vcpus.dies()),
                "cores",
                number(vcpus.cores()),
                "threads",
                number(vcpus.threads()));
        if (cpu.cachePassthrough()) {
            out.leaf("cache", "mode", "passthrough");
        }
        if (cpu.topoext()) {
            out.leaf("feature", "policy", "require", "name", "topoext");
        }
        for (String feature : cpu.without()) {
            out.leaf("feature", "policy", "disable", "name", feature);
        }
        List<NewMemory.Cell> cells = domain.memory().cells();
        if (!cells.isEmpty()) {
            out.with("numa", () -> cells(cells));
        }
    }

    private void cells(List<NewMemory.Cell> cells) {
        for (int i = 0; i < cells.size(); i++) {
            String vcpus = cells.get(i).vcpus().toString();
            out.leaf(
                    "cell",
                    "id",
                    number(i),
                    "cpus",
                    vcpus,
                    "memory",
                    kib(cells.get(i).bytes()),
                    "unit",
                    "KiB");
        }
    }

    private void clock() {
        boolean windows = domain.guest().windows();
        out.with(
                "clock",
                () -> {
                    out.leaf("timer", "name", "rtc", "tickpolicy", "catchup");
                    out.leaf("timer", "name", "pit", "tickpolicy", domain.cpu().avic() ? "discard" : "delay");
                    out.leaf("timer", "name", "hpet", "present", "no");
                    if (windows) {
                        out.leaf("timer", "name", "hypervclock", "present", "yes");
                    }
                },
                "offset",
                windows ? "localtime" : "utc");
    }

    private void kvmfr(NewScreen.LookingGlass glass) {
        String memory = "{\"qom-type\":\"memory-backend-file\",\"id\":\"looking-glass\",\"mem-path\":\"" + KVMFR
                + "\",\"size\":" + (glass.mebibytes() << 20) + ",\"share\":true}";
        String device = "{\"driver\":\"ivshmem-plain\",\"id\":\"shmem0\",\"memdev\":\"looking-glass\"}";
        for (String argument : List.of("-object", memory, "-device", device)) {
            out.leaf("qemu:arg", "value", argument);
        }
    }

    private static String number(int number) {
        return Integer.toString(number);
    }

    private static String kib(long bytes) {
        return Long.toString(bytes >> 10);
    }
}
