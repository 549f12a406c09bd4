package dev.nptune.doctor;

import static dev.nptune.doctor.Case.SOUND;
import static dev.nptune.doctor.Case.clear;
import static dev.nptune.doctor.Case.fires;
import static dev.nptune.doctor.Case.tuned;
import static dev.nptune.doctor.Case.unknown;

import dev.nptune.host.Gap;
import dev.nptune.host.Kernel;
import dev.nptune.host.PciAddress;
import dev.nptune.vm.Domain;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Cases of [LookingGlassRules].
final class LookingGlassCases {
    private static final String SIZES = " | 32 MiB for 1080p, 64 for 1440p, 128 for 4K";
    private static final String ARGUMENT = "qemu:commandline/qemu:arg[1]/@value | ";

    private LookingGlassCases() {}

    static List<Case> all() {
        return Stream.of(files(), sizes(), desktops()).flatMap(List::stream).toList();
    }

    private static void loaded(TestHost h) {
        h.modules.add(Kernel.Module.of("kvm_amd", Map.of()));
        h.modules.add(Kernel.Module.of("kvmfr", Map.of()));
    }

    private static Domain shmem(String name, String size) {
        return tuned(
                "</devices>", "<shmem name='" + name + "'><model type='ivshmem-plain'/>" + size + "</shmem></devices>");
    }

    private static Domain argument(String value) {
        return tuned("</devices>", "</devices><qemu:commandline><qemu:arg value='" + value + "'/></qemu:commandline>");
    }

    private static List<Case> files() {
        String id = "kvmfr";
        String plain = "memory-backend-file,id=m,share=on,mem-path=/dev/shm/looking-glass,size=64M";
        String module = plain.replace("/dev/shm/looking-glass", "/dev/kvmfr0");
        String json = "{\"qom-type\":\"memory-backend-file\",\"mem-path\" : \"/dev/kvmfr0\",\"size\":67108864}";
        String absent = "/sys/module/kvmfr | (absent): QEMU makes /dev/kvmfr0 a regular file | loaded";
        Consumer<TestHost> other = h -> h.modules.add(Kernel.Module.of("kvm_amd", Map.of()));
        return List.of(
                fires(
                        id,
                        "by libvirt",
                        SOUND,
                        shmem("looking-glass", "<size unit='M'>32</size>"),
                        "devices/shmem | /dev/shm/looking-glass | /dev/kvmfr0"),
                fires(id, "by argument", SOUND, argument(plain), ARGUMENT + "/dev/shm/looking-glass | /dev/kvmfr0"),
                fires(id, "the module is not loaded", other, argument(module), absent),
                fires(id, "in JSON", other, argument(json), absent),
                clear(id, "the module is loaded", LookingGlassCases::loaded, argument(module)),
                clear(id, "the module is loaded, in JSON", LookingGlassCases::loaded, argument(json)),
                clear(id, "shared memory of something else", SOUND, shmem("scream-ivshmem", "")),
                clear(id, "a file of something else", SOUND, argument(plain.replace("looking-glass", "scream"))),
                clear(id, "not a backend", SOUND, argument(plain.replace("memory-backend", "memory"))),
                clear(id, "none", SOUND, tuned()),
                unknown(id, "no module was read", h -> h.noModules = true, argument(module), "/sys/module"));
    }

    private static Case size(String story, String size, String words) {
        return fires(
                "kvmfr",
                story,
                SOUND,
                shmem("looking-glass0", size),
                "devices/shmem | /dev/shm/looking-glass0 | /dev/kvmfr0",
                "devices/shmem | " + words + SIZES);
    }

    private static List<Case> sizes() {
        String module = "memory-backend-file,mem-path=/dev/kvmfr0,size=";
        return List.of(
                size("16 MiB", "<size unit='M'>16</size>", "16 MiB"),
                size("in KiB", "<size unit='KiB'>32767</size>", "32767 KiB"),
                size("in bytes", "<size>1048576</size>", "1 MiB"),
                fires(
                        "kvmfr",
                        "by argument",
                        LookingGlassCases::loaded,
                        argument(module + "8M"),
                        ARGUMENT + "8 MiB" + SIZES),
                clear("kvmfr", "large enough by argument", LookingGlassCases::loaded, argument(module + "32m")),
                clear("kvmfr", "in GiB", LookingGlassCases::loaded, argument(module + "1G")),
                clear(
                        "kvmfr",
                        "no size",
                        LookingGlassCases::loaded,
                        argument("memory-backend-file,mem-path=/dev/kvmfr0")),
                fires(
                        "kvmfr",
                        "a size that is none",
                        SOUND,
                        shmem("looking-glass", "<size>much</size>"),
                        "devices/shmem | /dev/shm/looking-glass | /dev/kvmfr0"));
    }

    private static List<Case> desktops() {
        String id = "host-gui";
        Domain domain = shmem("looking-glass", "");
        PciAddress other = PciAddress.parse("05:00.0");
        Consumer<TestHost> known = h -> h.virtualization = TestVms.running();
        Consumer<TestHost> gnome = GraphicsCases.held("gnome-shell", "/dev/dri/card0", other);
        return List.of(
                fires(
                        id,
                        "gnome-shell",
                        gnome,
                        domain,
                        "/proc/1234/fd | gnome-shell has /dev/dri/card0 | known, not changed"),
                clear(
                        id,
                        "a plain X server",
                        known.andThen(GraphicsCases.held("Xorg", "/dev/dri/card0", other)),
                        domain),
                clear(id, "nobody", known, domain),
                clear(id, "no Looking Glass", gnome, tuned()),
                unknown(
                        id,
                        "processes whose files cannot be listed",
                        known.andThen(h -> h.gaps.add(new Gap("/proc", "12 processes"))),
                        domain,
                        "/proc"),
                unknown(id, "no processes", h -> h.virtualization = TestVms.unread(), domain, "/proc"));
    }
}
