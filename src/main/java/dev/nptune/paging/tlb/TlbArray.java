package dev.nptune.paging.tlb;

/// One array of a TLB.
///
/// @param entries how many translations it holds
/// @param leastWays its associativity; CPUID tells a range. 0 for a fully associative one
/// @param mostWays the end of that range
public record TlbArray(int entries, int leastWays, int mostWays) {
    static TlbArray full(int entries) {
        return new TlbArray(entries, 0, 0);
    }

    static TlbArray ways(int entries, int least, int most) {
        return new TlbArray(entries, least, most);
    }

    TlbArray times(int factor) {
        return new TlbArray(entries * factor, leastWays, mostWays);
    }

    /// Whether any entry can hold any page.
    public boolean isFull() {
        return mostWays == 0;
    }
}
