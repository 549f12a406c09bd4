package dev.nptune.bench.disk;

import dev.nptune.bench.disk.DiskRun.Direction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Whether the figures of a run agree with each other.
///
/// - Throughput is requests per second times their size.
/// - Requests in flight are requests per second times latency (Little's law), and no more than queue × threads.
///   Fewer means that the queue was not full: of an engine that waits for each, or where time passed without requests,
///   as it does while fio waits for `end_fsync`. The drive was measured all the same, if at a lower depth.
final class ArithmeticCheck {
    private static final String ID = "arithmetic";
    private static final double TOLERANCE = 0.15;
    private static final double HALF = 0.5;

    private ArithmeticCheck() {}

    /// Reads and writes of one job share its queue.
    private record Job(String name, List<DiskRun> runs) {}

    static DiskCheck of(DiskResult result) {
        List<String> looked = new ArrayList<>();
        List<String> idle = new ArrayList<>();
        for (DiskRun run : result.runs()) {
            Optional<String> off = size(run, looked);
            if (off.isPresent()) {
                return DiskCheck.impossible(ID, off.get());
            }
        }
        for (Job job : jobs(result)) {
            Optional<Double> flight = inFlight(job);
            Optional<Integer> allowed = job.runs
                    .getFirst()
                    .load()
                    .queue()
                    .flatMap(q -> job.runs.getFirst().load().threads().map(t -> q * t));
            if (flight.isEmpty() || allowed.isEmpty()) {
                continue;
            }
            String numbers = String.format(
                    Locale.ROOT, "%s: %.1f requests in flight of %d asked for", job.name, flight.get(), allowed.get());
            looked.add(numbers);
            if (flight.get() > allowed.get() * (1 + TOLERANCE)) {
                return DiskCheck.impossible(
                        ID,
                        "Latency times IOPS comes to more requests in flight than queue and threads allow.",
                        numbers);
            }
            boolean flushed = job.runs.stream().anyMatch(r -> r.load().flushed().orElse(false));
            if (flight.get() < allowed.get() * HALF && !flushed) {
                idle.add(numbers);
            }
        }
        if (!idle.isEmpty()) {
            return new DiskCheck(
                    ID,
                    DiskCheck.Verdict.NOTE,
                    "The queue was not full: latency times IOPS comes to less than half of what was asked for, so this is"
                            + " no measure of that queue depth. An engine that waits for each request, such as psync, has"
                            + " one in flight.",
                    idle.subList(0, Math.min(idle.size(), 8)));
        }
        return looked.isEmpty()
                ? DiskCheck.unknown(ID, "The result tells too little to hold its figures against each other.")
                : DiskCheck.believed(ID, "Throughput, IOPS, latency and queue depth agree with each other.");
    }

    private static Optional<String> size(DiskRun run, List<String> looked) {
        Optional<Long> block = run.load().blockBytes();
        Optional<Double> iops = run.figures().iops();
        if (block.isEmpty() || iops.isEmpty()) {
            return Optional.empty();
        }
        looked.add(run.name());
        double expected = iops.get() * block.get();
        double off = Math.abs(expected / run.figures().bytesPerSecond() - 1);
        return off <= TOLERANCE
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s: %.0f IOPS of %d bytes are %s, not %s.",
                        run.name(),
                        iops.get(),
                        block.get(),
                        LinkCheck.rate(expected),
                        LinkCheck.rate(run.figures().bytesPerSecond())));
    }

    private static List<Job> jobs(DiskResult result) {
        Map<String, List<DiskRun>> jobs = new LinkedHashMap<>();
        int number = 0;
        for (DiskRun run : result.runs()) {
            // fio has a job's directions one after the other, each at most once.
            List<DiskRun> open = jobs.getOrDefault(Integer.toString(number), List.of());
            boolean same = result.tool().equals("fio")
                    && !open.isEmpty()
                    && open.getLast().name().equals(run.name())
                    && open.getLast().group() == run.group()
                    && open.getLast().direction().compareTo(run.direction()) < 0;
            number += same ? 0 : 1;
            jobs.computeIfAbsent(Integer.toString(number), _ -> new ArrayList<>())
                    .add(run);
        }
        return jobs.values().stream()
                .map(runs -> new Job(runs.getFirst().name(), List.copyOf(runs)))
                .toList();
    }

    /// Empty if a part of it is not known, or mixed with trims.
    private static Optional<Double> inFlight(Job job) {
        double sum = 0;
        for (DiskRun run : job.runs) {
            if (run.direction() == Direction.TRIM
                    || run.figures().iops().isEmpty()
                    || run.figures().latency().isEmpty()) {
                return Optional.empty();
            }
            sum += run.figures().iops().get() * run.figures().latency().get().meanMicros() / 1e6;
        }
        return Optional.of(sum);
    }
}
