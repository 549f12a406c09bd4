package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.Golden;
import dev.nptune.doctor.Diagnosis;
import dev.nptune.doctor.Doctor;
import dev.nptune.doctor.Finding;
import dev.nptune.doctor.Severity;
import dev.nptune.host.Host;
import dev.nptune.host.HostReader;
import dev.nptune.host.MachineFolder;
import dev.nptune.host.MachineSource;
import dev.nptune.host.Machines;
import dev.nptune.plan.Change;
import dev.nptune.plan.Goal;
import dev.nptune.plan.HostRequest;
import dev.nptune.plan.NewVm;
import dev.nptune.plan.NewVmPlanner;
import dev.nptune.plan.Plan;
import dev.nptune.plan.PlanDiff;
import dev.nptune.plan.PlanResult;
import dev.nptune.plan.Planner;
import dev.nptune.plan.Refusal;
import dev.nptune.plan.Request;
import dev.nptune.vm.Domain;
import dev.nptune.vm.DomainSchema;
import dev.nptune.vm.GuestKind;
import dev.nptune.vm.Libvirt;
import dev.nptune.vm.NewDisk;
import dev.nptune.vm.NewInput;
import dev.nptune.vm.NewNetwork;
import dev.nptune.vm.NewScreen;
import dev.nptune.vm.NewSound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// VMs planned from nothing on machines as people have them.
class NewVmPlanTest extends MachineFolder {
    private static final String IMAGE = "/var/lib/libvirt/images/new.qcow2";

    static NewVm wish(Optional<String> gpu, List<NewVm.Disk> disks) {
        return new NewVm(
                "new",
                GuestKind.WINDOWS_11,
                Goal.GAMING,
                gpu,
                disks,
                List.of("/iso/Win11.iso", "/iso/virtio-win.iso"),
                Optional.empty(),
                Optional.empty(),
                new NewNetwork.Network("default"),
                new NewInput.Virtio(),
                new NewSound.Spice(),
                new NewScreen.Viewer(NewScreen.Video.VGA),
                Optional.empty());
    }

    private static NewVm wish(String gpu) {
        return wish(Optional.of(gpu), List.of(new NewVm.Disk(NewDisk.Kind.QCOW2, IMAGE)));
    }

    static Stream<String> machines() {
        return Machines.PLANNED.stream();
    }

    private PlanResult plan(String machine, NewVm wish) throws IOException {
        MachineSource source = Machines.unpack(machine, root());
        Host host = HostReader.read(source);
        return NewVmPlanner.plan(host, wish, PlanFiles.read(root(), host));
    }

