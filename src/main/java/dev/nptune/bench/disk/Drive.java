package dev.nptune.bench.disk;

import dev.nptune.host.Fact;
import dev.nptune.host.PciFunction;
import dev.nptune.host.PciLink;
import java.util.Locale;
import java.util.Optional;

/// A drive of the host's and how much can go over its link, in bytes per second and direction.
///
/// @param name the kernel's, `nvme0n1`; the PCI address of one that was given to the VM
/// @param words what it is, for people: `SATA drive`, `NVMe drive on PCIe 4.0 x4`
/// @param now as the link runs; empty if there is no known bound
/// @param most what the drive's end of the link can do
public record Drive(String name, String words, Optional<Double> now, Optional<Double> most) {
    /// 6 Gbit/s in 8b/10b code.
    static final double SATA = 600e6;

    private static final int CLASS_SATA = 0x0106;
    private static final int CLASS_NVME = 0x0108;
    private static final int CLASS_IDE = 0x0101;

    /// A drive on a controller.
    ///
    /// @param name the drive's
    /// @param controller the PCI function it hangs on
    static Drive on(String name, PciFunction controller) {
        return switch (controller.classCode() >> 8) {
            case CLASS_SATA, CLASS_IDE -> new Drive(name, "SATA drive", Optional.of(SATA), Optional.of(SATA));
            case CLASS_NVME -> nvme(name, controller.link());
            default ->
                new Drive(
                        name,
                        String.format(Locale.ROOT, "drive on a controller of class %06x", controller.classCode()),
                        Optional.empty(),
                        Optional.empty());
        };
    }

    private static Drive nvme(String name, PciLink link) {
        Optional<Double> now = bound(link.currentSpeed(), link.currentWidth());
        String words = "NVMe drive"
                + link.currentSpeed()
                        .get()
                        .flatMap(speed ->
                                link.currentWidth().get().map(width -> " on PCIe " + generation(speed) + " x" + width))
                        .orElse("");
        return new Drive(name, words, now, bound(link.maxSpeed(), link.maxWidth()));
    }

    private static Optional<Double> bound(Fact<Double> speed, Fact<Integer> width) {
        return speed.get().flatMap(s -> width.get().filter(w -> w > 0).map(w -> lane(s) * w));
    }

    /// What a lane carries after its line code: 8b/10b to 5 GT/s, 128b/130b to 32 GT/s, and 242 of 256 bytes of a flit
    /// at 64 GT/s.
    static double lane(double gigatransfers) {
        double code = gigatransfers <= 5 ? 8.0 / 10 : gigatransfers <= 32 ? 128.0 / 130 : 242.0 / 256;
        return gigatransfers * 1e9 / 8 * code;
    }

    private static String generation(double gigatransfers) {
        double[] speeds = {2.5, 5, 8, 16, 32, 64};
        for (int i = 0; i < speeds.length; i++) {
            if (gigatransfers <= speeds[i]) {
                return (i + 1) + ".0";
            }
        }
        return gigatransfers + " GT/s";
    }
}
