package dev.nptune.bench.disk;

import static dev.nptune.bench.disk.DiskSurroundings.reason;

import dev.nptune.bench.disk.DiskRun.Direction;
import dev.nptune.host.Fact;
import dev.nptune.internal.text.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks at a result of a disk benchmark, each a matter of its own.
final class DiskChecks {
    private DiskChecks() {}

    static List<DiskCheck> all(DiskResult result, DiskSurroundings around) {
        List<DiskCheck> checks = new ArrayList<>();
        checks.add(LinkCheck.of(result, around));
        checks.add(hostCache(result, around));
        checks.add(QemuIoCheck.of(result, around));
        checks.add(guestCache(result));
        checks.add(ActivityCheck.of(result));
        checks.add(zeroData(result));
        checks.add(allocation(result, around));
        checks.add(ArithmeticCheck.of(result));
        return checks;
    }

    /// The largest file or range that was tested; empty if a run does not tell.
    static Optional<Long> testBytes(DiskResult result) {
        List<Optional<Long>> sizes =
                result.runs().stream().map(r -> r.load().testBytes()).toList();
        return sizes.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : sizes.stream().map(Optional::get).max(Long::compare);
    }

    private static DiskCheck hostCache(DiskResult result, DiskSurroundings around) {
        String id = "host-cache";
        return switch (around.disk()) {
            case Fact.Known<TestedDisk>(TestedDisk.OfQemu disk, String _) -> hostCache(id, result, around, disk);
            case Fact.Known<TestedDisk>(TestedDisk.Passed disk, String _) ->
                DiskCheck.believed(
                        id, "The drive belongs to the VM alone: no cache of the host's is between.", disk.words());
            case Fact.Known<TestedDisk>(TestedDisk.Bare _, String _) ->
                DiskCheck.believed(id, "The test ran on the machine itself: no other host is below it.");
            case Fact.Absent<TestedDisk> _ -> DiskCheck.unknown(id, "Which disk was tested is not known.");
            case Fact.Unreadable<TestedDisk>(String _, String reason) ->
                DiskCheck.unknown(id, "Whether the host's page cache answered is not known: " + reason + ".");
        };
    }

    private static DiskCheck hostCache(String id, DiskResult result, DiskSurroundings around, TestedDisk.OfQemu disk) {
        if (!disk.disk().throughHost()) {
            return DiskCheck.unknown(
                    id,
                    "What is behind " + disk.words() + " is of type "
                            + disk.disk().type() + ", whose caches are not known.");
        }
        if (!disk.throughHostCache()) {
            return DiskCheck.believed(id, "The host's page cache is passed by: " + disk.cacheSaid() + ".");
        }
        Optional<Long> test = testBytes(result);
        Optional<Long> free = around.freeMemory().get();
        String through = "Reads and writes go through the host's page cache: " + disk.cacheSaid();
        if (test.isEmpty() || free.isEmpty()) {
            String missing = test.isEmpty()
                    ? "the result does not tell how much was tested"
                    : "the host's free memory is not known (" + reason(around.freeMemory()) + ")";
            return DiskCheck.doubtful(
                    id, through + ". Whether the test was small enough to stay in it is not known: " + missing + ".");
        }
        String sizes = "test " + ByteSize.of(test.get()) + ", memory the host had free " + ByteSize.of(free.get());
        return test.get() < free.get()
                ? DiskCheck.doubtful(
                        id,
                        through + ". The test of " + ByteSize.of(test.get())
                                + " fits into the memory that the host has free, so what is read may never come from the"
                                + " drive.",
                        sizes)
                : DiskCheck.believed(
                        id, through + ", but the test is larger than the memory that the host has free.", sizes);
    }

