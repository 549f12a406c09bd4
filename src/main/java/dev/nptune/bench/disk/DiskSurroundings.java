package dev.nptune.bench.disk;

import dev.nptune.host.Fact;
import java.util.List;

/// What is known around a disk benchmark. What is not known is unreadable with the reason; nothing follows from it.
///
/// @param disk which disk was tested
/// @param drives the host's drives behind it
/// @param freeMemory bytes that the host could use as page cache: `MemAvailable` when it was looked at
/// @param image the image behind the disk; absent where it is none
/// @param qemu what QEMU has read from and written to drives during the test
public record DiskSurroundings(
        Fact<TestedDisk> disk,
        Fact<List<Drive>> drives,
        Fact<Long> freeMemory,
        Fact<DiskImage> image,
        Fact<ProcIo> qemu) {
    /// Of which nothing is known.
    public static DiskSurroundings unknown() {
        String host = "neither --domain nor --host was given";
        return new DiskSurroundings(
                Fact.unreadable("domain", host),
                Fact.unreadable("host", host),
                Fact.unreadable("host", host),
                Fact.unreadable("host", host),
                noQemu());
    }

    /// What stands for QEMU's count where nobody kept it.
    public static Fact<ProcIo> noQemu() {
        return Fact.unreadable("/proc/PID/io", "no copy of QEMU's from before and after the test was given");
    }

    /// The reason that something is not known; `""` if it is.
    static String reason(Fact<?> fact) {
        return fact instanceof Fact.Unreadable<?>(String _, String reason) ? reason : "";
    }
}
