package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.apply.BootState;
import dev.nptune.doctor.TestHost;
import dev.nptune.host.Fact;
import dev.nptune.host.Network;
import dev.nptune.host.Network.Interface;
import dev.nptune.host.PciAddress;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import dev.nptune.plan.PassedFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script run by the machine's own shell on files in a folder, with GRUB's own `grub-editenv`. `systemctl` is a
/// script that knows which units are on.
class BootCheckTest {
    private static final String CARD = "0000:00:01.0";
    private static final String OLD = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet";
    private static final String NEW = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro iommu=pt nptune.bind=1";

    @TempDir
    Path root = Path.of("");

    private boolean network = true;
    private String desktop = "";
    private String block = "";
    private String entry = "";
    private ArgumentEdit change = new ArgumentEdit(List.of("iommu=pt", "nptune.bind=1"), List.of("quiet"));

    @BeforeEach
    void machine() throws IOException {
        write("dev/kmsg", "");
        write("proc/net/route", "Iface\tDestination\tGateway\nens3\t00000000\t0202000A\nens3\t0002000A\t00000000\n");
        write("proc/net/ipv6_route", "");
        driver("bochs-drm");
        write("on/systemd-user-sessions.service", "");
        write("bin/systemctl", "#!/bin/sh\n[ \"$1 $2\" = '-q is-active' ] && [ -e '" + root + "/on/'\"$3\" ]\n");
        assertThat(root.resolve("bin/systemctl").toFile().setExecutable(true)).isTrue();
    }

