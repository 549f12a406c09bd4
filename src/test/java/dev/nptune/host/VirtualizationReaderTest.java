package dev.nptune.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nptune.MemoryFolder;
import dev.nptune.host.Virtualization.QemuProcess;
import dev.nptune.host.Virtualization.QemuThread;
import dev.nptune.host.Virtualization.Scheduling;
import dev.nptune.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualizationReaderTest {
    private static final String STAT =
            "(CPU 0/KVM) S 1 7 7 0 -1 138412096 5 0 0 0 1 2 0 0 -2 -5 9 0 99 1 2 3 4 5 6 7 8 9 0 0 0 0 0 0 -1 5 50 1 0 0 0";

    @TempDir(factory = MemoryFolder.class)
    Path root = Path.of("");

    TestTree tree = new TestTree(root);

    @BeforeEach
    void plant() {
        tree = new TestTree(root);
    }

    private Virtualization read() {
        Tree files = new Tree(root);
        Virtualization found = VirtualizationReader.read(files, Processes.read(files));
        assertThat(Json.read(Json.compact(found), Virtualization.class)).isEqualTo(found);
        return found;
    }

    private void qemu(int pid, String comm, String... arguments) {
        tree.file("/proc/" + pid + "/comm", comm + "\n");
        tree.file("/proc/" + pid + "/cmdline", String.join("\0", arguments) + "\0");
        tree.file("/proc/" + pid + "/status", "Name:\tqemu\nVmLck:\t 16777216 kB\nHugetlbPages:\t 8388608 kB\n");
        thread(pid, pid, comm, "0-15");
    }

    private void thread(int pid, int tid, String name, String allowed) {
        String directory = "/proc/" + pid + "/task/" + tid;
        tree.file(directory + "/comm", name + "\n");
        tree.file(
                directory + "/status", "Name:\t" + name + "\nCpus_allowed:\tff\nCpus_allowed_list:\t" + allowed + "\n");
        tree.file(directory + "/stat", tid + " " + STAT + "\n");
    }

    @Test
    void aRunningVmWithItsThreads() {
        qemu(
                7,
                "qemu-system-x86",
                "/usr/bin/qemu-system-x86_64",
                "-name",
                "guest=win10,debug-threads=on",
                "-m",
                "16384",
                "");
        thread(7, 12, "CPU 0/KVM", "4,12");
        thread(7, 9, "IO iothread1", "0-1");

        QemuProcess vm = read().running().getFirst();
        assertThat(vm.pid()).isEqualTo(7);
        assertThat(vm.name()).isEqualTo(Fact.known("win10", "/proc/7/cmdline"));
        assertThat(vm.arguments().get().orElseThrow())
                .containsExactly(
                        "/usr/bin/qemu-system-x86_64", "-name", "guest=win10,debug-threads=on", "-m", "16384", "");
        assertThat(vm.lockedBytes().get()).contains(16L << 30);
        assertThat(vm.hugeBytes().get()).contains(8L << 30);
        assertThat(vm.threads()).extracting(QemuThread::tid).containsExactly(7, 9, 12);
        assertThat(vm.threads().getLast())
                .isEqualTo(new QemuThread(
                        12,
                        Fact.known("CPU 0/KVM", "/proc/7/task/12/comm"),
                        Fact.known(CpuSet.of(4, 12), "/proc/7/task/12/status"),
                        Fact.known(new Scheduling("fifo", 50, -5, 5), "/proc/7/task/12/stat")));
    }

    @Test
    void whatIsNoVmIsLeftOut() {
        qemu(1, "qemu-ga", "/usr/bin/qemu-ga");
        qemu(2, "qemu-system-arm", "/usr/bin/qemu-system-arm");
        qemu(3, "kvm", "");
        qemu(4, "qemu:win10", "/usr/bin/qemu-kvm", "-name", "win,,10");
        qemu(5, "kvm", "/usr/bin/kvm", "-id", "100");
        qemu(6, "bash", "/usr/bin/qemu-system-x86_64");
        tree.file("/proc/8/comm", "qemu-system-x86\n"); // has ended since
        assertThat(read().running()).extracting(QemuProcess::pid).containsExactly(4, 5);
        assertThat(read().running().getFirst().name().get()).contains("win,10");
        assertThat(read().running().getLast().name()).isEqualTo(Fact.absent("/proc/5/cmdline"));
    }

    @Test
    void hostileProcesses() {
        qemu(7, "qemu-system-x86", "/usr/bin/qemu-system-x86_64", "x".repeat(1 << 19));
        qemu(8, "qemu-system-x86", "/usr/bin/qemu-system-x86_64", "\u001b[31m", "-name");
        tree.file("/proc/8/task/8/stat", "8 (a) b) S 1").file("/proc/8/task/8/status", "Cpus_allowed_list:\tall\n");
        tree.link("/proc/9/comm", "comm");
        List<QemuProcess> running = read().running();
        assertThat(running.getFirst().arguments()).isInstanceOf(Fact.Unreadable.class);
        assertThat(running.getFirst().name()).isInstanceOf(Fact.Unreadable.class);
        assertThat(running.getLast().arguments().get().orElseThrow()).contains("\\x1b[31m");
        QemuThread thread = running.getLast().threads().getFirst();
        assertThat(thread.allowed()).isInstanceOf(Fact.Unreadable.class);
        assertThat(thread.scheduling()).isInstanceOf(Fact.Unreadable.class);
    }

    @Test
    void daemonsAreNamedOnce() {
        tree.file("/proc/1/comm", "systemd\n")
                .file("/proc/2/comm", "irqbalance\n")
                .file("/proc/3/comm", "swtpm\n");
        tree.file("/proc/4/comm", "swtpm\n").file("/proc/5/comm", "virtqemud\n").file("/proc/6/comm", "irqbalanced\n");
        assertThat(read().daemons()).containsExactly("irqbalance", "swtpm", "virtqemud");
        assertThat(read().processes().get()).contains(6);
    }

    @Test
    void domainsAreLibvirtsFiles() {
        String xml = "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n-->\n\n<domain type='kvm'/>\n";
        tree.file("/etc/libvirt/qemu/win10.xml", xml).file("/etc/libvirt/qemu/networks/default.xml", "<network/>");
        tree.file("/etc/libvirt/qemu/win10.xml.bak", xml).directory("/etc/libvirt/qemu/odd.xml");
        List<Virtualization.DomainFile> domains = read().domains();
        assertThat(domains).extracting(Virtualization.DomainFile::name).containsExactly("odd", "win10");
        assertThat(domains.getFirst().xml()).isInstanceOf(Fact.Unreadable.class);
        assertThat(domains.getLast().xml()).isEqualTo(Fact.known(xml, "/etc/libvirt/qemu/win10.xml"));
    }

    @Test
    void whatMayNotBeListedIsAGap() {
        tree.link("/etc/libvirt/qemu", "qemu")
                .link("/etc/libvirt/qemu.conf", "qemu.conf")
                .link("/dev/kvm", "kvm");
        tree.file("/etc/libvirt/hooks/qemu.d", "no folder");
        Tree files = new Tree(root);
        Virtualization found = VirtualizationReader.read(files, Processes.read(files));
        assertThat(found.domains()).isEmpty();
        assertThat(files.gaps()).containsExactly(new Gap("/etc/libvirt/qemu", "symbolic links lead in a circle"));
        assertThat(found.qemuConf()).isInstanceOf(Fact.Unreadable.class);
        assertThat(found.kvm()).isInstanceOf(Fact.Unreadable.class);
        assertThat(found.hooks()).hasSize(1);
    }

    @Test
    void hooksWithTheirFolders() throws IOException {
        String deep = "/etc/libvirt/hooks/qemu.d/win10/prepare/begin/start.sh";
        tree.file("/etc/libvirt/hooks/qemu", "#!/bin/sh\n").file(deep, "#!/bin/sh\necho vfio\n");
        tree.file("/etc/libvirt/hooks/huge", "x".repeat(70_000)).link("/etc/libvirt/hooks/qemu.d/loop", ".");
        Path executable = root.resolve("etc/libvirt/hooks/qemu");
        Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(root.resolve(deep.substring(1)), PosixFilePermissions.fromString("rw-r--r--"));

        List<Virtualization.Hook> hooks = read().hooks();
        assertThat(hooks).hasSizeLessThan(40);
        assertThat(hook(hooks, "/etc/libvirt/hooks/qemu")
                        .mode()
                        .get()
                        .orElseThrow()
                        .executable())
                .isTrue();
        assertThat(hook(hooks, deep).mode().get().orElseThrow().executable()).isFalse();
        assertThat(hook(hooks, deep).mode().get().orElseThrow().mode()).isEqualTo(0644);
        assertThat(hook(hooks, deep).text().get()).contains("#!/bin/sh\necho vfio\n");
        assertThat(hook(hooks, "/etc/libvirt/hooks/huge").text()).isInstanceOf(Fact.Unreadable.class);
    }

    private static Virtualization.Hook hook(List<Virtualization.Hook> hooks, String path) {
        return hooks.stream().filter(h -> h.path().equals(path)).findFirst().orElseThrow();
    }

    @Test
    void qemuConf() {
        assertThat(QemuConf.parse("""
                        # user = "commented"
                        user = "root"   # why not
                        group="kvm"
                        dynamic_ownership = 1
                        cgroup_device_acl = [
                            "/dev/null", "/dev/full",   # a comment
                            "/dev/kvmfr0",
                        ]
                        namespaces = []
                        hugetlbfs_mount = '/dev/hugepages'
                        vnc_listen = "0.0.0.0"
                        nvram = [ \"\"\"/a:/b\"\"\" ]
                        user = "me"
                        """))
                .isEqualTo(Map.of(
                        "user", List.of("me"),
                        "group", List.of("kvm"),
                        "dynamic_ownership", List.of("1"),
                        "cgroup_device_acl", List.of("/dev/null", "/dev/full", "/dev/kvmfr0"),
                        "namespaces", List.of(),
                        "hugetlbfs_mount", List.of("/dev/hugepages"),
                        "nvram", List.of("/a:/b")));
        assertThat(QemuConf.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "user =",
                "user = \"open",
                "user = [ \"a\"",
                "user = [ \"a\" \"b\" ]",
                "= 1",
                "[",
                "user : 1"
            })
    void qemuConfThatIsNone(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QemuConf.parse("\n" + text))
                .withMessageStartingWith("line 2: expected");
    }

    @Test
    void firmware() {
        String file = "/usr/share/qemu/firmware/50-edk2-x86_64-secure.json";
        tree.file(file, """
                {"description": "UEFI firmware for x86_64, with Secure Boot", "interface-types": ["uefi"],
                 "mapping": {"device": "flash",
                   "executable": {"filename": "/usr/share/edk2/x64/OVMF_CODE.secboot.4m.fd", "format": "raw"},
                   "nvram-template": {"filename": "/usr/share/edk2/x64/OVMF_VARS.4m.fd", "format": "raw"}},
                 "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}],
                 "features": ["secure-boot", "requires-smm"], "tags": []}
                """);
        tree.file("/usr/share/qemu/firmware/60-bad.json", "{").file("/usr/share/qemu/firmware/readme", "");
        tree.file("/usr/share/qemu/firmware/70-hidden.json", "{}")
                .link("/etc/qemu/firmware/70-hidden.json", "/dev/null");
        tree.file("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "").file("/usr/share/qemu/edk2-x86_64-code.fd", "");
        tree.file("/usr/share/qemu/bios.bin", "").file("/usr/share/qemu/edk2-aarch64-code.fd", "");

        Virtualization found = read();
        assertThat(found.firmware()).hasSize(3);
        assertThat(found.firmware().getFirst().descriptor())
                .isEqualTo(Fact.known(
                        new Virtualization.Descriptor(
                                "UEFI firmware for x86_64, with Secure Boot",
                                List.of("uefi"),
                                "/usr/share/edk2/x64/OVMF_CODE.secboot.4m.fd",
                                "/usr/share/edk2/x64/OVMF_VARS.4m.fd",
                                List.of("secure-boot", "requires-smm"),
                                Map.of("x86_64", List.of("pc-q35-*"))),
                        file));
        assertThat(found.firmware().get(1).descriptor()).isInstanceOf(Fact.Unreadable.class);
        assertThat(found.firmwareFiles())
                .containsExactly("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/qemu/edk2-x86_64-code.fd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"7", "[]", "{\"mapping\": 7}", "{\"mapping\": {\"executable\": {\"filename\": 7}}}", "null"})
    void firmwareThatIsNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> FirmwareReader.parse(text));
    }

    @Test
    void theRest() {
        tree.file("/usr/bin/swtpm", "")
                .file("/dev/kvm", "")
                .file("/dev/kvmfr0", "")
                .file("/dev/shm/looking-glass", "x");
        tree.file("/dev/shm/other", "").file("/dev/kvmfrx", "");
        tree.file("/etc/group", "root:x:0:\nkvm:x:992:me,you\nlibvirt:x:133:\nkvm2:x:1:no\nrender:broken\n");
        Virtualization found = read();
        assertThat(found.swtpm()).isEqualTo(Fact.known("/usr/bin/swtpm", "/usr/bin/swtpm"));
        assertThat(found.kvm()).isInstanceOf(Fact.Known.class);
        assertThat(found.lookingGlass())
                .extracting(Virtualization.Node::path)
                .containsExactly("/dev/kvmfr0", "/dev/shm/looking-glass");
        assertThat(found.groups().get()).contains(Map.of("kvm", List.of("me", "you"), "libvirt", List.of()));
    }

    @Test
    void nothingIsAbsent() {
        Virtualization found = read();
        assertThat(found.swtpm()).isInstanceOf(Fact.Absent.class);
        assertThat(found.kvm()).isEqualTo(Fact.absent("/dev/kvm"));
        assertThat(found.qemuConf()).isInstanceOf(Fact.Absent.class);
        assertThat(found.processes()).isInstanceOf(Fact.Unreadable.class);
        assertThat(found.domains()).isEmpty();
    }

    @Test
    void thisMachineIsReadWithoutAnException() {
        Tree files = new Tree(Path.of("/"));
        Processes processes = Processes.read(files);
        assertThat(processes.seen().get().orElseThrow()).isPositive();
        assertThat(VirtualizationReader.read(files, processes).processes()).isInstanceOf(Fact.Known.class);
        assertThat(GraphicsReader.read(files, processes)).isNotNull();
        assertThat(BootReader.read(files, processes)).isNotNull();
        assertThat(KernelReader.read(files, Commands.unavailable("no")).version())
                .isInstanceOf(Fact.Known.class);
    }
}
