package dev.nptune.cli;

import dev.nptune.host.PciResources;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.HeldVm;
import dev.nptune.lab.KernelCache;
import dev.nptune.lab.KernelFiles;
import dev.nptune.lab.Lab;
import dev.nptune.lab.LabDirectories;
import dev.nptune.lab.Qemu;
import dev.nptune.lab.QemuCommand;
import dev.nptune.lab.Runs;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.walk.TableRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The emulated Ryzen with a VM that keeps its card's framebuffer mapped, for looking into its memory.
final class LabInspect implements AutoCloseable {
    private static final String NAME = "inspected";
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Pattern ADDRESS_SIZES = Pattern.compile("(?m)^address sizes\\s*: (\\d\\d) bits physical");

    private final Path dump;
    private final boolean kept;
    private final Surroundings surroundings;

    private LabInspect(Path dump, boolean kept, Surroundings surroundings) {
        this.dump = dump;
        this.kept = kept;
        this.surroundings = surroundings;
    }

    /// Boots the host, starts its VM, saves its memory and ends it.
    static LabInspect boot(Cli cli, InspectOptions options) throws IOException, UserException {
        try (ConsoleProgress progress = cli.progress()) {
            return boot(cli, options, progress);
        }
    }

    private static LabInspect boot(Cli cli, InspectOptions options, ConsoleProgress progress)
            throws IOException, UserException {
        LocalMachine here = LocalMachine.of(cli.environment());
        LabTune.requirePackages(cli, progress, false, here);
        here.requireRoot(
                "inspect --lab",
                "its machines run on this one's files, some of which only root may read; nothing here is changed");
        String path = cli.environment().get("PATH");
        LabDirectories directories = LabDirectories.of(cli.environment(), Cli.home(cli.environment()));
        try (KernelCache cache = new KernelCache(directories.cache(), path)) {
            directories.prepare(cache.isWarm());
            KernelFiles kernel = cache.kernel(null, progress);
            Path run = new Runs(directories.state().resolve("runs")).begin(ZonedDateTime.now(ZoneId.systemDefault()));
            try {
                Lab lab = Lab.prepare(Qemu.find(path), kernel, run, LIMIT);
                progress.begin("boot an emulated Ryzen");
                try (EmulatedHost host = lab.hostToInspect(NAME, options.kvmAmd(), options.kvmOptions())) {
                    progress.done("boot an emulated Ryzen", "kernel " + kernel.release());
                    progress.begin("start its VM");
                    HeldVm vm = lab.startHeld(host, NAME);
                    progress.done("start its VM", "its kernel's PAT: " + vm.pat());
                    return save(host, run, options, progress);
                }
            } finally {
                LabTune.slim(run);
            }
        }
    }

    private static LabInspect save(EmulatedHost host, Path run, InspectOptions options, ConsoleProgress progress)
            throws IOException, UserException {
        Surroundings surroundings = surroundings(host, options.asked());
        progress.begin("save the host's memory");
        Path keep = options.keep();
        Path dump = keep == null ? run.resolve("host.mem") : keep;
        try {
            host.dumpMemory(dump);
            progress.done("save the host's memory", (Files.size(dump) >> 20) + " MiB");
            return new LabInspect(dump, keep != null, surroundings);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(dump);
            throw e;
        }
    }

    /// What there is to know of a host in which the VM runs.
    static Surroundings surroundings(EmulatedHost host, Optional<Pat> asked) throws IOException, UserException {
        String mtrrs = host.call("cat", "/proc/mtrr").out();
        Exec.Result resource = host.call("cat", "/sys/bus/pci/devices/" + QemuCommand.GUEST_GPU + "/resource");
        return InspectOptions.of(
                mtrrs,
                physicalBits(host.call("cat", "/proc/cpuinfo").out()),
                InspectOptions.memory(QemuCommand.GUEST_GPU, PciResources.parse(resource.out())),
                asked);
    }

    private static int physicalBits(String cpuinfo) {
        Matcher sizes = ADDRESS_SIZES.matcher(cpuinfo);
        return sizes.find() ? Integer.parseInt(sizes.group(1)) : TableRoot.MOST_PHYSICAL_BITS;
    }

    /// The host's memory.
    Path dump() {
        return dump;
    }

    /// What else is known of it.
    Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public void close() throws IOException {
        if (!kept) {
            Files.deleteIfExists(dump);
        }
    }
}
