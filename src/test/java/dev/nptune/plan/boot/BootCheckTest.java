package dev.nptune.plan.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.proc.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    private boolean desktop;
    private String block = "";
    private String entry = "";

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
        String script = BootCheck.script(
                        new BootCheck.Expected(List.of(CARD), network, desktop),
                        new ArgumentEdit(List.of("iommu=pt", "nptune.bind=1"), List.of("quiet")),
                        block,
                        entry)
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
        desktop = true;
        assertThat(boot(NEW).out()).contains("nobody can log in");
        write("on/display-manager.service", "");
        assertThat(boot(NEW).ok()).isTrue();
    }

    @Test
    void grubWentBack() throws IOException {
        grub("failed");
        assertThat(boot(OLD).ok()).isTrue();
        assertThat(state()).isEqualTo("reverted");
        assertThat(edit("list")).contains("nptune_trial=failed");
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
