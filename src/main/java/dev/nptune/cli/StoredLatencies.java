package dev.nptune.cli;

import dev.nptune.host.CoreLatencies;
import dev.nptune.host.CpuSet;
import dev.nptune.host.Host;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.lab.LabDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/// The last measurement of this machine, kept in the state folder for the planner.
///
/// @param file where it is kept
record StoredLatencies(Path file) {
    /// By the environment: `$XDG_STATE_HOME/nptune/cores.json` or `~/.local/state/nptune/cores.json`.
    static StoredLatencies of(Map<String, String> environment) {
        return new StoredLatencies(
                LabDirectories.of(environment, Cli.home(environment)).state().resolve("cores.json"));
    }

    /// What was found.
    sealed interface Lookup {
        /// A measurement of the machine asked for.
        ///
        /// @param latencies what was measured
        /// @param measured when, in UTC
        /// @param virtualMachine whether it was measured in a VM
        record Found(CoreLatencies latencies, String measured, boolean virtualMachine) implements Lookup {}

        /// None that fits.
        ///
        /// @param reason why, for people
        record None(String reason) implements Lookup {}
    }

    /// Puts a measurement in the place of the last one, as a whole or not at all.
    void write(CoresDocument document) throws IOException {
        Path folder = file.resolveSibling("");
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, "cores-", ".json");
        try {
            Files.writeString(fresh, document.json());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// The measurement of a machine: only if it is of the same processor and of exactly the CPUs that are online.
    Lookup read(Host host) {
        Optional<String> processor = host.cpu().modelName().get();
        Optional<CpuSet> online = host.cpu().online().get();
        if (processor.isEmpty() || online.isEmpty()) {
            return new Lookup.None("the processor's name or its online CPUs are not known");
        }
        LatencyFile stored;
        try {
            stored = LatencyFile.json(LatencyFile.text(file));
        } catch (NoSuchFileException _) {
            return new Lookup.None("nothing was measured yet (nptune probe cores)");
        } catch (IOException e) {
            return new Lookup.None("cannot read " + file + ": " + IoReason.of(e));
        } catch (IllegalArgumentException e) {
            return new Lookup.None(file + " holds no latencies: " + Printable.line(String.valueOf(e.getMessage())));
        }
        return fitting(stored, processor.get(), online.get());
    }

    private static Lookup fitting(LatencyFile stored, String processor, CpuSet online) {
        CoreLatencies latencies = stored.latencies();
        if (!latencies.processor().equals(processor)) {
            return new Lookup.None(
                    "what was measured is of another processor, " + Printable.brief(latencies.processor(), 80));
        }
        CpuSet measured = cpus(latencies);
        if (!measured.equals(online)) {
            return new Lookup.None("what was measured is of CPUs " + measured + "; online are " + online);
        }
        return new Lookup.Found(latencies, stored.measured().orElse("some day"), stored.virtualMachine());
    }

    static CpuSet cpus(CoreLatencies latencies) {
        return CpuSet.of(latencies.cpus().stream().mapToInt(Integer::intValue).toArray());
    }
}