    private static Domain defined(Plan plan) {
        return Domain.parse(((Change.DefineDomain) plan.changes().getLast()).after());
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aCardOfTheMachinesOwnChoice(String machine) throws IOException {
        String text = switch (plan(machine, wish("auto"))) {
            case Plan plan -> PlanText.render(plan, 100) + "\n" + PlanDiff.render(plan);
            case Refusal(String reason, String next) -> "refused: " + reason + "\nnext: " + next + "\n";
        };
        Golden.check("dev/nptune/plans/new/" + machine + ".txt", text);
    }

    /// Of what the XML alone decides nothing is left that the doctor would mind.
    @ParameterizedTest
    @MethodSource("machines")
    void theDoctorHasNothingAgainstIt(String machine) throws IOException {
        if (!(plan(machine, wish("auto")) instanceof Plan plan)) {
            return;
        }
        Domain domain = defined(plan);
        Diagnosis alone = Doctor.examine(Machines.host(machine), domain);
        assertThat(alone.findings().stream()
                        .filter(f -> !f.isMyth() && f.severity().urgency() == Severity.Urgency.NOW)
                        .filter(f -> !f.possible())
                        .map(Finding::rule))
                .isSubsetOf("guest-vbs", "zen4-vls", "disk-emulated", "hugepage-short", "rom-bad");
        assertThat(domain.validated(Path.of(DomainSchema.FOLDER))
                        .schemaProblems()
                        .get()
                        .orElse(List.of()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aPlanForItIsEmpty(String machine) throws IOException {
        if (!(plan(machine, wish("auto")) instanceof Plan plan)) {
            return;
        }
        Host host = Machines.host(machine);
        Domain domain = defined(plan);
        Plan again = (Plan)
                Planner.plan(host, domain, Doctor.examine(host, domain), PlanFiles.read(root(), host), Request.DEFAULT);
        assertThat(again.changes()).noneMatch(Change.DefineDomain.class::isInstance);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void libvirtTakesIt(String machine) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "virsh is not installed");
        if (plan(machine, wish("auto")) instanceof Plan plan) {
            String xml = ((Change.DefineDomain) plan.changes().getLast()).after();
            new Libvirt("test:///default").define(xml.replace("type='kvm'", "type='test'"));
        }
    }

    @Test
    void theHostsOwnDriveIsRefused() throws IOException {
        NewVm wish = wish(Optional.empty(), List.of(new NewVm.Disk(NewDisk.Kind.BLOCK, "/dev/nvme0n1")));
        assertThat(plan(Machines.RYZEN_5900X, wish)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.reason())
                    .startsWith("the host needs /dev/nvme0n1: ")
                    .contains("is mounted at /");
            assertThat(refusal.next()).contains("--disk");
        });
    }

    @Test
    void aNameThatIsTakenIsRefused() throws IOException {
        NewVm free = wish("auto");
        NewVm wish = new NewVm(
                "win11",
                free.guest(),
                free.goal(),
                free.gpu(),
                free.disks(),
                free.isos(),
                free.vcpus(),
                free.memoryBytes(),
                free.network(),
                free.input(),
                free.sound(),
                free.screen(),
                free.latencies());
        assertThat(plan(Machines.X3D, wish))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).isEqualTo("there is a VM 'win11' already"));
    }

    @Test
    void withoutACardItIsAPlainVm() throws IOException {
        NewVm wish = wish(Optional.empty(), List.of(new NewVm.Disk(NewDisk.Kind.QCOW2, IMAGE)));
        Plan plan = (Plan) plan(Machines.ONE_CARD, wish);
        assertThat(defined(plan).hostdevs()).isEmpty();
        assertThat(plan.passed()).isEmpty();
        assertThat(defined(plan).vcpuPins()).hasSize(8);
    }

    @Test
    void theOnlyCardIsGivenIfItsOwnerAgrees() throws IOException {
        Plan plan = (Plan) plan(Machines.ONE_CARD, wish("auto").withHost(HostRequest.DEFAULT.withSingleGpu(true)));
        Golden.check(
                "dev/nptune/plans/new/ryzen-3600-one-gpu-single.txt",
                PlanText.render(plan, 100) + "\n" + PlanDiff.render(plan));
        assertThat(plan.passed()).hasSize(2);
        assertThat(plan.changes())
                .filteredOn(
                        c -> c instanceof Change.EditFile edit && edit.path().endsWith("/nptune_screen-new"))
                .singleElement()
                .satisfies(c -> assertThat(c.rules()).containsExactly("one-gpu-no-hook"));
    }

    @Test
    void twinsAreToldApartByTheirAddress() throws IOException {
        assertThat(plan(Machines.TWINS, wish("10de:2504")))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.next()).contains("--gpu 0000:0a:00.0", "--gpu 0000:0b:00.0"));
    }

    @Test
    void theAddressTellsWhichTwin() throws IOException {
        assertThat(((Plan) plan(Machines.TWINS, wish("0b:00.0")))
                        .passed().stream().map(f -> f.address() + " " + f.id()))
                .containsExactly("0000:0b:00.0 10de:2504", "0000:0b:00.1 10de:228e");
    }
}