    private static DiskCheck guestCache(DiskResult result) {
        String id = "guest-cache";
        if (!result.tool().equals("fio")) {
            return DiskCheck.believed(id, result.tool() + " opens its file past the cache of the system it runs on.");
        }
        List<DiskRun> unknown = new ArrayList<>();
        List<DiskRun> cached = new ArrayList<>();
        for (DiskRun run : result.runs()) {
            if (run.load().direct().isEmpty()) {
                unknown.add(run);
            } else if (!run.load().direct().get() && !run.load().flushed().orElse(false)) {
                cached.add(run);
            }
        }
        if (!cached.isEmpty()) {
            boolean writes = cached.stream().anyMatch(DiskRun::writes);
            return DiskCheck.doubtful(
                    id,
                    names(cached) + " ran without direct=1: the cache of the system that ran fio took part"
                            + (writes ? ", and without end_fsync=1 what was written need not have left it." : "."));
        }
        if (!unknown.isEmpty()) {
            return DiskCheck.unknown(
                    id, "This result does not tell whether fio ran with direct=1; fio repeats its options since 2.10.");
        }
        boolean all = result.runs().stream().allMatch(r -> r.load().direct().orElse(false));
        return DiskCheck.believed(
                id,
                all
                        ? "fio ran with direct=1, past the cache of its system."
                        : "fio waited for the data to reach the disk.");
    }

    private static DiskCheck zeroData(DiskResult result) {
        String id = "zero-data";
        if (result.runs().stream().anyMatch(r -> r.load().zeros().orElse(false))) {
            String word = result.tool().equals("fio") ? "zero_buffers" : "<0Fill>";
            return DiskCheck.doubtful(
                    id,
                    "All data was zeros (" + word
                            + "): drives that compress, and images with detect-zeroes, store none of" + " it.");
        }
        if (result.runs().stream().allMatch(r -> r.load().zeros().isPresent())) {
            return DiskCheck.believed(id, "The data was not zeros.");
        }
        return DiskCheck.unknown(
                id,
                "Whether the data was zeros is not known: "
                        + (result.tool().equals("fio")
                                ? "fio does not repeat zero_buffers if it was given without a value."
                                : "the text has no line that says so."));
    }

    private static DiskCheck allocation(DiskResult result, DiskSurroundings around) {
        String id = "allocation";
        if (around.disk() instanceof Fact.Known<TestedDisk>(TestedDisk disk, String _)
                && !(disk instanceof TestedDisk.OfQemu q && q.disk().type().equals("file"))) {
            return DiskCheck.believed(id, "There is no image that could have holes: " + disk.words() + ".");
        }
        if (around.image().get().isEmpty()) {
            return DiskCheck.unknown(
                    id,
                    "Whether the image has holes, which are read without the drive, is not known: "
                            + reason(around.image()) + ".");
        }
        DiskImage image = around.image().get().get();
        String sizes = image.format() + " image of " + ByteSize.of(image.virtualBytes()) + ", of which "
                + ByteSize.of(image.allocatedBytes()) + " are on the drive";
        if (image.allocatedBytes() >= image.virtualBytes()) {
            return DiskCheck.believed(id, "The image has no holes.", sizes);
        }
        if (result.runs().stream().allMatch(r -> r.direction() == Direction.WRITE || r.direction() == Direction.TRIM)) {
            return DiskCheck.believed(id, "The image has holes, but nothing was read.", sizes);
        }
        Optional<Long> test = testBytes(result);
        if (test.isPresent() && image.allocatedBytes() < test.get()) {
            return DiskCheck.doubtful(
                    id,
                    "The image takes less room on the drive than was tested: what was read may have come from holes, as"
                            + " the image is now, which are zeros without any drive"
                            + (image.backed() ? ", or from the image below it." : "."),
                    sizes,
                    "test " + ByteSize.of(test.get()));
        }
        return DiskCheck.unknown(
                id,
                "The image has holes, and what is read from one never comes from the drive; whether the test read where"
                        + " nothing had been written is not recorded. A file that the test wrote beforehand has none.",
                sizes);
    }

    static String names(List<DiskRun> runs) {
        List<String> names = runs.stream().map(DiskRun::name).distinct().toList();
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 2)) + " and " + (names.size() - 2) + " more";
    }
}
