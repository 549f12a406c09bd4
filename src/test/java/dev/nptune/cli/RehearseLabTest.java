package dev.nptune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.cli.RehearsalDocument.Result;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.Progress;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.Qemu;
import dev.nptune.plan.Builder;
import dev.nptune.plan.Change;
import dev.nptune.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two rehearsals on one emulated machine: one that goes well, one that fails on purpose.
@Tag("lab")
class RehearseLabTest {
    /// Stands in for a program that this machine need not have: it takes the same arguments.
    private static final String MKINITRAMFS = """
            mkdir -p /usr/local/sbin
            cat > /usr/local/sbin/mkinitramfs <<'END'
            #!/bin/sh
            { echo "image of $3"; cat /etc/modprobe.d/*.conf; } > "$2"
            END
            chmod 755 /usr/local/sbin/mkinitramfs
            echo old > /boot/initrd.img-rehearsed
            """;

    private static final String VM = """
            <domain type='kvm'>
              <name>rehearsed</name>
              <memory unit='KiB'>1048576</memory>
              <vcpu>2</vcpu>
              <os><type arch='x86_64' machine='q35'>hvm</type></os>
              <devices><memballoon model='virtio'/></devices>
            </domain>
            """;

    private static final String CONF = "/etc/modprobe.d/rehearsed.conf";
    private static final String HOOK = "/etc/libvirt/hooks/qemu.d/rehearsed";

    @TempDir
    private Path folder;

    @Test
    void aPlanThatGoesWellAndOneThatDoesNot() throws Exception {
        String path = System.getenv("PATH");
        LabDirectories directories = LabDirectories.of(System.getenv(), Cli.home(System.getenv()));
        try (KernelCache cache = new KernelCache(directories.cache(), path)) {
            Lab lab = Lab.prepareHosts(
                    Qemu.find(path), cache.kernel(null, Progress.SILENT), folder, Duration.ofMinutes(15));
            try (EmulatedHost host = lab.hostToRehearse("machine")) {
                Path share = lab.share("machine");
                Files.writeString(share.resolve("mkinitramfs.sh"), MKINITRAMFS);
                assertThat(host.call("sh", "/lab/mkinitramfs.sh").exit()).isZero();
                Rehearsal rehearsal = new Rehearsal(host, share, Progress.SILENT);
                goesWell(rehearsal.run(plan(definedThere(host, share), "options vfio-pci ids=1:2")));
                fails(rehearsal.run(plan(definedThere(host, share), "what no image says")));
            }
        }
        assertThat(Path.of(CONF)).doesNotExist();
        assertThat(Path.of(HOOK)).doesNotExist();
    }

    /// The VM as the libvirt of this machine prints it, whichever version that is.
    private static String definedThere(EmulatedHost host, Path share) throws Exception {
        Files.writeString(share.resolve("vm.xml"), VM);
        host.call("virsh", "--quiet", "define", "--file", "/lab/vm.xml");
        Exec.Result dump = host.call("virsh", "--quiet", "dumpxml", "--inactive", "--domain", "rehearsed");
        assertThat(dump.ok()).as(dump.err()).isTrue();
        return dump.out();
    }

    private static Plan plan(String xml, String inImage) {
        List<String> none = List.of();
        return Plan.of(
                "rehearsed",
                List.of(
                        new Change.EditFile("Name the card", none, CONF, "# nothing\n", "options vfio-pci ids=1:2\n"),
                        new Change.EditFile("Make the hook", none, HOOK, null, "#!/bin/sh\n"),
                        new Change.WriteSysfs("Reserve pages", none, "/proc/sys/vm/nr_hugepages", "0", "64"),
                        new Change.DefineDomain(
                                "Give it four CPUs", none, "rehearsed", xml, xml.replace(">2</vcpu>", ">4</vcpu>")),
                        new Change.Rebuild(
                                "Build the image",
                                none,
                                Builder.MKINITRAMFS,
                                "6.1",
                                List.of("/boot/initrd.img-rehearsed"),
                                List.of(inImage))));
    }

    private static void goesWell(RehearsalDocument document) {
        assertThat(document.passed()).as(document.toString()).isTrue();
        assertThat(document.differences()).isEmpty();
        assertThat(document.changes())
                .extracting(RehearsalDocument.Step::result)
                .containsExactly(
                        Result.REHEARSED, Result.REHEARSED, Result.SKIPPED, Result.REHEARSED, Result.REHEARSED);
    }

    private static void fails(RehearsalDocument document) {
        assertThat(document.passed()).isFalse();
        assertThat(document.differences()).as("what failed was taken back").isEmpty();
        assertThat(document.changes())
                .extracting(RehearsalDocument.Step::result)
                .containsExactly(Result.REHEARSED, Result.REHEARSED, Result.SKIPPED, Result.REHEARSED, Result.FAILED);
        assertThat(document.changes().getLast().why()).contains("does not say 'what no image says'");
    }
}
