package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.CpuSet;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.proc.Exec;
import dev.nptune.plan.Change.DefineDomain;
import dev.nptune.plan.Plan;
import dev.nptune.vm.Domain;
import dev.nptune.vm.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Plans on a real kernel, a real libvirt and a real QEMU: taken as they are, and complete, so that a second one is
/// empty.
///
/// The new VM is one for Windows 11: OVMF with Secure Boot, a TPM by swtpm, the passed card behind a root port. Its
/// firmware is not waited for. It mostly comes through and gives the card its addresses; but QEMU 7.2 on this emulated
/// CPU now and then pauses the VM meanwhile ("KVM internal error. Suberror: 1", at a `hlt` that KVM passes over by its
/// emulator, there being no NRIPS), or it stands still.
final class PlanStory {
    static final List<Path> NEEDED = List.of(Path.of("/usr/bin/swtpm"), Path.of("/usr/share/OVMF/OVMF_CODE_4M.ms.fd"));
    private static final String GAME = "game";
    private static final String NEW = "plan --new game --os win11 --gpu auto --disk /run/images/game.qcow2"
            + " --memory 512M --vcpus 4 --sound none --screen viewer --network bridge:br0 -o /lab/game.json";

    /// A file system that can do without the page cache, unlike tmpfs, and a bridge. With no address but IPv6's a host
    /// cannot look up 127.0.0.1, where SPICE listens.
    private static final String PREPARE = """
            set -e
            modprobe -a zram ext4 bridge tun vhost_net
            echo 64M > /sys/block/zram0/disksize
            mkfs.ext4 -q /dev/zram0
            mkdir /run/images
            mount /dev/zram0 /run/images
            cp /lab/game.qcow2 /run/images
            ip link add br0 type bridge
            ip address add 192.168.122.1/24 dev br0
            ip link set br0 up
            """;

    private static final String CLEAN = """
            set -e
            umount /run/images
            rmdir /run/images
            echo 1 > /sys/block/zram0/reset
            ip link delete br0
            """;

    /// All that these plans may change, in one text.
    private static final String STATE = """
            cd /
            cat etc/modprobe.d/* etc/sysctl.d/*
            cat sys/module/kvm_amd/parameters/npt
            cat sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
            readlink sys/bus/pci/devices/0000:01:00.0/driver
            cat sys/bus/pci/devices/0000:01:00.0/driver_override
            find var/lib/libvirt/qemu/nvram var/lib/libvirt/swtpm -mindepth 1 | sort
            find etc/libvirt/qemu etc/libvirt/hooks -type f | sort
            virsh dumpxml --inactive win10
            """;

    private static final String RUNNING = """
            for task in /proc/$(cat /run/libvirt/qemu/game.pid)/task/*; do
                echo "$(cat "$task/comm"): $(sed -n 's/^Cpus_allowed_list:\\t//p' "$task/status")"
            done
            readlink /sys/bus/pci/devices/0000:01:00.0/driver
            grep HugePages_Free /proc/meminfo
            virsh qemu-monitor-command game --hmp 'info tpm'
            virsh qemu-monitor-command game --hmp 'info qtree' | grep -A 9 'dev: vfio-pci'
            virsh dumpxml game
            """;

    private PlanStory() {}

    static void areTakenWholeAndTakenBackWhole(LabHost lab) throws Exception {
        EmptyQcow2.write(lab.share().resolve("game.qcow2"), 1L << 30);
        out(script(lab, "prepare", PREPARE));
        String found = script(lab, "state", STATE).out();

        List<Exec.Result> results = lab.nptuneEach(List.of(
                "plan win10 -o /lab/win10.json",
                "plan win10 --diff",
                "plan win10 --what-if npt=0",
                "plan win10 --json",
                "apply /lab/win10.json",
                "plan win10 -o /lab/again.json",
                "apply /lab/win10.json",
                "rollback",
                NEW,
                "apply /lab/game.json",
                "plan game -o /lab/game-again.json"));
        theVmThatIsThereIsPlannedOnce(lab, results.subList(0, 8));
        theNewOneIsPlannedOnce(lab, results.subList(8, 11));

        start(lab, plan(lab, "game"));
        out(lab.host().call("virsh", "destroy", GAME));
        takenBackOnlyByForce(lab);
        assertThat(script(lab, "state", STATE).out()).isEqualTo(found);
        out(script(lab, "clean", CLEAN));
    }

    /// It was started, and so may have been installed: its TPM's state stays even then.
    private static void takenBackOnlyByForce(LabHost lab) throws Exception {
        Exec.Result asked = lab.nptune("rollback");
        assertThat(asked.exit()).isEqualTo(5);
        assertThat(asked.err()).contains("was started after it was made");
        assertThat(out(lab.host().call("virsh", "list", "--all", "--name"))).contains(GAME);
        Exec.Result forced = lab.nptune("rollback", "--force");
        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(out(script(lab, "tpm", "ls /var/lib/libvirt/swtpm && rm -r /var/lib/libvirt/swtpm/*")))
                .isNotBlank();
    }

