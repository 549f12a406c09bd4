package dev.nptune.host;

import java.util.List;
import java.util.Objects;

/// Who holds the graphics cards, and so what is in the way of giving one to a VM.
///
/// @param nodes device nodes of the graphics drivers
/// @param holders processes that have one of them open, or a VFIO group. Other users' processes show their files to
///     root alone: those not looked into are a [Gap] of `/proc`
/// @param frameBuffers framebuffers, in order of their numbers
/// @param consoles what the virtual consoles are drawn by
/// @param bootFramebuffers memory that the framebuffer set up by the firmware still claims in `/proc/iomem`; a card
///     whose memory it is cannot be given away
public record Graphics(
        List<Node> nodes,
        List<Holder> holders,
        List<FrameBuffer> frameBuffers,
        List<ConsoleDriver> consoles,
        Fact<List<AddressRange>> bootFramebuffers) {
    public Graphics {
        nodes = List.copyOf(nodes);
        holders = List.copyOf(holders);
        frameBuffers = List.copyOf(frameBuffers);
        consoles = List.copyOf(consoles);
    }

    /// One of which nothing was found.
    public static Graphics none() {
        return new Graphics(List.of(), List.of(), List.of(), List.of(), Fact.unreadable("/proc/iomem", "not read"));
    }

    /// A node below `/dev/dri`.
    ///
    /// @param path `/dev/dri/card0`
    /// @param function the PCI function behind it; absent for the firmware's framebuffer and other platform devices
    public record Node(String path, Fact<PciAddress> function) {
        public Node {
            Objects.requireNonNull(path);
        }
    }

    /// A process that has a device open.
    ///
    /// @param pid its number
    /// @param process its name, up to 15 characters
    /// @param device what it has open: below `/dev/dri`, `/dev/nvidia…` or below `/dev/vfio`
    /// @param functions the PCI functions behind it; a VFIO group may have several; absent where the node stands
    ///     for no card in particular
    public record Holder(int pid, String process, String device, Fact<List<PciAddress>> functions) {
        public Holder {
            Objects.requireNonNull(process);
            Objects.requireNonNull(device);
        }
    }

    /// A framebuffer.
    ///
    /// @param number 0 for `fb0`
    /// @param name the driver's name for it: `EFI VGA`, `amdgpudrmfb`, `simpledrmdrmfb`
    /// @param function the PCI function behind it; absent for a platform device
    public record FrameBuffer(int number, Fact<String> name, Fact<PciAddress> function) {}

    /// Memory that somebody claimed.
    ///
    /// @param name who: `BOOTFB`, `efifb`, `vesafb`, `simplefb`, `simple-framebuffer`, `simpledrm`
    /// @param start its first byte
    /// @param last its last byte
    public record AddressRange(String name, long start, long last) {
        public AddressRange {
            Objects.requireNonNull(name);
        }
    }

    /// A driver of the virtual consoles.
    ///
    /// @param number 1 for `vtcon1`
    /// @param name `frame buffer device`, `dummy device`
    /// @param bound whether it draws consoles now; a framebuffer under it cannot be taken away
    public record ConsoleDriver(int number, Fact<String> name, Fact<Boolean> bound) {}
}
