package dev.nptune.bench.disk;

import static dev.nptune.bench.disk.DiskSurroundings.reason;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.host.Fact;
import dev.nptune.internal.text.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether QEMU moved what the guest says it did: the strongest test of all. What it read counts only if it came from a
/// drive; what it wrote into the host's page cache counts once, and not again while it waits there.
final class QemuIoCheck {
    private static final String ID = "qemu-io";
    /// QEMU reads more than the test asks for, and the guest's system goes on beside it, but not less.
    private static final double ENOUGH = 0.8;

    private static final double NEXT_TO_NOTHING = 0.2;

    private QemuIoCheck() {}

    /// Bytes that the guest moved one way.
    private record Moved(double bytes, boolean estimated) {
        String words() {
            return (estimated ? "about " : "") + ByteSize.of((long) bytes);
        }
    }

    static DiskCheck of(DiskResult result, DiskSurroundings around) {
        Fact<ProcIo> qemu = around.qemu();
        if (around.disk() instanceof Fact.Known<TestedDisk>(TestedDisk.Bare _, String _)) {
            return DiskCheck.believed(ID, "The test ran on the machine itself: no QEMU is in between.");
        }
        if (around.disk() instanceof Fact.Known<TestedDisk>(TestedDisk.Passed disk, String _)) {
            return DiskCheck.believed(
                    ID, "What goes to a drive of the VM's own does not go through QEMU.", disk.words());
        }
        if (!(qemu instanceof Fact.Known<ProcIo>(ProcIo io, String _))) {
            return DiskCheck.unknown(
                    ID, "Whether QEMU moved as much as the test says is not known: " + reason(qemu) + ".");
        }
        List<DiskCheck> both = new ArrayList<>();
        moved(result, Direction.READ)
                .ifPresent(m -> both.add(compare("read", m, io.readBytes(), whereReadsEnd(result, around))));
        moved(result, Direction.WRITE)
                .ifPresent(m ->
                        both.add(compare("written", m, io.writtenBytes(), "a cache of the guest's or the host's")));
        return both.stream()
                .max((a, b) -> a.verdict().compareTo(b.verdict()))
                .orElse(DiskCheck.unknown(ID, "The result does not tell how much was read or written."));
    }

    private static String whereReadsEnd(DiskResult result, DiskSurroundings around) {
        boolean guestPassedBy = !result.tool().equals("fio")
                || result.runs().stream()
                        .filter(r -> r.direction() == Direction.READ)
                        .allMatch(r -> r.load().direct().orElse(false));
        boolean hostsCache =
                around.disk() instanceof Fact.Known<TestedDisk>(TestedDisk.OfQemu q, String _) && q.throughHostCache();
        return (guestPassedBy && hostsCache ? "the host's page cache" : "a cache of the guest's or the host's")
                + ", or a hole in the image";
    }

    private static DiskCheck compare(String word, Moved guest, long host, String cache) {
        String evidence = word + " by the test " + guest.words() + ", by QEMU " + ByteSize.of(host);
        double share = host / guest.bytes;
        String percent = String.format(Locale.ROOT, "%.0f %%", share * 100);
        if (share >= ENOUGH) {
            return DiskCheck.believed(ID, "QEMU has " + word + " as much as the test says it did.", evidence);
        }
        String what = "QEMU has " + word + " only " + percent
                + " of what the test says it did: the rest went no further" + " than " + cache + ".";
        return share < NEXT_TO_NOTHING && !guest.estimated
                ? DiskCheck.impossible(ID, what, evidence)
                : DiskCheck.doubtful(ID, what, evidence);
    }

    /// fio counts it; CrystalDiskMark tells the best round's throughput and how long it measured.
    private static Optional<Moved> moved(DiskResult result, Direction direction) {
        Optional<Long> counted = result.moved(direction).filter(n -> n > 0);
        if (counted.isPresent()) {
            return counted.map(n -> new Moved(n, false));
        }
        double rates = result.runs().stream()
                .filter(r -> r.direction() == direction)
                .mapToDouble(r -> r.figures().bytesPerSecond())
                .sum();
        return result.duration().filter(_ -> rates > 0).map(seconds -> new Moved(rates * seconds, true));
    }
}