    private static void theVmThatIsThereIsPlannedOnce(LabHost lab, List<Exec.Result> results) throws IOException {
        assertThat(results)
                .extracting(Exec.Result::exit)
                .as(results.toString())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0);
        Plan plan = plan(lab, "win10");
        assertThat(results.get(0).out())
                .startsWith("Plan for win10: " + plan.changes().size() + " changes\n");
        assertThat(results.get(1).out())
                .contains(
                        "-options kvm_amd npt=0\n",
                        "/sys/module/kvm_amd/parameters/npt: N → Y\n",
                        "+      <target dev='vda' bus='virtio'/>\n",
                        "+    <vcpupin vcpu='0' cpuset='");
        assertThat(results.get(2).out())
                .containsPattern("(?m)^as it is +1 .* 100 % ")
                .containsPattern("(?m)^planned +1 .* 0 % ")
                .containsPattern("(?m)^npt=0 ");
        assertThat(Json.read(results.get(3).out(), Plan.class)).isEqualTo(plan);

        assertThat(results.get(5).out()).startsWith("Plan for win10: nothing to change\n");
        assertThat(plan(lab, "again").changes()).isEmpty();
        assertThat(results.get(6).out()).as("applied twice").startsWith("already applied by run ");
    }

    private static void theNewOneIsPlannedOnce(LabHost lab, List<Exec.Result> results) throws IOException {
        assertThat(results).extracting(Exec.Result::exit).as(results.toString()).containsExactly(0, 0, 0);
        assertThat(results.get(0).out()).contains("pass 0000:01:00.0", "Secure Boot and a TPM 2.0");
        assertThat(plan(lab, "game-again").changes()).isEmpty();
    }

    private static Plan plan(LabHost lab, String name) throws IOException {
        return Json.read(Files.readString(lab.share().resolve(name + ".json")), Plan.class);
    }

    private static void start(LabHost lab, Plan plan) throws Exception {
        Domain planned = plan.changes().stream()
                .filter(DefineDomain.class::isInstance)
                .map(change -> Domain.parse(((DefineDomain) change).after()))
                .findFirst()
                .orElseThrow();
        out(lab.host().call("virsh", "start", GAME));
        assertThat(out(lab.host().call("virsh", "domstate", "--reason", GAME))).startsWith("running (booted)");
        itRunsAsPlanned(lab, planned);
    }

    private static void itRunsAsPlanned(LabHost lab, Domain planned) throws Exception {
        Map<Integer, CpuSet> vcpus = pins(planned.vcpuPins());
        CpuSet emulator = planned.emulatorPin().orElseThrow().value();
        assertThat(vcpus)
                .hasSize(4)
                .allSatisfy((_, cpus) -> assertThat(cpus.size()).isOne());
        assertThat(vcpus.values().stream().distinct()).hasSize(4).noneMatch(emulator::intersects);

        assertThat(table(out(lab.host().call("virsh", "vcpupin", GAME)))).isEqualTo(vcpus);
        assertThat(table(out(lab.host().call("virsh", "iothreadinfo", GAME)))).isEqualTo(pins(planned.iothreadPins()));
        assertThat(out(lab.host().call("virsh", "emulatorpin", GAME))).endsWith("*: " + emulator + "\n\n");

        String running = out(script(lab, "running", RUNNING));
        assertThat(threads(running, "CPU (\\d+)/KVM")).isEqualTo(vcpus);
        assertThat(threads(running, "IO iothread(\\d+)")).isEqualTo(pins(planned.iothreadPins()));
        assertThat(running.lines().filter(line -> line.startsWith("qemu-system-x86: ")))
                .isNotEmpty()
                .containsOnly("qemu-system-x86: " + emulator);
        assertThat(running)
                .contains(
                        "/drivers/vfio-pci\n",
                        "dev: vfio-pci, id \"hostdev0\"",
                        "host = \"0000:01:00.0\"",
                        "type=emulator",
                        "secure='yes'",
                        "bridge='br0'")
                .containsPattern("HugePages_Free: +0\n");
    }

    private static Map<Integer, CpuSet> pins(Collection<Pin> pins) {
        return pins.stream().collect(Collectors.toMap(Pin::thread, Pin::cpus));
    }

    /// Of virsh's tables of a number and CPUs.
    private static Map<Integer, CpuSet> table(String text) {
        return threads(text, " *(\\d+)", " +");
    }

    private static Map<Integer, CpuSet> threads(String text, String name) {
        return threads(text, name, ": ");
    }

    private static Map<Integer, CpuSet> threads(String text, String name, String separator) {
        Map<Integer, CpuSet> threads = new TreeMap<>();
        Matcher matcher =
                Pattern.compile("(?m)^" + name + separator + "([0-9,-]+)$").matcher(text);
        while (matcher.find()) {
            threads.put(Integer.valueOf(matcher.group(1)), CpuSet.parse(matcher.group(2)));
        }
        return threads;
    }

    private static Exec.Result script(LabHost lab, String name, String text) throws Exception {
        Files.writeString(lab.share().resolve(name + ".sh"), text);
        return lab.host().call("sh", "/lab/" + name + ".sh");
    }

    private static String out(Exec.Result result) {
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }
}
