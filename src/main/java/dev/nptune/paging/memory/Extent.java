package dev.nptune.paging.memory;

import dev.nptune.internal.text.Hex;

/// A stretch of physical memory and where the file has it.
///
/// @param address first physical address
/// @param bytes length, at least 1
/// @param offset of the first byte in the file
public record Extent(long address, long bytes, long offset) {
    /// @throws IllegalArgumentException if it is empty, or begins or ends beyond 2⁶³ − 1
    public Extent {
        if (address < 0 || bytes <= 0 || offset < 0 || address + bytes < 0 || offset + bytes < 0) {
            throw new IllegalArgumentException("no stretch of memory: " + bytes + " bytes at " + Hex.of(address));
        }
    }

    /// The first address after it.
    public long end() {
        return address + bytes;
    }
}
