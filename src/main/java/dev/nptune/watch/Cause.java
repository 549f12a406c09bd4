package dev.nptune.watch;

import dev.nptune.watch.Quantity.Unit;

/// Something that happened while the VM ran and may have disturbed it: amounts in intervals `[from, to)`, ascending, in
/// nanoseconds of CLOCK_MONOTONIC. Between intervals nothing of the kind happened, or nothing was read.
///
/// @param name in words: `run delay of vCPU 3`
/// @param source the source it is from; of one that was calculated the first
/// @param unit in what amounts are counted
/// @param from where intervals begin
/// @param to where they end
/// @param amount how much in each
@SuppressWarnings("ArrayRecordComponent") // millions of numbers, which are compared by nobody
public record Cause(String name, String source, Unit unit, long[] from, long[] to, long[] amount) {
    /// Whether amounts are time that was lost, to be held against the length of an interval.
    public boolean isTime() {
        return unit == Unit.NANOSECONDS;
    }

    /// All amounts together.
    public long total() {
        long sum = 0;
        for (long each : amount) {
            sum += each;
        }
        return sum;
    }
}
