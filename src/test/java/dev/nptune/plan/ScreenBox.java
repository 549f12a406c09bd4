package dev.nptune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nptune.host.PciAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A machine with one card as files in a folder, on which [ScreenScript] runs. A thread stands for the kernel: it
/// binds and unbinds what is written to the files for that. systemctl, loginctl, systemd-run and modprobe are
/// scripts.
final class ScreenBox {
    static final String CARD = "0000:08:00.0";
    static final String SOUND = "0000:08:00.1";
    static final String CONSOLE = "sys/class/vtconsole/vtcon1/bind";
    static final String TAKEN = "run/nptune/screen/taken";
    private static final String EFI = "sys/bus/platform/drivers/efi-framebuffer";
    private static final String DEVICES = "sys/bus/pci/devices/";
    private static final String DRIVERS = "sys/bus/pci/drivers/";

    private static final String SYSTEMCTL = """
            #!/bin/sh
            cd 'ROOT/units' || exit 1
            for unit in "$@"; do :; done
            [ "$unit" != display-manager.service ] || [ ! -e gdm.service ] || unit=gdm.service
            case "$1 $3" in
            'show ActiveState') if [ -e "$unit" ]; then cat "$unit"; else echo inactive; fi ;;
            'show Id') echo "$unit" ;;
            stop*)
                echo "stop $unit" >> ../asked
                if [ -e ../hangs ]; then echo deactivating > "$unit"; exit; fi
                echo inactive > "$unit"
                [ -e ../stays ] || rm -rf ../proc/77
                ;;
            start*)
                echo "start $unit" >> ../asked
                echo active > "$unit"
                ;;
            esac
            """;

    private static final String LOGINCTL = """
            #!/bin/sh
            echo "$*" >> 'ROOT/asked'
            [ -e 'ROOT/stubborn' ] || rm -rf 'ROOT/proc/77'
            """;

    private static final String SYSTEMD_RUN = """
            #!/bin/sh
            [ ! -e 'ROOT/no-systemd' ] || exit 1
            while [ "$1" != -- ]; do shift; done
            shift
            setsid "$@" > /dev/null 2>&1 &
            """;

    private static final String MODPROBE = """
            #!/bin/sh
            cd 'ROOT' || exit 1
            echo "modprobe $*" >> asked
            if [ "$1" = -r ]; then
                [ ! -e "busy-$2" ] || exit 1
                rmdir "sys/module/$2"
                [ "$2" != nvidia ] || rm sys/bus/pci/devices/0000:08:00.0/driver
            else
                mkdir -p "sys/module/$1"
                [ "$1" != nvidia ] || ln -s ../../drivers/nvidia sys/bus/pci/devices/0000:08:00.0/driver
            fi
            """;

    final Path root;
    private final List<String> shell;
    private final Map<String, String> hosts = new TreeMap<>();
    private final Thread kernel;
    private volatile boolean off;

    /// Ticks until the watchdog gives QEMU up, and until it gives libvirt up.
    int coming = 1500;
    int giving = 1500;

    /// Ticks until a unit, a program or the kernel is given up.
    int patience = 500;

