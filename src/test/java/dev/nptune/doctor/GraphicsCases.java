package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Fact;
import dev.nptune.host.FileMode;
import dev.nptune.host.Gap;
import dev.nptune.host.Graphics;
import dev.nptune.host.Graphics.AddressRange;
import dev.nptune.host.Graphics.FrameBuffer;
import dev.nptune.host.Graphics.Holder;
import dev.nptune.host.Kernel;
import dev.nptune.host.KernelLog;
import dev.nptune.host.PciAddress;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciResources.Bar;
import dev.nptune.host.PciResources.ResizableBar;
import dev.nptune.host.PciResources.Space;
import dev.nptune.host.Virtualization.Hook;
import dev.nptune.vm.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [GraphicsRules].
final class GraphicsCases {
    static final String GPU = TestCard.GPU;
    static final String SECOND = "/sys/bus/pci/devices/0000:01:00.1";
    static final Domain NO_DEVICE = tuned("mode='subsystem' type='pci' managed='yes'", "type='usb'");
    private static final PciAddress CARD = PciAddress.parse("01:00.0");
    private static final PciAddress OTHER = PciAddress.parse("05:00.0");

    private GraphicsCases() {}

    static List<Case> all() {
        return Stream.of(
                        framebuffers(),
                        onlyCard(),
                        resets(),
                        encryption(),
                        roms(),
                        bars(),
                        widths(),
                        LookingGlassCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static void lostLog(TestHost h) {
        h.log = Fact.known(new KernelLog(List.of(), 0, false), "dmesg");
    }

    private static void noLog(TestHost h) {
        h.log = TestHost.unreadable(h.log);
    }

    private static void noCard(TestHost h) {
        h.gpuPresent = false;
    }

    static Consumer<TestHost> driver(String name) {
        return h -> h.gpuDriver = TestHost.driver("01:00.0", name);
    }

    private static Consumer<TestHost> range(long start, long last) {
        return h -> h.bootFramebuffers = Fact.known(List.of(new AddressRange("BOOTFB", start, last)), "/proc/iomem");
    }

    private static Consumer<TestHost> buffer(String name, Fact<PciAddress> function) {
        return h -> h.graphics = new Graphics(
                List.of(),
                List.of(),
                List.of(new FrameBuffer(0, Fact.known(name, "/sys/class/graphics/fb0/name"), function)),
                List.of(),
                h.bootFramebuffers);
    }

    private static Consumer<TestHost> lines(KernelLog.Category category, String... lines) {
        return h -> h.log = TestHost.log(category, lines);
    }

    private static List<Case> framebuffers() {
        String id = "bootfb-held";
        String wanted = " | nothing on a passed card";
        String inside = "/proc/iomem | BOOTFB inside BAR 0 of 0000:01:00.0" + wanted;
        String line = "vfio-pci 0000:01:00.0: BAR 0: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]";
        String sysfs = "/sys/class/graphics/fb0 | ";
        Fact<PciAddress> platform = Fact.absent("/sys/class/graphics/fb0/device");
        Fact<PciAddress> card = Fact.known(CARD, "/sys/class/graphics/fb0/device");
        Consumer<TestHost> hidden = h -> h.bootFramebuffers = TestHost.unreadable(h.bootFramebuffers);
        Consumer<TestHost> boot = h -> h.gpu.bootVga = Fact.known(true, GPU + "/boot_vga");
        return List.of(
                fires(id, "at its start", range(0xe000_0000L, 0xe07e_8fffL), tuned(), inside),
                fires(id, "its last byte", range(0xefff_ffffL, 0xf000_0fffL), tuned(), inside),
                fires(id, "up to its first byte", range(0xd000_0000L, 0xe000_0000L), tuned(), inside),
                fires(
                        id,
                        "before vfio has the card",
                        range(0xe000_0000L, 0xe07e_8fffL).andThen(driver("amdgpu")),
                        tuned(),
                        inside),
                clear(id, "below it", range(0xd000_0000L, 0xdfff_ffffL), tuned()),
                clear(id, "above it", range(0xf000_0000L, 0xf07e_8fffL), tuned()),
                clear(id, "at the number of a port", range(0xe000, 0xe0ff), tuned()),
                clear(
                        id,
                        "a BAR without a place",
                        range(0, 0xfff)
                                .andThen(h -> h.gpu.bars = Fact.known(
                                        List.of(new Bar(0, Space.MEMORY, 0, 256 << 20, true, true, false)),
                                        "resource")),
                        tuned()),
                fires(
                        id,
                        "in the log",
                        lines(KernelLog.Category.BAR, line),
                        tuned(),
                        "dmesg | " + line + " | no such line"),
                clear(
                        id,
                        "another card in the log",
                        lines(KernelLog.Category.BAR, line.replace("01:00", "05:00")),
                        tuned()),
                clear(
                        id,
                        "something else in the log",
                        lines(KernelLog.Category.BAR, line.replace("reserve", "claim")),
                        tuned()),
                fires(
                        id,
                        "drawn by the firmware's",
                        buffer("EFI VGA", card),
                        tuned(),
                        sysfs + "EFI VGA on 0000:01:00.0" + wanted),
                fires(id, "VESA", buffer("VESA VGA", card), tuned(), sysfs + "VESA VGA on 0000:01:00.0" + wanted),
                fires(
                        id,
                        "simpledrm",
                        buffer("simpledrmdrmfb", card),
                        tuned(),
                        sysfs + "simpledrmdrmfb on 0000:01:00.0" + wanted),
                fires(
                        id,
                        "efidrm",
                        buffer("efidrmdrmfb", card),
                        tuned(),
                        sysfs + "efidrmdrmfb on 0000:01:00.0" + wanted),
                fires(
                        id,
                        "vesadrm",
                        buffer("vesadrmdrmfb", card),
                        tuned(),
                        sysfs + "vesadrmdrmfb on 0000:01:00.0" + wanted),
                fires(
                        id,
                        "addresses hidden, but the firmware drew on the card",
                        hidden.andThen(boot).andThen(buffer("EFI VGA", platform)),
                        tuned(),
                        sysfs + "EFI VGA on 0000:01:00.0" + wanted),
                clear(id, "the memory map knows better", boot.andThen(buffer("EFI VGA", platform)), tuned()),
                clear(id, "of the card's own driver", buffer("amdgpudrmfb", card), tuned()),
                clear(id, "on another card", buffer("EFI VGA", Fact.known(OTHER, "fb0")), tuned()),
                clear(id, "nothing passed", hidden.andThen(GraphicsCases::noLog), NO_DEVICE),
                clear(
                        id,
                        "only sound passed",
                        hidden.andThen(GraphicsCases::noLog),
                        tuned("function='0x0'", "function='0x1'")),
                unknown(
                        id,
                        "addresses hidden, drawn on another card",
                        hidden.andThen(buffer("EFI VGA", platform)),
                        tuned(),
                        "/proc/iomem"),
                unknown(id, "no log", GraphicsCases::noLog, tuned(), "dmesg"),
                unknown(id, "the log lost its start", GraphicsCases::lostLog, tuned(), "dmesg"),
                unknown(
                        id,
                        "no BARs",
                        range(0xe000_0000L, 0xe07e_8fffL).andThen(h -> h.gpu.bars = TestHost.unreadable(h.gpu.bars)),
                        tuned(),
                        GPU + "/resource"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    static Consumer<TestHost> held(String process, String device, PciAddress... functions) {
        return h -> h.graphics = new Graphics(
                List.of(),
                List.of(new Holder(1234, process, device, Fact.known(List.of(functions), device))),
                List.of(),
                List.of(),
                h.bootFramebuffers);
    }

    private static Consumer<TestHost> hooks(Hook... hooks) {
        return h -> h.virtualization = TestVms.hooks(hooks);
    }

    private static List<Case> onlyCard() {
        String id = "one-gpu-no-hook";
        Consumer<TestHost> desktop = driver("amdgpu").andThen(held("Xorg", "/dev/dri/card0", CARD));
        String[] found = {
            GPU + "/driver | amdgpu, the only graphics card | a second one for the host",
            "/proc/1234/fd | Xorg has /dev/dri/card0 | nobody",
            "/etc/libvirt/hooks/qemu | none that takes the card | an executable hook that stops the desktop"
        };
        String qemu = "/etc/libvirt/hooks/qemu";
        Fact<FileMode> unreadable = Fact.unreadable(qemu, "permission denied");
        Hook odd = new Hook(qemu, unreadable, Fact.unreadable(qemu, "permission denied"));
        Hook good = TestVms.hook(qemu + ".d/win.sh", 0755, "systemctl stop sddm");
        String ours = "#!/bin/sh\n# Made by nptune for the VM 'win'\nsystemctl set-property x\necho 1 > x/unbind";
        Consumer<TestHost> another = desktop.andThen(Cores.domain("other")).andThen(Cores.domain("win"));
        String stop = "systemctl stop display-manager";

        return List.of(
                fires(id, "a desktop and no hook", desktop, tuned(), found),
                fires(
                        id,
                        "a hook that is not executable",
                        desktop.andThen(hooks(TestVms.hook(qemu, 0644, ""))),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook of something else",
                        desktop.andThen(hooks(TestVms.hook("/etc/libvirt/hooks/network", 0755, ""))),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook of ours, which keeps CPUs free",
                        desktop.andThen(Cores.hook("qemu.d/nptune-win", ours)),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook of ours for another VM's screen",
                        desktop.andThen(Cores.hook("qemu.d/nptune_screen-other", ours)),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook of ours for the screen that is not executable",
                        desktop.andThen(hooks(TestVms.hook(qemu + ".d/nptune_screen-win", 0644, ours))),
                        tuned(),
                        found),
                clear(
                        id,
                        "a hook of ours for the screen",
                        desktop.andThen(Cores.hook("qemu.d/nptune_screen-win", ours)),
                        tuned()),
                fires(
                        id,
                        "a hook for another VM",
                        another.andThen(Cores.hook("qemu", "[ $1 = other ] || exit\n" + stop)),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook in another VM's folder",
                        desktop.andThen(Cores.hook("qemu.d/other/prepare/begin/a.sh", stop)),
                        tuned(),
                        found),
                fires(
                        id,
                        "a hook for when it ends",
                        desktop.andThen(Cores.hook("qemu.d/win/release/end/a.sh", "echo 1 > vtcon1/bind")),
                        tuned(),
                        found),
                clear(id, "a hook", desktop.andThen(hooks(TestVms.hook(qemu, 0700, stop))), tuned()),
                clear(
                        id,
                        "a hook for both VMs",
                        another.andThen(Cores.hook("qemu", "case $1 in win|other) " + stop)),
                        tuned()),
                clear(
                        id,
                        "a hook in the VM's folder",
                        desktop.andThen(
                                Cores.hook("qemu.d/win/prepare/begin/a.sh", "systemctl isolate multi-user.target")),
                        tuned()),
                clear(
                        id,
                        "drivers unloaded",
                        desktop.andThen(Cores.hook("qemu", "modprobe -r nvidia_drm nvidia")),
                        tuned()),
                clear(id, "whatever manager", desktop.andThen(Cores.hook("qemu", "systemctl stop \"$DM\"")), tuned()),
                clear(
                        id,
                        "detached",
                        desktop.andThen(Cores.hook("qemu", "virsh nodedev-detach pci_0000_01_00_0")),
                        tuned()),
                unknown(
                        id,
                        "a hook that calls others",
                        desktop.andThen(Cores.hook("qemu", "run-parts x")),
                        tuned(),
                        qemu),
                unknown(
                        id,
                        "a comment, and another service",
                        desktop.andThen(Cores.hook("qemu", "# gdm\nsystemctl stop irqbalance\nmodprobe -r kvm_amd")),
                        tuned(),
                        qemu),
                clear(id, "a hook beside one that cannot be read", desktop.andThen(hooks(odd, good)), tuned()),
                clear(id, "another card for the host", desktop.andThen(h -> h.functions = withSecond(h)), tuned()),
                clear(id, "bound to vfio-pci", held("Xorg", "/dev/dri/card0", CARD), tuned()),
                clear(id, "no driver", desktop.andThen(h -> h.gpuDriver = Fact.absent("driver")), tuned()),
                clear(id, "nobody holds it", driver("amdgpu").andThen(hooks()), tuned()),
                clear(
                        id,
                        "the VM itself holds it",
                        driver("amdgpu").andThen(hooks()).andThen(held("qemu", "/dev/vfio/13", CARD)),
                        tuned()),
                clear(
                        id,
                        "somebody holds another card",
                        driver("amdgpu").andThen(hooks()).andThen(held("Xorg", "/dev/dri/card0", OTHER)),
                        tuned()),
                clear(id, "not managed: another rule", desktop, tuned("managed='yes'", "managed='no'")),
                clear(id, "nothing passed", desktop, NO_DEVICE),
                unknown(id, "a hook that cannot be read", desktop.andThen(hooks(odd)), tuned(), qemu),
                unknown(
                        id,
                        "hooks that cannot be listed",
                        desktop.andThen(h -> h.gaps.add(new Gap("/etc/libvirt/hooks", "permission denied"))),
                        tuned(),
                        "/etc/libvirt/hooks"),
                unknown(
                        id,
                        "no processes",
                        driver("amdgpu").andThen(h -> h.virtualization = TestVms.unread()),
                        tuned(),
                        "/proc"),
                unknown(
                        id,
                        "processes whose files cannot be listed",
                        driver("amdgpu").andThen(hooks()).andThen(h -> h.gaps.add(new Gap("/proc", "12 processes"))),
                        tuned(),
                        "/proc"),
                unknown(
                        id,
                        "no driver known",
                        h -> h.gpuDriver = TestHost.unreadable(h.gpuDriver),
                        tuned(),
                        GPU + "/driver"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    private static List<PciFunction> withSecond(TestHost h) {
        return List.of(
                h.gpu.function(h.gpuDriver, h.gpuGroup),
                new TestCard("05:00.0", 0x030000)
                        .function(TestHost.driver("05:00.0", "i915"), TestHost.group("05:00.0", 20)),
                TestHost.function("01:00.1", 0x040300, TestHost.driver("01:00.1", "vfio-pci"), h.gpuGroup));
    }

    private static Consumer<TestHost> device(int id) {
        return h -> h.gpu.device = id;
    }

    private static Case chip(String story, int device, String words) {
        return fires(
                "amd-reset",
                story,
                device(device),
                tuned(),
                GPU + "/reset_method | " + words + "; resets: flr bus | device_specific, by vendor-reset");
    }

    private static List<Case> resets() {
        String id = "amd-reset";
        String method = GPU + "/reset_method";
        Consumer<TestHost> old = device(0x731f).andThen(h -> h.gpu.resets = Fact.absent(method));
        Consumer<TestHost> loaded = h -> h.modules.add(Kernel.Module.of("vendor_reset", Map.of()));
        Consumer<TestHost> specific = h -> h.gpu.resets = Fact.known(List.of("device_specific", "bus"), method);
        return List.of(
                chip("Vega 10", 0x687f, "1002:687f, Vega 10"),
                chip("the first Vega 10", 0x6860, "1002:6860, Vega 10"),
                chip("Vega 20", 0x66af, "1002:66af, Vega 20"),
                chip("the first Vega 20", 0x66a0, "1002:66a0, Vega 20"),
                chip("Navi 10", 0x731f, "1002:731f, Navi 10"),
                chip("Navi 12", 0x7360, "1002:7360, Navi 12"),
                chip("Navi 14", 0x7340, "1002:7340, Navi 14"),
                fires(
                        id,
                        "RDNA 4",
                        device(0x7550),
                        tuned(),
                        method + " | 1002:7550, RDNA 4; resets: flr bus | tried, or a hook that suspends once"),
                fires(
                        id,
                        "the last RDNA 4, which vendor-reset does not know",
                        device(0x759f).andThen(loaded).andThen(h -> h.gpu.resets = Fact.absent(method)),
                        tuned(),
                        method + " | 1002:759f, RDNA 4; resets: not named | tried, or a hook that suspends once"),
                fires(
                        id,
                        "the module is loaded but is not asked",
                        device(0x731f).andThen(loaded),
                        tuned(),
                        method + " | 1002:731f, Navi 10; resets: flr bus | device_specific, by vendor-reset"),
                fires(
                        id,
                        "an old kernel without the module",
                        old,
                        tuned(),
                        method + " | 1002:731f, Navi 10; resets: not named | device_specific, by vendor-reset"),
                clear(id, "an old kernel with the module", old.andThen(loaded), tuned()),
                clear(id, "the module is asked", device(0x731f).andThen(loaded).andThen(specific), tuned()),
                clear(id, "Polaris", SOUND, tuned()),
                clear(id, "below Vega 10", device(0x685f), tuned()),
                clear(id, "above Vega 10", device(0x6880), tuned()),
                clear(id, "another maker's", device(0x731f).andThen(h -> h.gpu.vendor = 0x10de), tuned()),
                clear(id, "nothing passed", device(0x731f), NO_DEVICE),
                unknown(
                        id,
                        "no methods known",
                        device(0x731f).andThen(h -> h.gpu.resets = TestHost.unreadable(h.gpu.resets)),
                        tuned(),
                        method),
                unknown(id, "no number", device(PciFunction.UNKNOWN_ID), tuned(), GPU + "/device"),
                unknown(id, "no maker", h -> h.gpu.vendor = PciFunction.UNKNOWN_ID, tuned(), GPU + "/device"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    private static Consumer<TestHost> booted(String more) {
        return h -> {
            h.flags = Fact.known(Set.of("svm", "npt", "topoext", "sme"), "/proc/cpuinfo");
            h.commandLine = Fact.known("quiet " + more, "/proc/cmdline");
        };
    }

    private static List<Case> encryption() {
        String id = "sme-on";
        String line = "AMD Memory Encryption Features active: SME";
        Consumer<TestHost> active = lines(KernelLog.Category.MEMORY_ENCRYPTION, line);
        String asked = "/proc/cmdline | mem_encrypt=on | mem_encrypt=off";
        return List.of(
                fires(id, "asked for", booted("mem_encrypt=on"), tuned(), asked),
                fires(id, "the last word counts", booted("mem_encrypt=off mem_encrypt=on"), tuned(), asked),
                fires(id, "by itself", booted("").andThen(active), tuned(), "dmesg | " + line + " | mem_encrypt=off"),
                clear(
                        id,
                        "off in the end",
                        booted("mem_encrypt=on mem_encrypt=off").andThen(active),
                        tuned()),
                clear(id, "off by itself", booted(""), tuned()),
                clear(
                        id,
                        "another kind of encryption",
                        booted("").andThen(lines(KernelLog.Category.MEMORY_ENCRYPTION, line.replace("SME", "SEV"))),
                        tuned()),
                clear(
                        id,
                        "only spoken of",
                        booted("").andThen(lines(KernelLog.Category.MEMORY_ENCRYPTION, "Memory Encryption: SME off")),
                        tuned()),
                clear(
                        id,
                        "of something else",
                        booted("").andThen(lines(KernelLog.Category.KVM, "SVM active, no SME")),
                        tuned()),
                clear(
                        id,
                        "a processor without",
                        h -> h.commandLine = Fact.known("mem_encrypt=on", "/proc/cmdline"),
                        tuned()),
                clear(id, "nothing passed", booted("mem_encrypt=on"), NO_DEVICE),
                clear(id, "only sound passed", booted("mem_encrypt=on"), tuned("function='0x0'", "function='0x1'")),
                unknown(id, "no flags", h -> h.flags = TestHost.unreadable(h.flags), tuned(), "/proc/cpuinfo"),
                unknown(
                        id,
                        "no command line",
                        booted("").andThen(h -> h.commandLine = TestHost.unreadable(h.commandLine)),
                        tuned(),
                        "/proc/cmdline"),
                unknown(id, "no log", booted("").andThen(GraphicsCases::noLog), tuned(), "dmesg"),
                unknown(id, "no such card", booted("").andThen(GraphicsCases::noCard), tuned(), GPU, SECOND));
    }

    private static List<Case> roms() {
        String id = "rom-bad";
        String line = "vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff";
        Consumer<TestHost> bad = lines(KernelLog.Category.ROM, line);
        Consumer<TestHost> boot = h -> h.gpu.bootVga = Fact.known(true, GPU + "/boot_vga");
        String end = "function='0x0'/>\n      </source>";
        Domain file = tuned(end, end + "<rom file='/r.rom'/>");
        String found = "dmesg | " + line + " | no such line, or <rom file=…/>";
        String[] shadow = {
            GPU + "/boot_vga | 1: the firmware has run its ROM already | 0, or <rom file=…/>",
            "devices/hostdev[1]/rom/@file | (absent) | the card's ROM"
        };
        return List.of(
                fires(id, "unreadable to the kernel", bad, tuned(), found),
                fires(id, "the boot display", boot, tuned(), shadow),
                fires(id, "a ROM without a file", boot, tuned(end, end + "<rom bar='on'/>"), shadow),
                clear(id, "a ROM of its own", bad.andThen(boot), file),
                clear(id, "no ROM on purpose", bad.andThen(boot), tuned(end, end + "<rom bar='off'/>")),
                clear(id, "no ROM at all", bad.andThen(boot), tuned(end, end + "<rom enabled='no'/>")),
                clear(id, "another device's", lines(KernelLog.Category.ROM, line.replace("01:00", "05:00")), tuned()),
                clear(id, "another line", lines(KernelLog.Category.VFIO, "vfio-pci 0000:01:00.0: enabling"), tuned()),
                clear(id, "no VGA device", h -> h.gpu.bootVga = Fact.absent(GPU + "/boot_vga"), tuned()),
                clear(id, "nothing passed", bad.andThen(boot), NO_DEVICE),
                unknown(
                        id,
                        "whether the firmware drew on it",
                        h -> h.gpu.bootVga = TestHost.unreadable(h.gpu.bootVga),
                        tuned(),
                        GPU + "/boot_vga"),
                unknown(id, "no log", GraphicsCases::noLog, tuned(), "dmesg"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    private static ResizableBar bar(int index, long current, Long... sizes) {
        return new ResizableBar(index, List.of(sizes), Fact.known(current, GPU + "/config"));
    }

    private static Consumer<TestHost> resizable(ResizableBar... bars) {
        return h -> h.gpu.resizable = Fact.known(List.of(bars), GPU + "/config");
    }

    private static List<Case> bars() {
        String id = "rebar";
        long mib = 1L << 20;
        long small = 256 * mib;
        long large = 8192 * mib;
        ResizableBar doorbell = bar(2, 2 * mib, 2 * mib, small);
        return List.of(
                fires(
                        id,
                        "small",
                        resizable(doorbell, bar(0, small, small, large)),
                        tuned(),
                        GPU + "/resource0_resize | 256 MiB | 8 GiB"),
                clear(id, "large", resizable(bar(0, large, small, large)), tuned()),
                clear(
                        id,
                        "a small BAR beside the large one",
                        resizable(doorbell, bar(0, large, small, large)),
                        tuned()),
                clear(id, "no choice", resizable(bar(0, small)), tuned()),
                clear(id, "none", SOUND, tuned()),
                clear(id, "nothing passed", resizable(bar(0, small, small, large)), NO_DEVICE),
                unknown(
                        id,
                        "configuration space is root's",
                        h -> h.gpu.resizable = TestHost.unreadable(h.gpu.resizable),
                        tuned(),
                        GPU + "/config"),
                unknown(
                        id,
                        "its size now",
                        resizable(new ResizableBar(
                                0, List.of(small, large), Fact.unreadable(GPU + "/config", "cut short"))),
                        tuned(),
                        GPU + "/config"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    private static Consumer<TestHost> lanes(int now, int most) {
        return h -> {
            h.gpu.width = Fact.known(now, GPU + "/current_link_width");
            h.gpu.maxWidth = Fact.known(most, GPU + "/max_link_width");
            h.virtualization = TestVms.running("win");
        };
    }

    /// Bridges from the card up, each with the lanes it has now and at most.
    private static Consumer<TestHost> below(int[]... bridges) {
        return h -> {
            List<PciFunction> all = new ArrayList<>();
            for (int i = bridges.length - 1; i >= 0; i--) {
                String address = "00:0" + (i + 1) + ".0";
                String directory = "/sys/bus/pci/devices/0000:" + address;
                TestCard bridge = new TestCard(address, 0x060400);
                bridge.width = Fact.known(bridges[i][0], directory + "/current_link_width");
                bridge.maxWidth = Fact.known(bridges[i][1], directory + "/max_link_width");
                if (i < bridges.length - 1) {
                    bridge.parent = Fact.known(PciAddress.parse("00:0" + (i + 2) + ".0"), "..");
                }
                all.add(bridge.function(TestHost.driver(address, "pcieport"), TestHost.group(address, i)));
            }
            h.gpu.parent = Fact.known(PciAddress.parse("00:01.0"), "..");
            all.add(h.gpu.function(h.gpuDriver, h.gpuGroup));
            h.functions = all;
        };
    }

    private static int[] port(int now, int most) {
        return new int[] {now, most};
    }

    private static List<Case> widths() {
        String id = "link-width";
        String width = GPU + "/current_link_width | ";
        String up = "/sys/bus/pci/devices/0000:00:02.0/current_link_width | ";
        Domain one = tuned("function='0x1'", "function='0x0'");
        Consumer<TestHost> full = lanes(16, 16);
        return List.of(
                fires(id, "the port is not known", lanes(8, 16), tuned(), width + "x8 | x16"),
                fires(
                        id,
                        "fewer than both have",
                        lanes(8, 16).andThen(below(port(8, 16))),
                        one,
                        dup(width + "x8 | x16")),
                fires(
                        id,
                        "fewer than the port has",
                        lanes(4, 16).andThen(below(port(4, 8))),
                        one,
                        dup(width + "x4 | x8")),
                fires(
                        id,
                        "a narrow slot",
                        lanes(4, 16).andThen(below(port(4, 4))),
                        one,
                        dup(width + "x4, all the slot has | a slot with x16")),
                fires(
                        id,
                        "a card with a switch of its own",
                        full.andThen(below(port(16, 16), port(1, 16), port(1, 16))),
                        one,
                        dup(up + "x1 | x16")),
                clear(id, "half a slot", lanes(8, 16).andThen(below(port(8, 8))), one),
                clear(
                        id,
                        "the inside of a switch is no link",
                        full.andThen(below(port(4, 16), port(16, 16), port(16, 16))),
                        one),
                clear(id, "all lanes", full.andThen(below(port(16, 16))), one),
                clear(id, "all lanes, no VM running", SOUND, tuned()),
                clear(id, "more than it says", lanes(16, 8), tuned()),
                clear(
                        id,
                        "no link",
                        h -> {
                            h.gpu.width = Fact.absent(GPU + "/current_link_width");
                            h.gpu.maxWidth = Fact.absent(GPU + "/max_link_width");
                        },
                        tuned()),
                clear(id, "nothing passed", lanes(8, 16), NO_DEVICE),
                unknown(
                        id,
                        "not running",
                        lanes(8, 16).andThen(h -> h.virtualization = TestVms.running("other")),
                        tuned(),
                        GPU + "/current_link_width"),
                unknown(
                        id,
                        "no width",
                        h -> h.gpu.width = TestHost.unreadable(h.gpu.width),
                        tuned(),
                        GPU + "/current_link_width"),
                unknown(
                        id,
                        "no largest width",
                        h -> h.gpu.maxWidth = TestHost.unreadable(h.gpu.maxWidth),
                        tuned(),
                        GPU + "/max_link_width"),
                unknown(id, "no such card", GraphicsCases::noCard, tuned(), GPU, SECOND));
    }

    /// The domain names the card twice there.
    private static String[] dup(String evidence) {
        return new String[] {evidence, evidence};
    }
}
