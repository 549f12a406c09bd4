package dev.nptune.paging.type;

import java.util.Arrays;
import java.util.Optional;

/// How the processor caches an access (APM volume 2, 7.4 and 15.25.8).
public enum MemoryType {
    /// Uncacheable.
    UC(0, "UC"),
    /// Uncacheable, but an MTRR may make it write-combining.
    UC_MINUS(7, "UC-"),
    /// Write-combining.
    WC(1, "WC"),
    /// Write-combining where other types allow caching: caches are still looked up. Under nested paging only.
    WC_PLUS(-1, "WC+"),
    /// Write-protect.
    WP(5, "WP"),
    /// Write-through.
    WT(4, "WT"),
    /// Write-back.
    WB(6, "WB"),
    /// Cache disabled: what is in the cache counts, nothing is brought in. Never of a PAT or an MTRR, only a result.
    CD(-1, "CD");

    private final int code;
    private final String words;

    MemoryType(int code, String words) {
        this.code = code;
        this.words = words;
    }

    /// The type that a byte of the PAT or an MTRR means; empty for codes that are reserved.
    public static Optional<MemoryType> ofCode(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code >= 0 && type.code == code)
                .findFirst();
    }

    /// Whether a read may be answered from the cache and brings memory into it.
    public boolean isCached() {
        return switch (this) {
            case WP, WT, WB -> true;
            case UC, UC_MINUS, WC, WC_PLUS, CD -> false;
        };
    }

    /// Whether writes are gathered before they go to memory.
    public boolean combinesWrites() {
        return switch (this) {
            case WC, WC_PLUS, WB -> true;
            case UC, UC_MINUS, WP, WT, CD -> false;
        };
    }

    /// As the manual writes it, such as `UC-`.
    @Override
    public String toString() {
        return words;
    }
}
