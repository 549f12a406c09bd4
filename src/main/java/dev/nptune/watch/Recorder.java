package dev.nptune.watch;

import dev.nptune.internal.ffm.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Records what the host does to a running VM, until it is stopped, a time is over or the VM ends.
public final class Recorder implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;

    /// Within which Java compiles what is run; until then it costs more than it will.
    private static final long WARM_UP = 5 * SECOND;

    /// How often the vCPUs' run delay may be read, times a second.
    public static final int FEWEST = 1;

    public static final int MOST = 1000;

    /// The share of a core that recording may cost if nobody says otherwise.
    public static final double BUDGET = 0.01;

    private final VmSampler sampler;
    private final BlockFile file;
    private final About about;
    private volatile boolean stopped;

    /// What is recorded.
    ///
    /// @param root the machine's root directory
    /// @param pid QEMU's process
    /// @param name the VM's name; empty if it has none
    /// @param hertz how often to read the vCPUs' run delay
    /// @param budget the share of a core that it may cost, above 0 to 1: dear sources are read less often for it
    /// @param exits whom to ask for exits
    /// @param trace whether to count exits by reason: the kernel does so at each exit, which slows the guest down
    public record Request(Path root, int pid, String name, int hertz, double budget, Exits exits, boolean trace) {
        public Request {
            if (!(budget > 0 && budget <= 1)) {
                throw new IllegalArgumentException("a budget of a part of one core");
            }
            if (hertz < FEWEST || hertz > MOST) {
                throw new IllegalArgumentException("a rate from " + FEWEST + " to " + MOST);
            }
        }
    }

    /// How far it is.
    ///
    /// @param elapsed since it began
    /// @param bytes in the file by now
    /// @param late how often the run delay was read a whole period late
    public record Progress(Duration elapsed, long bytes, long late) {}

    private Recorder(VmSampler sampler, BlockFile file, About about) {
        this.sampler = sampler;
        this.file = file;
        this.about = about;
    }

    /// Begins.
    ///
    /// @param file a file that is not there yet
    /// @throws java.nio.file.FileAlreadyExistsException if it is there
    /// @throws TraceUnavailable if exits were to be counted by reason and cannot be
    /// @throws IOException if there is no such process, a monitor does not answer, or the file cannot be written
    public static Recorder open(Request request, Path file) throws IOException, InterruptedException {
        VmSampler sampler = VmSampler.open(
                request.root(),
                request.pid(),
                request.hertz(),
                request.budget(),
                request.exits(),
                Long.MAX_VALUE,
                request.trace());
        try {
            VmProcess vm = sampler.vm();
            About about = new About(
                    Format.VERSION,
                    request.name(),
                    vm.pid(),
                    vm.started(),
                    kernel(request.root()),
                    request.hertz(),
                    vm.threads(),
                    sampler.cpus(),
                    sampler.sources());
            BlockFile blocks = BlockFile.create(file);
            RecordingWriter.begin(blocks, about);
            return new Recorder(sampler, blocks, about);
        } catch (IOException | InterruptedException | RuntimeException e) {
            sampler.close();
            throw e;
        }
    }

    private static String kernel(Path root) {
        try {
            return Files.readString(root.resolve("proc/sys/kernel/osrelease"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException _) {
            return "";
        }
    }

    /// What is recorded, and from where.
    public About about() {
        return about;
    }

    /// Ends [#run] soon, from any thread.
    public void stop() {
        stopped = true;
    }

    /// Records.
    ///
    /// @param limit for how long at most
    /// @param each told once a second how far it is
    /// @return how it ended, as the recording says it
    public End run(Duration limit, Consumer<Progress> each) throws IOException, InterruptedException {
        RecordingWriter writer = new RecordingWriter(file, sampler.count());
        long began = System.nanoTime();
        Optional<OwnTime> own = OwnTime.ofThisThread();
        String reason;
        try {
            reason = record(writer, began, limit.toNanos(), own, each);
        } finally {
            own.ifPresent(OwnTime::close);
        }
        End end = new End(reason, (System.nanoTime() - began) / 1e9, costs());
        writer.end(end);
        return end;
    }

    private String record(
            RecordingWriter writer, long began, long limit, Optional<OwnTime> own, Consumer<Progress> each)
            throws IOException, InterruptedException {
        Waiting waiting = new Waiting();
        long second = began + SECOND;
        while (!stopped) {
            long next = sampler.tick(writer);
            long now = System.nanoTime();
            if (now - second >= 0) {
                double share = own.map(o -> o.share(now)).orElse(0.0);
                if (share > 0 && now - began > WARM_UP) {
                    sampler.cost(share);
                }
                boolean runs = sampler.rescan(false);
                writer.flush();
                second = Math.max(second + SECOND, now);
                each.accept(new Progress(Duration.ofNanos(now - began), file.written(), late()));
                if (!runs) {
                    return "the VM ended";
                }
            }
            if (now - began >= limit) {
                return "the time was over";
            }
            waiting.until(Math.min(next, now + SECOND));
        }
        return "stopped";
    }

    private long late() {
        for (int i = 0; i < sampler.count(); i++) {
            if (sampler.paced(i).sampler().source().name().equals(ThreadFile.SCHEDSTAT.file())) {
                return sampler.paced(i).late();
            }
        }
        return 0;
    }

    private List<End.Cost> costs() {
        List<End.Cost> costs = new ArrayList<>();
        for (int i = 0; i < sampler.count(); i++) {
            Paced paced = sampler.paced(i);
            costs.add(new End.Cost(
                    paced.sampler().source().name(),
                    paced.samples(),
                    paced.late(),
                    Math.round(paced.cost() / 100.0 / Math.max(1, paced.samples())) / 10.0));
        }
        return costs;
    }

    /// Waits until all is in the file.
    @Override
    public void close() throws IOException {
        sampler.close();
        file.close();
    }
}
