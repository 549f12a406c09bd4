package dev.nptune.report;

import dev.nptune.bench.Workload;
import dev.nptune.doctor.Evidence;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.doctor.TestFinding;
import dev.nptune.report.TuneStory.Answered;
import dev.nptune.report.TuneStory.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Made-up runs for tests. No figure in here was measured anywhere.
final class Stories {
    static final List<Workload> WORKLOADS = List.of(
            new Workload("integer loop", "ms", 200, 210.0, 202.0),
            new Workload("process creation", "ms", 20, 90.0, 20.5),
            new Workload("memory mapping", "ms", 100, 250.0, 101.0),
            new Workload("random memory", "ms", 50, 150.0, 51.5),
            new Workload("context switches", "ms", 40, 60.0, 40.4),
            new Workload("timer wake-ups", "ms", 70, 73.5, 73.5),
            new Workload("disk 4 KiB reads", "ms", 0.5, 1.25, 0.75),
            new Workload("framebuffer copy", "ms", 8, null, 16.0));

    private Stories() {}

    static TuneStory full() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("host kernel", "1.2.3-made-up");
        environment.put("QEMU", "0.0");
        environment.put("libvirt", "0.0");
        return new TuneStory(
                "Gaming VM win10 on the emulated EPYC",
                "1 January 2026, 12:00 UTC",
                List.of(
                        new Step("scan", "8 CPUs, 2 display devices, kernel 1.2.3", 1.25),
                        new Step("doctor", "2 findings", 0.5),
                        new Step("measure", "", 61)),
                findings(),
                """
                --- /etc/modprobe.d/kvm.conf
                +++ /etc/modprobe.d/kvm.conf
                @@ -1 +1 @@
                -options kvm_amd npt=0
                +options kvm_amd npt=1
                """,
                WORKLOADS,
                5,
                0.4567,
                0.9876,
                List.of("Instructions were counted.", "Nothing else ran."),
                environment,
                "/var/lib/nptune/journal/1");
    }

    static TuneStory empty() {
        return new TuneStory(
                "Nothing", "", List.of(), List.of(), "", List.of(), 0, null, null, List.of(), Map.of(), "");
    }

    /// The same hostile text in every place that takes text.
    static TuneStory hostile(String evil) {
        Finding finding = TestFinding.of(
                evil, Severity.LOW, evil, List.of(new Evidence(evil, evil, evil)), evil, evil, evil, evil);
        return new TuneStory(
                evil,
                evil,
                List.of(new Step(evil, evil, 1)),
                List.of(new Answered(finding, true)),
                evil,
                List.of(new Workload(evil, evil, 1, 2.0, 1.0)),
                1,
                0.5,
                1.0,
                List.of(evil),
                Map.of(evil, evil),
                evil);
    }

    private static List<Answered> findings() {
        Finding npt = TestFinding.of(
                "npt-off",
                Severity.CRITICAL,
                "Nested paging is off",
                List.of(new Evidence("/sys/module/kvm_amd/parameters/npt", "N", "Y")),
                "Every page-table change of the guest leaves it.",
                "Drop npt=0 and reload kvm_amd.",
                "",
                "a thread");
        Finding balloon = TestFinding.of(
                "memballoon",
                Severity.MEDIUM,
                "A memory balloon beside a passed-through device",
                List.of(new Evidence("/domain/devices/memballoon/@model", "virtio", "none")),
                "Memory of the guest is pinned anyway.",
                "<memballoon model='none'/>",
                "The host cannot take memory back.",
                "");
        return List.of(new Answered(npt, true), new Answered(balloon, false));
    }
}
