package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskResult.DriveActivity;
import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.internal.text.ByteSize;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Whether the drive that the testing system sees was busy as fio says: fio's `disk_util` against its `io_bytes`.
///
/// fio looks at the drives four times a second, so that it says nothing of a shorter test (seen with fio 3.33: all 0).
final class ActivityCheck {
    private static final String ID = "drive-activity";
    private static final double SHORTEST_SECONDS = 1;
    private static final double ENOUGH = 0.5;

    private ActivityCheck() {}

    static DiskCheck of(DiskResult result) {
        if (result.activity().isEmpty()) {
            return DiskCheck.unknown(
                    ID, "The result does not tell what the drive did meanwhile (fio's disk_util does).");
        }
        if (result.runs().stream().anyMatch(r -> r.direction() == Direction.MIXED)) {
            return DiskCheck.unknown(
                    ID, "The result counts reads and writes together, so the drive's cannot be held against them.");
        }
        double longest = result.runs().stream()
                .mapToDouble(r -> r.figures().seconds().orElse(0.0))
                .max()
                .orElse(0);
        if (longest < SHORTEST_SECONDS) {
            return DiskCheck.unknown(
                    ID, "The test took less than a second, too short for fio to see what the drive did.");
        }
        DiskCheck write = side(result, Direction.WRITE, "written", DriveActivity::writtenBytes, DriveActivity::writes);
        DiskCheck read = side(result, Direction.READ, "read", DriveActivity::readBytes, DriveActivity::reads);
        boolean reads = result.moved(Direction.WRITE).orElse(0L) == 0;
        return (reads ? List.of(read, write) : List.of(write, read))
                .stream().max(Comparator.comparing(DiskCheck::verdict)).orElse(write);
    }

    private static DiskCheck side(
            DiskResult result,
            Direction direction,
            String word,
            Function<DriveActivity, Optional<Long>> bytes,
            ToLongFunction<DriveActivity> requests) {
        long moved = result.moved(direction).orElse(0L);
        if (moved == 0) {
            return DiskCheck.believed(ID, "Nothing was " + word + ".");
        }
        Optional<Long> seen = seen(result, bytes);
        if (seen.isPresent()) {
            boolean several = !result.oneTarget() && result.activity().size() > 1;
            String drive = several ? "drives together" : "drive";
            String evidence =
                    word + " by fio " + ByteSize.of(moved) + ", by the " + drive + " " + ByteSize.of(seen.get());
            double share = seen.get() / (double) moved;
            if (share >= ENOUGH && most(result, bytes) < moved * ENOUGH && stacked(result)) {
                return DiskCheck.unknown(
                        ID,
                        "Whether the drives have " + word
                                + " what fio has is not known: the result does not name one file,"
                                + " and volumes are counted beside the drives below them.",
                        evidence);
            }
            return share >= ENOUGH
                    ? DiskCheck.believed(
                            ID, "The " + drive + (several ? " were" : " was") + " as busy as fio says.", evidence)
                    : DiskCheck.doubtful(
                            ID,
                            String.format(
                                    Locale.ROOT,
                                    "The %s %s %s %.0f %% of what fio has: the rest went no further than the cache of the"
                                            + " system that ran it.",
                                    drive,
                                    several ? "have" : "has",
                                    word,
                                    share * 100),
                            evidence);
        }
        long most = result.activity().stream().mapToLong(requests).max().orElse(0);
        return most == 0
                ? DiskCheck.doubtful(
                        ID,
                        "The drive was asked for nothing while fio has " + word + " " + ByteSize.of(moved)
                                + ": the cache of the system that ran it answered.")
                : DiskCheck.unknown(
                        ID,
                        "How many bytes the drive has " + word + " is not known: this fio counts requests only (" + most
                                + ").");
    }

    /// A volume and the drives below it are all listed: none saw more than all of it. Where several files were tested,
    /// or it is not known which, each drive may have seen a part.
    private static Optional<Long> seen(DiskResult result, Function<DriveActivity, Optional<Long>> bytes) {
        return result.activity().stream()
                .flatMap(a -> bytes.apply(a).stream())
                .reduce(result.oneTarget() ? Math::max : Long::sum);
    }

    private static long most(DiskResult result, Function<DriveActivity, Optional<Long>> bytes) {
        return result.activity().stream()
                .flatMap(a -> bytes.apply(a).stream())
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }

    private static boolean stacked(DiskResult result) {
        return result.activity().stream().anyMatch(a -> a.name().matches("(dm-|md|bcache).*"));
    }
}