    private void driver(String name) throws IOException {
        Path link = root.resolve("sys/bus/pci/devices/" + CARD + "/driver");
        Files.createDirectories(link.resolveSibling("."));
        Files.deleteIfExists(link);
        if (!name.isEmpty()) {
            Files.createSymbolicLink(link, Path.of("../../../bus/pci/drivers/" + name));
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    /// A boot with a command line.
    private Exec.Result boot(String commandLine) throws IOException {
        write("proc/cmdline", commandLine + "\n");
        String script = BootCheck.script(new BootCheck.Expected(List.of(CARD), network, desktop), change, block, entry)
                .replace("root=\n", "root='" + root + "'\n")
                .replace("patience=60", "patience=1");
        Path file = root.resolve("etc/nptune/boot-check");
        if (!Files.exists(file)) {
            write("etc/nptune/boot-check", script);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        }
        return Exec.run(
                Duration.ofSeconds(20),
                List.of("/bin/sh", file.toString()),
                root,
                Map.of("PATH", root + "/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
    }

    private String state() throws IOException {
        Path file = root.resolve("var/lib/nptune/boot-state");
        return Files.exists(file) ? Files.readString(file).split(" ")[0] : "";
    }

    private void grub(String value) throws IOException {
        assumeTrue(Programs.find("grub-editenv", null).isPresent(), "grub-editenv is not installed");
        block = "/grubenv";
        edit("create");
        edit("set", "saved_entry=0");
        if (!value.isEmpty()) {
            edit("set", "nptune_trial=" + value);
        }
    }

    private String edit(String... arguments) throws IOException {
        String program = Programs.find("grub-editenv", null).orElseThrow().toString();
        List<String> argv = new java.util.ArrayList<>(
                List.of(program, root.resolve("grubenv").toString()));
        argv.addAll(List.of(arguments));
        Exec.Result result = Exec.run(Duration.ofSeconds(20), argv);
        assertThat(result.ok()).as(result.err()).isTrue();
        return result.out();
    }

    @Test
    void grubsTrialEndsWhenAllIsWell() throws IOException {
        grub("tried");
        assertThat(boot(NEW).ok()).isTrue();
        assertThat(edit("list")).isEqualTo("saved_entry=0\n");
        assertThat(state()).isEqualTo("confirmed");
        assertThat(Files.readString(root.resolve("dev/kmsg"))).contains("come up with the new kernel arguments");
    }

    @Test
    void laterBootsSayNothing() throws IOException {
        grub("tried");
        boot(NEW);
        write("dev/kmsg", "");
        assertThat(boot(NEW).out()).isEmpty();
        assertThat(Files.readString(root.resolve("dev/kmsg"))).isEmpty();
    }

    @Test
    void grubsTrialGoesOnWhenTheHostsCardWasTaken() throws IOException {
        grub("tried");
        driver("vfio-pci");
        Exec.Result result = boot(NEW);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("a graphics card of the host (" + CARD + ") has no driver");
        assertThat(edit("list")).contains("nptune_trial=tried");
        assertThat(state()).isEmpty();
    }

    @Test
    void aCardWithoutADriverIsNoCard() throws IOException {
        driver("");
        assertThat(boot(NEW).exit()).isEqualTo(1);
    }

    @Test
    void noWayToTheNetwork() throws IOException {
        write("proc/net/route", "Iface\tDestination\tGateway\n");
        write(
                "proc/net/ipv6_route",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                        + "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n");
        assertThat(boot(NEW).out()).contains("there is no way to the network");
        write(
                "proc/net/ipv6_route",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                        + "fe800000000000000000000000000002 00000400 00000003 00000000 00000003     ens3\n");
        assertThat(boot(NEW).ok()).isTrue();
    }

    @Test
    void noNetworkWhereThereWasNone() throws IOException {
        network = false;
        Files.delete(root.resolve("proc/net/route"));
        assertThat(boot(NEW).ok()).isTrue();
    }

    @Test
    void nobodyCanLogIn() throws IOException {
        Files.delete(root.resolve("on/systemd-user-sessions.service"));
        assertThat(boot(NEW).out()).contains("nobody can log in");
    }

    @Test
    void theDisplayManagerMustRunWhereThereIsOne() throws IOException {
        desktop = "sddm.service";
        write("on/display-manager.service", "");
        assertThat(boot(NEW).out()).contains("nobody can log in");
        write("on/sddm.service", "");
        assertThat(boot(NEW).ok()).isTrue();
    }

    @Test
    void grubWentBack() throws IOException {
        grub("failed");
        assertThat(boot(OLD).ok()).isTrue();
        assertThat(state()).isEqualTo("reverted");
        assertThat(edit("list")).contains("nptune_trial=failed");
    }

    /// As GRUB has it on the command line, and as others have.
    @Test
    void anArgumentWithABlankIsLookedFor() throws IOException {
        change = new ArgumentEdit(List.of("dyndbg=file x.c +p"), List.of());
        for (String written : List.of("\"dyndbg=file x.c +p\"", "dyndbg=\"file x.c +p\"")) {
            grub("tried");
            boot("ro x=\"a b\" " + written + " quiet");
            assertThat(edit("list")).as(written).doesNotContain("nptune_trial");
        }
        for (String other : List.of(
                "ro quiet", "ro \"x=dyndbg=file x.c +p\"", "ro dyndbg=file x.c +p", "ro -- \"dyndbg=file x.c +p\"")) {
            grub("failed");
            boot(other);
            assertThat(edit("list")).as(other).contains("nptune_trial=failed");
            grub("tried");
            boot(other);
            assertThat(edit("list")).as(other).contains("nptune_trial=pending");
        }
    }

    /// To the kernel they are the same in names, and are not in values.
    @Test
    void namesMayBeSpelledWithADashOrAnUnderscore() throws IOException {
        change = new ArgumentEdit(List.of("kvm_amd.npt=a-b"), List.of("vfio-pci.ids", "split_lock"));
        grub("tried");
        for (String old : List.of(
                "kvm_amd.npt=a-b vfio_pci.ids=1002:73bf",
                "kvm_amd.npt=a-b split-lock",
                "kvm_amd.npt=a_b",
                "kvm_amd.npt")) {
            boot(old);
            assertThat(edit("list")).as(old).contains("nptune_trial=pending");
            edit("set", "nptune_trial=tried");
        }
        boot("kvm-amd.npt=a-b split_locks");
        assertThat(edit("list")).doesNotContain("nptune_trial");
    }

    /// Names are patterns, and a file that fits one is none.
    @Test
    void filesAreNoArguments() throws IOException {
        change = new ArgumentEdit(List.of("a_b"), List.of("c*"));
        write("a-b", "");
        grub("tried");
        boot("a_b cd");
        assertThat(state()).isEqualTo("confirmed");
    }

    /// GRUB has given it up, so nothing that it starts ends the trial: neither what was kept, should it look like
    /// the new one, nor the new one chosen by hand.
    @Test
    void aTrialThatHasFailedIsOver() throws IOException {
        grub("failed");
        assertThat(boot(NEW).ok()).isTrue();
        assertThat(edit("list")).contains("nptune_trial=failed");
        assertThat(state()).isEqualTo("reverted");
        assertThat(Files.readString(root.resolve("dev/kmsg"))).contains("run 'nptune rollback'");
    }

    /// A power cut must not leave a trial that is told to have ended well.
    @Test
    void theBlockIsOnTheDiskBeforeAnythingIsTold() throws IOException {
        grub("tried");
        write(
                "bin/sync",
                "#!/bin/sh\n[ \"$1\" != -f ] || { echo \"$* $(ls '" + root + "/var/lib/nptune' 2> /dev/null)\" >> '"
                        + root + "/synced'; grub-editenv \"$2\" list >> '" + root + "/synced'; }\n");
        assertThat(root.resolve("bin/sync").toFile().setExecutable(true)).isTrue();
        boot(NEW);
        assertThat(root.resolve("synced")).hasContent("-f " + root + "/grubenv \nsaved_entry=0\n");
        assertThat(state()).isEqualTo("confirmed");
    }

    /// A VM that starts by itself takes its card from the driver that is looked for.
    @Test
    void libvirtWaitsForTheCheck() {
        assertThat(BootCheck.UNIT_TEXT.lines().filter(l -> l.startsWith("Before=")))
                .anyMatch(l -> List.of(l.substring(7).split(" "))
                        .containsAll(List.of("libvirtd.service", "virtqemud.service", "libvirt-guests.service")));
    }

    private String message() throws IOException {
        Path file = root.resolve("run/motd.d/nptune");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /// Whoever logs in is told, and of modules that an update has taken away above all.
    @Test
    void whoLogsInIsTold() throws IOException {
        grub("failed");
        write("proc/sys/kernel/osrelease", "6.12.1-arch1-1\n");
        write("lib/modules/6.12.1-arch1-1/modules.dep", "");
        boot(OLD);
        assertThat(message())
                .contains("sudo nptune rollback", "before the next update")
                .doesNotContain("are gone");
        Files.delete(root.resolve("lib/modules/6.12.1-arch1-1/modules.dep"));
        boot(OLD);
        assertThat(message()).contains("/lib/modules/6.12.1-arch1-1, are gone already");
    }

    @Test
    void whereAllIsWellNobodyIsTold() throws IOException {
        grub("tried");
        boot(NEW);
        boot(OLD);
        assertThat(message()).isEmpty();
    }

    private List<String> remarks() throws IOException {
        return BootState.remarks(root);
    }

    /// It is a good boot: the host has all that it keeps.
    @Test
    void aFunctionThatAnotherDriverHasIsRemarked() throws IOException {
        List<PassedFunction> claimed = List.of(new PassedFunction(PciAddress.parse(CARD), "10de:2484"));
        write("etc/nptune/vfio-claim", ClaimScript.of(claimed, List.of()));
        String asked = NEW + " " + ClaimScript.argument(ClaimScript.of(claimed, List.of()));
        driver("nouveau");
        Exec.Result result = boot(asked);
        assertThat(result.ok()).isTrue();
        assertThat(result.out()).contains("nptune: " + CARD + " has nouveau and not vfio-pci\n");
        assertThat(state()).isEqualTo("confirmed");
        assertThat(remarks()).containsExactly(CARD + " has nouveau and not vfio-pci");
        assertThat(BootState.read(root)).isPresent();
    }

    @Test
    void aRemarkGoesWithTheNextGoodBoot() throws IOException {
        write("var/lib/nptune/boot-remarks", "of before\n");
        List<PassedFunction> other = List.of(new PassedFunction(PciAddress.parse("0000:0a:00.0"), "10de:2484"));
        write("etc/nptune/vfio-claim", ClaimScript.of(other, List.of()));
        assertThat(boot(NEW).ok()).isTrue();
        assertThat(remarks()).isEmpty();
        Files.delete(root.resolve("var/lib/nptune/boot-state"));
        assertThat(boot(NEW + " " + ClaimScript.argument(ClaimScript.of(other, List.of())))
                        .ok())
                .isTrue();
        assertThat(remarks()).containsExactly("0000:0a:00.0 has no driver and not vfio-pci");
    }

    private static boolean needsNetwork(String routes, Interface... interfaces) {
        TestHost machine = new TestHost();
        machine.network = new Network(
                Fact.known(List.of(interfaces), "/sys/class/net"),
                Fact.known(List.of(routes.split(" ")), "/proc/net/route"));
        return BootCheck.Expected.of(machine.build(), Set.of()).network();
    }

    private static Interface made(String name, String... on) {
        return new Interface(name, Fact.known(List.of(), "/sys"), Fact.known("up", "/sys"), List.of(on));
    }

    @Test
    void onlyACableIsUpBeforeAnybodyLogsIn() {
        assertThat(needsNetwork("enp5s0")).isTrue();
        assertThat(needsNetwork("enx")).isTrue();
        assertThat(needsNetwork("wlp3s0")).isFalse();
        assertThat(needsNetwork("wlx")).isFalse();
        assertThat(needsNetwork("wwan0")).isFalse();
        assertThat(needsNetwork("tun0", made("tun0"))).isFalse();
        assertThat(needsNetwork("br0", made("br0", "bond0"), made("bond0", "enp5s0")))
                .isTrue();
        assertThat(needsNetwork("br0", made("br0", "vnet0"), made("vnet0"))).isFalse();
        assertThat(needsNetwork("tun0 eth0", made("tun0"))).isTrue();
    }

    @Test
    void anotherEntryChosenByHandIsNoTrial() throws IOException {
        grub("tried");
        assertThat(boot(OLD).out()).contains("the next one tries them");
        assertThat(state()).isEmpty();
        assertThat(edit("list")).contains("nptune_trial=pending");
    }

    @Test
    void someOfTheArgumentsAreNotAllOfThem() throws IOException {
        grub("tried");
        boot("root=/dev/sda1 iommu=pt");
        boot(NEW + " quiet");
        assertThat(state()).isEmpty();
        assertThat(edit("list")).contains("nptune_trial=pending");
    }

    /// Chosen by hand in the menu after it failed.
    @Test
    void whatHasFailedIsCheckedWhenItIsTriedAgain() throws IOException {
        entry = "/boot/loader/entries/debian";
        write("boot/loader/entries/debian+0-1.conf", "");
        boot(OLD);
        assertThat(state()).isEqualTo("reverted");
        driver("vfio-pci");
        assertThat(boot(NEW).ok()).isFalse();
        driver("bochs-drm");
        assertThat(boot(NEW).ok()).isTrue();
        assertThat(state()).isEqualTo("confirmed");
    }

    /// The loader goes on with the new arguments, so it must not be said that it goes back.
    @Test
    void withoutAFallBackNothingIsPromised() throws IOException {
        driver("");
        assertThat(boot(NEW).out())
                .contains("'nptune rollback' takes the kernel arguments back")
                .doesNotContain("the next boot takes");
    }

    @Test
    void systemdBootHasNoTryLeft() throws IOException {
        entry = "/boot/loader/entries/debian";
        assertThat(boot(OLD).ok()).isTrue();
        assertThat(state()).isEmpty();
        write("boot/loader/entries/debian+0-1.conf", "");
        assertThat(boot(OLD).ok()).isTrue();
        assertThat(state()).isEqualTo("reverted");
    }

    @Test
    void withoutAFallBackTheBootIsToldToo() throws IOException {
        assertThat(boot(NEW).ok()).isTrue();
        assertThat(state()).isEqualTo("confirmed");
    }

    /// GRUB's own checker of its language, on what GRUB's own generator makes of our scripts.
    @Test
    void grubUnderstandsItsPart() throws IOException {
        assumeTrue(Programs.find("grub-script-check", null).isPresent(), "grub-script-check is not installed");
        for (String text : List.of(
                GrubFallback.decides(GrubFallback.keptMenu()),
                GrubFallback.decides(GrubFallback.keptEntry("nptune")),
                GrubFallback.offers())) {
            write("script", text);
            Exec.Result made = Exec.run(
                    Duration.ofSeconds(20),
                    List.of("/bin/sh", root.resolve("script").toString()));
            write("menu", made.out());
            Exec.Result check = Exec.run(
                    Duration.ofSeconds(20),
                    List.of(
                            Programs.find("grub-script-check", null)
                                    .orElseThrow()
                                    .toString(),
                            root.resolve("menu").toString()));
            assertThat(check.ok()).as(made.out() + check.err()).isTrue();
        }
    }
}
