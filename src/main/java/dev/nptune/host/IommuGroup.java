package dev.nptune.host;

import java.util.List;

/// What the IOMMU cannot tell apart: the smallest set of devices that can be given to a VM.
///
/// @param number the kernel's number; there are holes
/// @param devices names as in sysfs, PCI addresses and others, in order
/// @param type the kind of its default domain: `DMA`, `DMA-FQ`, `identity`
/// @param reserved address ranges a VM's memory must not be mapped to
public record IommuGroup(
        int number, Fact<List<String>> devices, Fact<String> type, Fact<List<ReservedRegion>> reserved) {

    /// A range of I/O virtual addresses with a meaning of its own.
    ///
    /// @param start first address; unsigned
    /// @param end last address; unsigned
    /// @param type `direct`, `direct-relaxable`, `reserved`, `msi`
    public record ReservedRegion(long start, long end, String type) {}
}
