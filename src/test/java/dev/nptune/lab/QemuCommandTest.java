package dev.nptune.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
    private static final KernelFiles KERNEL =
            new KernelFiles("6.1", "6.1-1", Path.of("/cache/vmlinuz"), Path.of("/cache/lib,modules"));
    private static final Pattern CORE = Pattern.compile("EPYC-x86_64-cpu,.*\\bcore-id=(\\d+)");

    @Test
    void afterEachProcessorComesASpacer() {
        List<String> cpus = values(host(), "-device").stream()
                .filter(d -> d.startsWith("EPYC"))
                .toList();

        assertThat(cpus.stream().map(QemuCommandTest::core))
                .containsExactly(8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        assertThat(cpus)
                .allSatisfy(cpu -> assertThat(cpu.contains("svm=on,npt=on")).isEqualTo(core(cpu) < 8));
    }

    @Test
    void theKernelLeavesTheSpacersAlone() {
        List<String> argv = host();

        assertThat(values(argv, "-smp")).containsExactly("1,maxcpus=16,sockets=1,cores=16,threads=1");
        assertThat(values(argv, "-icount")).containsExactly("shift=0,sleep=off");
        assertThat(values(argv, "-append").getFirst().split(" ")).contains("nr_cpus=8", "lpj=4000000");
    }

    @Test
    void onlyTheLabsOwnFolderCanBeWritten() {
        List<String> shares = values(host(), "-virtfs");

        assertThat(shares).hasSize(3);
        assertThat(shares.get(0)).startsWith("local,path=/,mount_tag=root,").endsWith(",readonly=on");
        assertThat(shares.get(1)).contains(",mount_tag=modules,").endsWith(",readonly=on");
        assertThat(shares.get(2)).contains(",mount_tag=lab,").doesNotContain("readonly");
    }

    @Test
    void aCommaInAPathIsDoubled() {
        List<String> argv = host();

        assertThat(values(argv, "-virtfs").get(1)).startsWith("local,path=/cache/lib,,modules,mount_tag=modules,");
        assertThat(values(argv, "-virtfs").get(2)).startsWith("local,path=/run,,1/lab,mount_tag=lab,");
        assertThat(values(argv, "-chardev"))
                .containsExactly(
                        "socket,id=control,server=on,wait=off,path=/tmp/a,,b/control",
                        "file,id=console,path=/run,,1/console.log");
        assertThat(values(argv, "-qmp")).containsExactly("unix:/tmp/a,,b/qmp,server=on,wait=off");
        // These two are whole arguments, not options with commas in them.
        assertThat(values(argv, "-kernel")).containsExactly("/run,1/lab/vmlinuz");
        assertThat(values(argv, "-initrd")).containsExactly("/run,1/lab/host.cpio.gz");
    }

    @Test
    void noMachineHasANetwork() {
        for (List<String> argv : List.of(host(), bare())) {
            assertThat(values(argv, "-nic")).containsExactly("none");
            assertThat(argv).contains("-nodefaults", "-no-user-config").doesNotContain("-netdev");
            assertThat(values(argv, "-device")).noneMatch(d -> d.contains("net"));
        }
    }

    @Test
    void bareMetalIsTheSameProcessorWithoutSharesOrControl() {
        List<String> argv = bare();

        assertThat(values(argv, "-cpu")).isEqualTo(values(host(), "-cpu"));
        assertThat(values(argv, "-icount")).isEqualTo(values(host(), "-icount"));
        assertThat(values(argv, "-smp")).containsExactly("1");
        assertThat(values(argv, "-append")).containsExactly("console=ttyS0 panic=-1 nptune.ram=64");
        assertThat(argv).doesNotContain("-virtfs");
        assertThat(values(argv, "-chardev")).hasSize(1);
    }

    private static List<String> host() {
        return QemuCommand.host(
                "/usr/bin/qemu", KERNEL, Path.of("/run,1/lab"), Path.of("/tmp/a,b"), Path.of("/run,1/console.log"));
    }

    private static List<String> bare() {
        return QemuCommand.bare(
                "/usr/bin/qemu", KERNEL.image(), Path.of("/m.cpio.gz"), "nptune.ram=64", Path.of("/console.log"));
    }

    private static List<String> values(List<String> argv, String option) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i < argv.size(); i++) {
            if (argv.get(i - 1).equals(option)) {
                values.add(argv.get(i));
            }
        }
        return values;
    }

    private static int core(String device) {
        Matcher m = CORE.matcher(device);
        assertThat(m.matches()).as(device).isTrue();
        return Integer.parseInt(m.group(1));
    }
}
