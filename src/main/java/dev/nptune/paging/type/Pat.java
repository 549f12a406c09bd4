package dev.nptune.paging.type;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The page attribute table, MSR 0x277 or `g_pat` of a VMCB: eight memory types that pages name by number.
///
/// @param value the register; entry 0 is the lowest byte
public record Pat(long value) {
    /// What it is after a reset: entries 1 and 5 are WT, none is WC.
    public static final Pat POWER_ON = new Pat(0x0007040600070406L);

    /// What Linux before 4.2 and Windows write: entry 1 is WC.
    public static final Pat WINDOWS = new Pat(0x0007010600070106L);

    /// What Linux has written since.
    public static final Pat LINUX = new Pat(0x0407050600070106L);

    /// Whether all eight bytes are types; WRMSR refuses another value, and VMRUN one with nested paging.
    public boolean isValid() {
        return IntStream.range(0, 8).allMatch(i -> MemoryType.ofCode(code(i)).isPresent());
    }

    /// The type of an entry; empty where the byte is none.
    ///
    /// @param index 0 to 7
    public Optional<MemoryType> type(int index) {
        return MemoryType.ofCode(code(index));
    }

    /// Whether a page can be write-combining.
    public boolean hasWriteCombining() {
        return IntStream.range(0, 8).anyMatch(i -> code(i) == 1);
    }

    /// The entries that differ from another PAT's.
    public List<Integer> differences(Pat other) {
        return IntStream.range(0, 8)
                .filter(i -> code(i) != other.code(i))
                .boxed()
                .toList();
    }

    private int code(int index) {
        return (int) (value >>> (8 * index)) & 0xff;
    }

    /// The entries from 0 on, such as `WB WC UC- UC WB WP UC- WT`.
    @Override
    public String toString() {
        return IntStream.range(0, 8)
                .mapToObj(i -> type(i).map(MemoryType::toString).orElse("?"))
                .collect(Collectors.joining(" "));
    }
}
