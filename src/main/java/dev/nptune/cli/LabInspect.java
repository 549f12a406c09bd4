package dev.nptune.cli;

import dev.nptune.host.PciResources;
import dev.nptune.internal.proc.Exec;
import dev.nptune.internal.text.UserException;
import dev.nptune.lab.EmulatedHost;
import dev.nptune.lab.HeldVm;
import dev.nptune.lab.Lab;
import dev.nptune.lab.QemuCommand;
import dev.nptune.paging.inspect.Surroundings;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.walk.TableRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        return LabRun.with(cli, progress, LabRun.Request.of("inspect --lab"), run -> {
            Lab lab = Lab.prepare(run.qemu(), run.kernel(), run.folder(), LIMIT);
            return LabRun.again(progress, () -> {
                progress.begin("boot an emulated Ryzen");
                try (EmulatedHost host = lab.hostToInspect(NAME, options.kvmAmd(), options.kvmOptions())) {
                    progress.done(
                            "boot an emulated Ryzen", "kernel " + run.kernel().release());
                    progress.begin("start its VM");
                    HeldVm vm = lab.startHeld(host, NAME);
                    progress.done("start its VM", "its kernel's PAT: " + vm.pat());
                    return save(host, run.folder(), options, progress);
                }
            });
        });
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
                asked,
                Optional.empty());
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
