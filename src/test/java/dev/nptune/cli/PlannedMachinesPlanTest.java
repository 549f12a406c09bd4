package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.EmbeddedLibvirt;
import dev.nptune.Golden;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineFolder;
import dev.nptune.host.MachineSource;
import dev.nptune.host.Machines;
import dev.nptune.internal.proc.Exec;
import dev.nptune.plan.Change;
import dev.nptune.plan.HostRequest;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.PlanResult;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Refusal;
import dev.nptune.plan.Request;
import dev.nptune.vm.Domain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plans for VMs on machines as their owners have them, as a person reads them, and what comes after them.
class PlannedMachinesPlanTest extends MachineFolder {
    static Stream<String> machines() {
        return Stream.concat(Machines.NAMES.stream(), Machines.PLANNED.stream());
    }

    private static Domain domain(Host host) {
        return Domain.parse(
                host.virtualization().domains().getFirst().xml().get().orElseThrow());
    }

    private PlanResult plan(Host host) {
        return plan(host, Request.DEFAULT);
    }

    private PlanResult plan(Host host, Request request) {
        Domain domain = domain(host);
        Diagnosis diagnosis = Doctor.examine(host, domain);
        return Planner.plan(host, domain, diagnosis, PlanFiles.read(root(), host), request);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void theOwnersPlan(String machine) throws IOException {
        MachineSource source = Machines.unpack(machine, root());
        PlanResult result = plan(HostReader.read(source));
        String text = switch (result) {
            case Plan plan -> PlanText.render(plan, 100) + "\n" + PlanDiff.render(plan);
            case Refusal(String reason, String next) -> "refused: " + reason + "\nnext: " + next + "\n";
        };
        Golden.check("dev/nptune/plans/" + machine + ".txt", text);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void onceCarriedOutThereIsNothingLeftToPlan(String machine) throws IOException {
        MachineSource source = Machines.unpack(machine, root());
        if (!(plan(HostReader.read(source)) instanceof Plan plan)) {
            return;
        }
        for (Change change : plan.changes()) {
            carryOut(change);
        }
        Plan again = (Plan) plan(HostReader.read(source));
        assertThat(PlanDiff.render(again)).isEmpty();
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void theOnlyCardIsGivenIfItsOwnerAgrees() throws IOException {
        MachineSource source = Machines.unpack(Machines.ONE_CARD, root());
        Request agreed = Request.DEFAULT.withHost(HostRequest.DEFAULT.withSingleGpu(true));
        Plan plan = (Plan) plan(HostReader.read(source), agreed);
        Golden.check(
                "dev/nptune/plans/ryzen-3600-one-gpu-single.txt",
                PlanText.render(plan, 100) + "\n" + PlanDiff.render(plan));
        for (Change change : plan.changes()) {
            carryOut(change);
        }
        Host host = HostReader.read(source);
        assertThat(Doctor.examine(host, domain(host)).fired("one-gpu-no-hook")).isFalse();
        for (Request request : List.of(agreed, Request.DEFAULT)) {
            assertThat(((Plan) plan(host, request)).changes()).isEmpty();
        }
    }

    /// The card's owner has a hook already: the VM's XML becomes the same, and the hook is left to do it.
    @Test
    void theHookChangesNothingAboutTheVm() throws IOException {
        MachineSource source = Machines.unpack(Machines.ONE_CARD, root());
        Request agreed = Request.DEFAULT.withHost(HostRequest.DEFAULT.withSingleGpu(true));
        Plan ours = (Plan) plan(HostReader.read(source), agreed);
        write("/etc/libvirt/hooks/qemu", "#!/bin/sh\nsystemctl stop display-manager\n");
        assertThat(root().resolve("etc/libvirt/hooks/qemu").toFile().setExecutable(true))
                .isTrue();
        Plan theirs = (Plan) plan(HostReader.read(source), agreed);
        assertThat(theirs.changes().getLast()).isEqualTo(ours.changes().getLast());
        assertThat(theirs.changes()).hasSize(ours.changes().size() - 1);
        assertThat(theirs.notes())
                .contains("screen: a hook of yours takes the card from the desktop already: it stays as it is.");
    }

    /// libvirt's QEMU driver takes it and makes a command line of it; for what this machine cannot have see
    /// [EmbeddedLibvirt#emulated]. A newer machine type becomes this QEMU's newest; where memory is bound to a NUMA
    /// node or a USB device is passed there is no command line, since libvirt looks for these.
    @Test
    void libvirtTakesThePlannedDomains(@TempDir Path folder) throws IOException {
        EmbeddedLibvirt libvirt = new EmbeddedLibvirt(folder.resolve("l"));
        List<String> commands = new ArrayList<>();
        for (String machine : Machines.PLANNED) {
            Host host = Machines.host(machine);
            Domain domain = domain(host);
            if (Planner.plan(host, domain, Doctor.examine(host, domain), Map.of(), Request.DEFAULT)
                    instanceof Plan plan) {
                String xml = plan.changes().stream()
                        .filter(Change.DefineDomain.class::isInstance)
                        .map(c -> ((Change.DefineDomain) c).after())
                        .findFirst()
                        .orElse(domain.xml());
                Path file = folder.resolve(machine + ".xml");
                Files.writeString(
                        file,
                        EmbeddedLibvirt.emulated(xml)
                                .replaceAll("machine='pc-(q35|i440fx)-[0-9.]+'", "machine='$1'")
                                .replace("machine='i440fx'", "machine='pc'")
                                .replaceFirst("<name>.*</name>", "<name>" + machine + "</name>")
                                .replaceFirst(
                                        "<emulator>.*</emulator>", "<emulator>/usr/bin/qemu-system-x86_64</emulator>")
                                .replaceAll("(<hostdev [^>]*type='pci'[^>]*>)", "$1<driver name='vfio'/>")
                                .replaceFirst("\\s*<uuid>.*</uuid>", ""));
                commands.add("define " + file);
                if (!xml.contains("<numatune>") && !xml.contains("<hostdev mode='subsystem' type='usb'")) {
                    commands.add("domxml-to-native qemu-argv " + file);
                }
            }
        }
        Exec.Result result = libvirt.run(commands);
        assertThat(result.ok()).as(result.err()).isTrue();
        assertThat(result.out().split("LC_ALL=C", -1))
                .as(commands + result.err())
                .hasSizeGreaterThan(3);
    }

    /// As the kernel and libvirt would.
    private void carryOut(Change change) throws IOException {
        switch (change) {
            case Change.EditFile edit -> file(edit);
            case Change.WriteSysfs write -> {
                if (write.path().endsWith("/nr_hugepages")) {
                    reserve(write);
                } else {
                    write(write.path(), write.after() + "\n");
                }
            }
            case Change.ReloadModule reload ->
                write("/sys/module/" + reload.module() + "/parameters/" + reload.parameter(), reload.after() + "\n");
            case Change.DefineDomain define -> write("/etc/libvirt/qemu/" + define.domain() + ".xml", define.after());
            case Change.EditBootEntry entry -> write(entry.path(), entry.after());
            case Change.KeepCopy _, Change.Rebuild _, Change.SetGrubVariable _ -> {}
            case Change.BindDriver _, Change.OstreeArguments _ ->
                throw new IllegalStateException("no plan does: " + change);
        }
    }

    private void file(Change.EditFile edit) throws IOException {
        String after = edit.after();
        Path path = root().resolve(edit.path().substring(1));
        if (after == null) {
            Files.delete(path);
            return;
        }
        write(edit.path(), after);
        if (after.startsWith("#!")) {
            assertThat(path.toFile().setExecutable(true, false)).isTrue();
        }
    }

    /// New pages are free ones, of a node and of the whole machine.
    private void reserve(Change.WriteSysfs write) throws IOException {
        long more = Long.parseLong(write.after()) - Long.parseLong(write.before());
        String pool = write.path().substring(0, write.path().lastIndexOf('/') + 1);
        add(pool, more);
        if (pool.contains("/node")) {
            add("/sys/kernel/mm/hugepages/" + pool.replaceAll(".*/hugepages/", ""), more);
        } else if (Files.isDirectory(root().resolve("sys/devices/system/node/node0/hugepages"))) {
            add("/sys/devices/system/node/node0/hugepages/" + pool.replaceAll(".*/hugepages/", ""), more);
        }
    }

    private void add(String pool, long more) throws IOException {
        for (String name : List.of("nr_hugepages", "free_hugepages")) {
            Path file = root().resolve((pool + name).substring(1));
            if (Files.exists(file)) {
                long now = Long.parseLong(Files.readString(file).strip());
                Files.writeString(file, now + more + "\n");
            }
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = root().resolve(path.substring(1));
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }
}
