package dev.nptune.host;

import java.util.List;

/// What of the address space a function takes.
///
/// @param bars its base address registers in use, by number
/// @param rom its expansion ROM; absent if it has none
/// @param resizableBars which BARs can have another size, with the sizes; known and empty if none can
public record PciResources(Fact<List<Bar>> bars, Fact<Bar> rom, Fact<List<ResizableBar>> resizableBars) {

    static PciResources unread(String directory, String reason) {
        return new PciResources(
                Fact.unreadable(directory + "/resource", reason),
                Fact.unreadable(directory + "/resource", reason),
                Fact.unreadable(directory + "/config", reason));
    }

    /// The BARs and the ROM that a function's `resource` file tells of, by number.
    ///
    /// @throws IllegalArgumentException if it is no such file
    public static List<Bar> parse(String resource) {
        return PciResourceReader.parse(resource);
    }

    /// A base address register.
    ///
    /// @param index 0 to 5; the ROM is 6
    /// @param space what is addressed
    /// @param start first address as the kernel sees it; 0 if it found no place
    /// @param bytes size
    /// @param wide a 64-bit address
    /// @param prefetchable reading has no side effect
    /// @param assigned the kernel found a place for it
    public record Bar(
            int index, Space space, long start, long bytes, boolean wide, boolean prefetchable, boolean assigned) {}

    /// Address spaces.
    public enum Space {
        IO,
        MEMORY
    }

    /// A BAR whose size can be changed (PCI Express resizable BAR).
    ///
    /// @param index 0 to 5
    /// @param sizes the sizes it can have, in bytes, ascending
    /// @param current its size now in bytes; absent where only the choices could be read
    public record ResizableBar(int index, List<Long> sizes, Fact<Long> current) {
        public ResizableBar {
            sizes = List.copyOf(sizes);
        }
    }
}
