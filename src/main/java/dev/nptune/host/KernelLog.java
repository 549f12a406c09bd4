package dev.nptune.host;

import java.util.List;
import java.util.Objects;

/// What the kernel's log says about the things virtualization rests on.
///
/// @param lines up to [#MOST] lines of each category, in the order logged
/// @param leftOut how many more there were
/// @param fromBoot whether the log still held the lines of the start; if not, a line missing here proves nothing
public record KernelLog(List<Line> lines, int leftOut, boolean fromBoot) {
    /// Lines kept of each category, so that a flood of one does not drown the others.
    public static final int MOST = 32;

    public KernelLog {
        lines = List.copyOf(lines);
    }

    /// Lines of a category.
    public List<Line> lines(Category category) {
        return lines.stream().filter(l -> l.category() == category).toList();
    }

    /// A line.
    ///
    /// @param category what it is about
    /// @param text without the time; up to 400 characters
    public record Line(Category category, String text) {
        public Line {
            Objects.requireNonNull(category);
            Objects.requireNonNull(text);
        }
    }

    /// What a line is about.
    public enum Category {
        /// The ACS override patch announces itself.
        ACS_OVERRIDE,
        /// Parameters of the command line the kernel does not know.
        UNKNOWN_PARAMETER,
        /// PCIe Advanced Error Reporting.
        AER,
        /// Machine checks.
        MCE,
        /// A CPU that did not get out of the kernel for many seconds.
        LOCKUP,
        /// Programs that lock across two cache lines, which every CPU has to wait for.
        SPLIT_LOCK,
        /// Memory that is encrypted as it is written.
        MEMORY_ENCRYPTION,
        /// A card's ROM that is none.
        ROM,
        /// Addresses of PCI devices that collide or find no room.
        BAR,
        /// A PCI device that does not come back from a reset.
        RESET,
        AMD_VI,
        /// Intel's IOMMU.
        DMAR,
        IOMMU,
        VFIO,
        KVM,
        /// Looking Glass's module.
        KVMFR,
        /// The time stamp counter and other clocks.
        CLOCK,
        /// The firmware's framebuffer, which may hold a card.
        FRAMEBUFFER,
        /// Why hibernation, unsigned modules or `/dev/mem` are refused.
        LOCKDOWN
    }
}
