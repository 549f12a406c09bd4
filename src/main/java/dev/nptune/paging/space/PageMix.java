package dev.nptune.paging.space;

import dev.nptune.paging.walk.PageSize;
import java.util.EnumMap;
import java.util.Map;

/// How many bytes of an address space are on pages of which size.
///
/// @param bytes by size; a size that does not occur has 0
public record PageMix(Map<PageSize, Long> bytes) {
    /// Nothing mapped.
    public static final PageMix NONE = new PageMix(Map.of());

    public PageMix {
        EnumMap<PageSize, Long> all = new EnumMap<>(PageSize.class);
        for (PageSize size : PageSize.values()) {
            all.put(size, bytes.getOrDefault(size, 0L));
        }
        bytes = Map.copyOf(all);
    }

    /// Bytes on pages of a size.
    public long of(PageSize size) {
        return bytes.getOrDefault(size, 0L);
    }

    /// Bytes on all.
    public long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The part of all bytes that is on pages of a size, 0 to 1; 0 where nothing is mapped.
    public double share(PageSize size) {
        long total = total();
        return total == 0 ? 0 : of(size) / (double) total;
    }

    /// Adds up.
    static final class Counter {
        private final EnumMap<PageSize, Long> sums = new EnumMap<>(PageSize.class);

        void add(PageSize size, long bytes) {
            sums.merge(size, bytes, Long::sum);
        }

        PageMix mix() {
            return new PageMix(sums);
        }
    }
}