    /// @param shell the shell with its options
    ScreenBox(Path root, List<String> shell, String driver) throws IOException {
        this.root = root;
        this.shell = shell;
        write("proc/77/comm", "Xorg\n");
        node("dev/dri/card1");
        device(CARD, "0x73ff", driver);
        device(SOUND, "0xab28", "snd_hda_intel");
        Files.createDirectories(root.resolve(DEVICES + CARD + "/drm/card1"));
        Files.createDirectories(root.resolve("proc/77/fd"));
        Files.createSymbolicLink(root.resolve("proc/77/fd/14"), root.resolve("dev/dri/card1"));
        write("sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
        write("sys/class/vtconsole/vtcon0/bind", "1\n");
        write("sys/class/vtconsole/vtcon1/name", "(M) frame buffer device\n");
        write(CONSOLE, "1\n");
        write(EFI + "/efi-framebuffer.0", "");
        write("units/gdm.service", "active\n");
        program("systemctl", SYSTEMCTL);
        program("loginctl", LOGINCTL);
        program("systemd-run", SYSTEMD_RUN);
        program("modprobe", MODPROBE);
        program("logger", "#!/bin/sh\nexit 1\n");
        kernel = Thread.ofVirtual().start(this::kernel);
    }

    private void device(String address, String id, String driver) throws IOException {
        write(DEVICES + address + "/vendor", "0x1002\n");
        write(DEVICES + address + "/device", id + "\n");
        write(DEVICES + address + "/driver_override", "\n");
        hosts.put(address, driver);
        for (String name : List.of(driver, "vfio-pci")) {
            Files.createDirectories(root.resolve(DRIVERS + name));
        }
        bind(address, driver);
    }

    void program(String name, String text) throws IOException {
        write("bin/" + name, text.replace("ROOT", root.toString()));
        assertThat(root.resolve("bin/" + name).toFile().setExecutable(true)).isTrue();
    }

    /// A program's node; a link to the same file, as /proc has it, is the same node.
    void node(String path) throws IOException {
        write(path, "");
    }

    void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    String read(String path) throws IOException {
        return Files.readString(root.resolve(path)).strip();
    }

    boolean there(String path) {
        return Files.exists(root.resolve(path));
    }

    List<String> asked() throws IOException {
        return there("asked") ? Files.readAllLines(root.resolve("asked")) : List.of();
    }

    void bind(String address, String driver) throws IOException {
        Path link = root.resolve(DEVICES + address + "/driver");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of("../../drivers/" + driver));
    }

    String driver(String address) throws IOException {
        Path link = root.resolve(DEVICES + address + "/driver");
        return Files.exists(link) ? link.toRealPath().getFileName() + "" : "";
    }

    private void kernel() {
        while (!off) {
            try {
                tick();
                Thread.sleep(5);
            } catch (NoSuchFileException e) {
                // the script was faster
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void tick() throws IOException {
        for (String driver : List.of("vfio-pci", "amdgpu", "nvidia", "snd_hda_intel")) {
            String address = taken(DRIVERS + driver + "/unbind");
            if (!address.isEmpty() && driver(address).equals(driver)) {
                Files.delete(root.resolve(DEVICES + address + "/driver"));
            }
        }
        String probed = taken("sys/bus/pci/drivers_probe");
        if (!probed.isEmpty() && driver(probed).isEmpty()) {
            String forced = read(DEVICES + probed + "/driver_override");
            bind(probed, forced.isEmpty() ? hosts.getOrDefault(probed, "") : forced);
        }
        if (!taken(EFI + "/unbind").isEmpty()) {
            Files.delete(root.resolve(EFI + "/efi-framebuffer.0"));
        }
        if (!taken(EFI + "/bind").isEmpty()) {
            write(EFI + "/efi-framebuffer.0", "");
        }
    }

    /// What was written to a file, which is empty again then. A pipe is a file that hangs.
    private String taken(String path) throws IOException {
        Path file = root.resolve(path);
        String text = Files.isRegularFile(file) ? Files.readString(file) : "";
        if (!text.endsWith("\n")) {
            return "";
        }
        Files.delete(file);
        return text.strip();
    }

    String text(String vm) {
        List<PassedFunction> functions = List.of(
                new PassedFunction(PciAddress.parse(CARD), "1002:73ff"),
                new PassedFunction(PciAddress.parse(SOUND), "1002:ab28"));
        String times = "tick=0.02 resting=0.02 stopping=" + patience + " freeing=" + patience + " waking=" + patience
                + " coming=" + coming + " giving=" + giving + " waiting=1500";
        return ScreenScript.of(vm, functions, "gdm3")
                .replaceFirst("(?m)^tick=1 .*$", times)
                .replace("/sys/", root + "/sys/")
                .replace("/proc/", root + "/proc/")
                .replace("/dev/dri/", root + "/dev/dri/")
                .replace("/dev/nvidia", root + "/dev/nvidia")
                .replace("/etc/libvirt", root + "/etc/libvirt")
                .replace("in /run /var/run", "in " + root + "/none " + root + "/run")
                .replace("state=/run", "state=" + root + "/run");
    }

    Process started(String vm, String... arguments) throws IOException {
        Path script = root.resolve("hooks/" + HookScript.name(ScreenScript.path(vm)));
        write("hooks/" + script.getFileName(), text(vm));
        List<String> command = new ArrayList<>(shell);
        command.add(script.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
        return builder.start();
    }

    /// What it says, which libvirt reads to its end, and its status.
    record Answer(int status, String said) {}

    static Answer await(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), said.strip());
    }

    Answer run(String vm, String... arguments) throws Exception {
        return await(started(vm, arguments));
    }

    Answer prepare(String vm) throws Exception {
        return run(vm, vm, "prepare", "begin", "-");
    }

    Answer release(String vm) throws Exception {
        return run(vm, vm, "release", "end", "-");
    }

    /// libvirt binds the functions and starts QEMU.
    void libvirtStarts(String vm, int pid) throws IOException {
        for (String address : List.of(CARD, SOUND)) {
            write(DEVICES + address + "/driver_override", "vfio-pci\n");
            bind(address, "vfio-pci");
        }
        write("proc/" + pid + "/stat", pid + " (qemu (x) y) S" + " 0".repeat(18) + " 4711 0 0\n");
        write("run/libvirt/qemu/" + vm + ".pid", "" + pid);
    }

    void qemuEnds(int pid) throws IOException {
        Files.delete(root.resolve("proc/" + pid + "/stat"));
    }

    /// QEMU has ended, and libvirt gives the functions back before it calls the hook.
    void libvirtStops(String vm, int pid) throws IOException {
        qemuEnds(pid);
        Files.delete(root.resolve("run/libvirt/qemu/" + vm + ".pid"));
        for (String address : List.of(CARD, SOUND)) {
            write(DEVICES + address + "/driver_override", "\n");
            bind(address, hosts.getOrDefault(address, ""));
        }
    }

    /// The screen is as before, and nothing is left that says otherwise.
    void assertGivenBack() throws IOException {
        assertThat(driver(CARD)).isEqualTo(hosts.get(CARD));
        assertThat(driver(SOUND)).isEqualTo("snd_hda_intel");
        assertThat(read(CONSOLE)).isEqualTo("1");
        assertThat(read("sys/class/vtconsole/vtcon0/bind")).isEqualTo("1");
        await(() -> there(EFI + "/efi-framebuffer.0"));
        assertThat(there(TAKEN)).isFalse();
    }

    void assertTaken() throws IOException {
        assertThat(read(CONSOLE)).isEqualTo("0");
        assertThat(read("sys/class/vtconsole/vtcon0/bind")).isEqualTo("1");
        assertThat(there(EFI + "/efi-framebuffer.0")).isFalse();
        assertThat(there(TAKEN)).isTrue();
    }

    static void await(BooleanSupplier condition) {
        for (int i = 0; i < 12_000 && !condition.getAsBoolean(); i++) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    Stream<ProcessHandle> left() {
        return ProcessHandle.allProcesses()
                .filter(p ->
                        p.info().arguments().stream().flatMap(Stream::of).anyMatch(a -> a.contains(root.toString())));
    }

    /// Ends the watchdogs that are left, by what ends them on a machine: that there is nothing to give back.
    void close() throws Exception {
        if (there(TAKEN)) {
            Files.delete(root.resolve(TAKEN));
        }
        await(() -> left().findAny().isEmpty());
        off = true;
        kernel.join();
    }
}
